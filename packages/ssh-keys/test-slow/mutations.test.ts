import { describe, expect, it } from 'vitest'
import { bitFlips, count, requests, truncations } from '../test/mutations.ts'

describe('a signed request of which any one bit is another, or that ends anywhere', () => {
  it.each(requests().map((request) => [request.name, request] as const))('%s', (_, { claim }) => {
    const flips = count(bitFlips(claim))
    const cuts = count(truncations(claim))
    expect(flips.accepted + cuts.accepted).toBe(0)
    expect(flips.tried + cuts.tried).toBeGreaterThan(2000)
  })
})

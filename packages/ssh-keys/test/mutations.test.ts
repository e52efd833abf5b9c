import { describe, expect, it } from 'vitest'
import { verifySignature } from '../src/index.ts'
import { bitFlips, count, requests, truncations } from './mutations.ts'

describe('a signed request of which anything is another', () => {
  it.each(requests().map((request) => [request.name, request] as const))('%s', (name, { claim }) => {
    expect(verifySignature(claim)).toBeDefined()
    // Prime, so that every field and every bit of a byte has its turn; all of them are tried in the slow lane.
    const flips = count(bitFlips(claim, name === 'ecdsa-sha2-nistp521' ? 23 : 3))
    const cuts = count(truncations(claim))
    expect(flips.accepted + cuts.accepted).toBe(0)
    expect(flips.tried).toBeGreaterThan(100)
    expect(cuts.tried).toBeGreaterThan(100)
  })
})

import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { algorithmOf } from '../src/algorithms.ts'
import { Nonces } from '../src/nonces.ts'
import { Recent } from '../src/recent.ts'
import { Targets } from '../src/targets.ts'

/** A hash that counts. */
function counting() {
  const hashed: string[] = []
  const targets = new Targets((text) => {
    hashed.push(text)
    return createHash('sha256').update(text).digest('hex')
  })
  return { hashed, targets }
}

describe('what is remembered', () => {
  it('is forgotten in time: of any number of things, twice as many as asked for are kept at most', () => {
    const recent = new Recent<number>(10)
    for (let i = 0; i < 1_000; i++) recent.set(String(i), '', i)
    const kept = Array.from({ length: 1_000 }, (_, i) => recent.get(String(i), '')).filter((one) => one !== undefined)
    expect(kept.length).toBeGreaterThanOrEqual(10)
    expect(kept.length).toBeLessThanOrEqual(20)
  })

  it('is kept while it is asked for', () => {
    const recent = new Recent<number>(10)
    recent.set('ours', '', 1)
    for (let i = 0; i < 1_000; i++) {
      recent.set(String(i), '', i)
      expect(recent.get('ours', '')).toBe(1)
    }
  })

  it('of targets is what a right answer was made for, and nothing that strangers ask for', () => {
    const { hashed, targets } = counting()
    targets.of('GET', '/private')
    targets.of('GET', '/private')
    expect(hashed).toEqual(['GET:/private', 'GET:/private'])
    targets.remember(targets.of('GET', '/private'))
    targets.of('GET', '/private')
    expect(hashed).toHaveLength(3)
    expect(targets.of('POST', '/private').asked).not.toBe(targets.of('GET', '/private').asked)
  })

  it('of targets has no long ones', () => {
    const { hashed, targets } = counting()
    for (const length of [256, 257]) {
      const uri = '/'.padEnd(length, 'x')
      targets.remember(targets.of('GET', uri))
      hashed.length = 0
      targets.of('GET', uri)
      expect(hashed).toHaveLength(length - 256)
    }
  })

  it('of nonces is what a right answer was made to, and nothing that strangers answer', () => {
    const nonces = new Nonces(['a secret of sixteen bytes'], 'club', () => 0)
    const text = nonces.make('')
    const read = () => nonces.read(text, '') as NonNullable<ReturnType<Nonces['read']>>
    expect(new Set([read(), read(), read()]).size).toBe(3)
    const once = read()
    nonces.remember(once, '')
    expect(read()).toBe(once)
  })
})

it.each(['MD5', 'SHA-256', 'SHA-512-256'])('no two digests of different lengths are the same: %s', (name) => {
  const algorithm = algorithmOf(name)
  const whole = 'a'.repeat(algorithm?.digits ?? 0)
  expect(algorithm?.isSame(whole, whole)).toBe(true)
  // What was compared before must not fill the rest.
  for (const other of [whole.slice(1), '', `${whole}a`]) {
    expect(algorithm?.isSame(other, whole)).toBe(false)
    expect(algorithm?.isSame(whole, other)).toBe(false)
  }
})

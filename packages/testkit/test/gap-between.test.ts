import { describe, expect, it } from 'vitest'
import { gapBetween } from '../src/ranks.ts'

/** Numbers that look random and are the same in every run. */
function sequence(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Times of an honest answer on a busy machine: 10 to 14 ms, one in sixteen three times as long. */
function times(random: () => number, count: number, extra = 0): number[] {
  return Array.from({ length: count }, () => (10 + 4 * random()) * (random() < 1 / 16 ? 3 : 1) + extra)
}

describe('two series of times', () => {
  it.each([12, 24])('of %i that are alike are never told apart, in 20,000 comparisons', (count) => {
    const random = sequence(count)
    let gaps = 0
    for (let i = 0; i < 20_000; i++) if (gapBetween(times(random, count), times(random, count))) gaps++
    expect(gaps).toBe(0)
  })

  it('of which one lacks the work of a hash are told apart every time', () => {
    const random = sequence(2)
    for (let i = 0; i < 2_000; i++) {
      const early = Array.from({ length: 12 }, () => random() / 10)
      expect(gapBetween(times(random, 12), early)?.superiority).toBe(1)
      expect(gapBetween(early, times(random, 12))?.superiority).toBe(0)
    }
  })

  it('of which one takes twice the work are told apart nearly every time', () => {
    const random = sequence(3)
    let gaps = 0
    for (let i = 0; i < 1_000; i++) if (gapBetween(times(random, 24), times(random, 24, 12))) gaps++
    expect(gaps).toBeGreaterThan(900)
  })

  it('that differ by less than anybody could use are left alone', () => {
    expect(gapBetween(Array(12).fill(0.4), Array(12).fill(0.01))).toBeUndefined()
    expect(gapBetween(Array(12).fill(100), Array(12).fill(80))).toBeUndefined()
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SlidingWindow } from '../src/sliding-window.ts'

/** What a window is: a set of everything seen, and a line below the greatest. */
class Model {
  readonly #seen = new Set<number>()
  readonly #size: number
  #top = -1

  constructor(size: number) {
    this.#size = size
  }

  mark(n: number): string {
    if (this.#top - n >= this.#size) return 'too-old'
    if (this.#seen.has(n)) return 'replay'
    this.#seen.add(n)
    this.#top = Math.max(this.#top, n)
    return 'fresh'
  }
}

describe('a window of the last numbers', () => {
  it('is 64 wide to the very number', () => {
    const window = new SlidingWindow(64)
    expect([100, 37, 36, 37, 100, 99].map((n) => window.mark(n))).toEqual([
      'fresh',
      'fresh',
      'too-old',
      'replay',
      'replay',
      'fresh',
    ])
  })

  it.each([
    ['zero first', [0, 0, 1, 0], 'fresh replay fresh replay'],
    [
      'the greatest nc',
      [2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 64, 2 ** 32 - 65, 0],
      'fresh replay fresh too-old too-old',
    ],
    ['past 32 bits', [2 ** 53 - 1, 2 ** 53 - 2, 2 ** 53 - 1], 'fresh fresh replay'],
    ['a jump of a whole ring', [1, 97, 34, 33, 65], 'fresh fresh fresh too-old fresh'],
    ['a jump that comes back to the same word', [5, 5 + 96, 5 + 64, 5 + 32], 'fresh fresh fresh too-old'],
  ])('%s', (_what, numbers, verdicts) => {
    const window = new SlidingWindow(64)
    expect(numbers.map((n) => window.mark(n)).join(' ')).toBe(verdicts)
  })

  it('answers as a set does, whatever comes', () => {
    // Steps around the greatest number so far: most are near the window's edges, some leave it far behind.
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: -140, max: 140 }) },
      { weight: 1, arbitrary: fc.integer({ min: -(2 ** 33), max: 2 ** 33 }) },
    )
    const property = fc.property(
      fc.constantFrom(1, 2, 31, 32, 33, 63, 64, 65, 128, 1_024),
      fc.array(step, { maxLength: 300 }),
      (size, steps) => {
        const window = new SlidingWindow(size)
        const model = new Model(size)
        let at = 0
        for (const by of steps) {
          const n = Math.min(Math.max(at + by, 0), Number.MAX_SAFE_INTEGER)
          expect(window.mark(n)).toBe(model.mark(n))
          at = Math.max(at, n)
        }
      },
    )
    fc.assert(property, { numRuns: 400, seed: 7616 })
  })
})

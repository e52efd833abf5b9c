import { prepareUsername } from '@gatewright/portal'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sqlUsers } from '../src/index.ts'
import { attempt } from './attempt.ts'

/** What a folding source asks its database for. */
async function asked(name: string): Promise<string | undefined> {
  let param: string | undefined
  const users = sqlUsers({
    database: {
      placeholder: 'question',
      async query(_text, params) {
        param = params[0]
        return { rows: [], affected: 0 }
      },
    },
    table: 'users',
    caseFold: true,
  })
  await users.find(name, attempt())
  return param
}

describe('caseFold', () => {
  test('is idempotent, and asks only for prepared names', async () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))
    await fc.assert(
      fc.asyncProperty(text, async (name) => {
        const folded = await asked(name)
        if (folded === undefined) return
        expect(prepareUsername(folded)).toBe(folded)
        expect(await asked(folded)).toBe(folded)
      }),
      { numRuns: 3_000, seed: 20_261_121 },
    )
  })

  test('is idempotent for every letter there is', async () => {
    const unstable: string[] = []
    for (let code = 0x20; code <= 0x1ffff; code++) {
      const letter = String.fromCodePoint(code)
      if (letter.toLowerCase() === letter && letter.normalize('NFC') === letter) continue
      const folded = await asked(letter)
      if (folded !== undefined && (await asked(folded)) !== folded) unstable.push(letter)
    }
    expect(unstable).toEqual([])
  })

  test.each([
    ['ADA', 'ada'],
    ['ZOE\u0308', 'zoë'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
    ['İ', 'i\u0307'],
    ['K', 'k'],
    ['straße', 'straße'],
  ])('%s is %s', async (name, folded) => {
    expect(await asked(name)).toBe(folded)
  })

  test('keeps a name that it would make too long out', async () => {
    // Two bytes each, three in lower case.
    expect(await asked('İ'.repeat(127))).toBeUndefined()
    expect(await asked('İ'.repeat(80))).toHaveLength(160)
  })
})

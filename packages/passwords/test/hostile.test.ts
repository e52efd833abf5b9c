import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { recipeOf } from '../src/formats.ts'
import { hash, hashingBudget, needsRehash, PasswordsError, plain, verify } from '../src/index.ts'
import { TRIVIAL } from './trivial.ts'

const SALT = 'A'.repeat(22)
const TAG = 'A'.repeat(43)

function errorOf(run: () => unknown): PasswordsError {
  try {
    run()
  } catch (error) {
    if (error instanceof PasswordsError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('stored strings of unknown formats', () => {
  test.each([
    ['$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW', '$2b$'],
    ['$6$rounds=5000$saltstring$hash', '$6$'],
    ['$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7', '$y$'],
    ['$argon2$v=19$m=8,t=1,p=1$x$y', '$argon2$'],
    ['{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g9g9g9', '{SSHA}'],
  ])('name the prefix and nothing of the rest: %s', async (stored, prefix) => {
    const before = hashingBudget.started
    for (const password of [stored, 'x', '']) {
      const error = await verify(stored, password).catch((error: unknown) => error as PasswordsError)
      expect(error).toMatchObject({ code: 'UNKNOWN_FORMAT', hint: expect.any(String) })
      const shown = `${String(error)} ${JSON.stringify(error)}`
      expect(shown).toContain(`in format ${prefix},`)
      expect(shown).not.toContain(stored.slice(prefix.length))
    }
    expect(hashingBudget.started).toBe(before)
  })

  test.each([
    'sesame',
    '',
    ' ',
    '!',
    '*',
    '*0',
    'x',
    '$',
    '$$',
    '$hunter2',
    'hunter2$rest',
    '{hunter2',
    '{hunter two}x',
    '$Hunter2$x',
    '\0',
    '__proto__',
    'plain:sesame',
    '{plain}sesame',
    'rqXexS6ZhobKA',
    'a$argon2id$',
    ' $argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA',
  ])('are never compared as text, and shown not even in part when they might be a password: %j', async (stored) => {
    const error = await verify(stored, stored || 'x').catch((error: unknown) => error as PasswordsError)
    expect(error).toMatchObject({ code: 'UNKNOWN_FORMAT' })
    expect(String(error)).toContain('in no known format')
    if (stored.includes('unter')) expect(String(error)).not.toContain('unter')
  })
})

describe('malformed strings', () => {
  const argon2 = `$argon2id$v=19$m=64,t=1,p=1$${SALT}$${TAG}`
  const scrypt = `$scrypt$ln=4,r=8,p=1$${SALT}$${TAG}`

  test('the well-formed ones that the rest of this table is made from', () => {
    expect(needsRehash(argon2)).toBe(true)
    expect(needsRehash(scrypt)).toBe(true)
  })

  test.each([
    ['$argon2id$'],
    ['$argon2id$v=19$'],
    [argon2.replace('v=19', 'v=18')],
    [argon2.replace('v=19', 'v=019')],
    [argon2.replace('v=19', 'v=')],
    [argon2.replace('m=64', 'm=0')],
    [argon2.replace('m=64', 'm=-64')],
    [argon2.replace('m=64', 'm=6e1')],
    [argon2.replace('m=64', 'm=0x40')],
    [argon2.replace('m=64', 'm= 64')],
    [argon2.replace('m=64', 'm=٦٤')],
    [argon2.replace('m=64', 'm=7')],
    [argon2.replace('p=1', 'p=0')],
    [argon2.replace('p=1', 'p=1,keyid=AAAA')],
    [argon2.replace('m=64,t=1', 't=1,m=64')],
    [argon2.replace('t=1', 't=1.0')],
    [argon2.replace('t=1', 't=01')],
    [`${argon2}=`],
    [`${argon2}\n`],
    [`${argon2} `],
    [`${argon2}\0`],
    [`${argon2}$`],
    [`${argon2}$AAAA`],
    [argon2.slice(0, -2)],
    [`${argon2.slice(0, -1)}B`], // the same bytes to a lenient decoder
    [`${argon2.slice(0, -1)}-`],
    [`${argon2.slice(0, -1)}.`],
    [argon2.replace(SALT, 'AAAA')],
    [argon2.replace(SALT, '')],
    [argon2.replace(SALT, 'A'.repeat(120))],
    [argon2.replace(TAG, '')],
    [argon2.replace(TAG, 'AAAAAA')],
    [argon2.replace(TAG, 'A'.repeat(120))],
    [`$argon2id$v=19$m=64,t=1,p=1$${SALT}`],
    ['$scrypt$'],
    [scrypt.replace('ln=4', 'ln=0')],
    [scrypt.replace('ln=4,r=8', 'ln=16,r=1')],
    [scrypt.replace('ln=4', 'n=16')],
    [scrypt.replace('p=1', 'p=01')],
    [scrypt.replace('p=1', 'p=')],
    [scrypt.replace(TAG, '')],
    [scrypt.replace(TAG, 'AAAA')],
    [scrypt.replace(TAG, 'A'.repeat(40))], // cut
    [`${scrypt}\n`],
    [`$argon2id$${'A'.repeat(10_000)}`],
    [plain('sesame').slice(0, -1)],
    [`${plain('sesame')}=`],
    [`${plain('sesame')}\n`],
    ['$gatewright-plain$'],
    ['$gatewright-plain$sesame!'],
    ['$gatewright-plain$/w'], // FF is no UTF-8
    ['$gatewright-plain$7aCA'], // a surrogate
    [plain('x').slice(0, -2) + Buffer.from('a'.repeat(1025)).toString('base64')],
  ])('are refused before anything is derived: row %#', async (stored) => {
    const before = hashingBudget.started
    const error = await verify(stored, 'sesame').catch((error: unknown) => error as PasswordsError)
    expect(error).toMatchObject({ code: 'MALFORMED' })
    expect(errorOf(() => needsRehash(stored)).code).toBe('MALFORMED')
    expect(hashingBudget.started).toBe(before)
    expect(String(error)).not.toContain('AAAA')
  })

  test.each([
    ['2 GiB', `$argon2id$v=19$m=2097152,t=1,p=1$${SALT}$${TAG}`],
    ['1 KiB above', `$argon2id$v=19$m=262145,t=1,p=1$${SALT}$${TAG}`],
    ['more than there is', `$argon2id$v=19$m=99999999999999999999,t=1,p=1$${SALT}$${TAG}`],
    ['a million passes', `$argon2id$v=19$m=64,t=1000000,p=1$${SALT}$${TAG}`],
    ['eleven passes', `$argon2i$m=64,t=11,p=1$${SALT}$${TAG}`],
    ['five lanes', `$argon2d$v=19$m=64,t=1,p=5$${SALT}$${TAG}`],
    ['N=2^30', `$scrypt$ln=30,r=8,p=1$${SALT}$${TAG}`],
    ['the last vector of RFC 7914', `$scrypt$ln=20,r=8,p=1$${SALT}$${TAG}`],
    ['N=2^999999999', `$scrypt$ln=999999999,r=99999999999,p=1$${SALT}$${TAG}`],
    ['r=2^30', `$scrypt$ln=1,r=1073741824,p=1$${SALT}$${TAG}`],
    ['p=2^30', `$scrypt$ln=4,r=8,p=1073741823$${SALT}$${TAG}`],
  ])('costs above the limit are refused before anything is derived: %s', async (_what, stored) => {
    const before = hashingBudget.started
    await expect(verify(stored, 'sesame')).rejects.toMatchObject({ code: 'COST_ABOVE_LIMIT', hint: expect.any(String) })
    expect(errorOf(() => needsRehash(stored)).code).toBe('COST_ABOVE_LIMIT')
    expect(hashingBudget.started).toBe(before)
  })

  test('the limits themselves are allowed', () => {
    expect(needsRehash(`$argon2id$v=19$m=262144,t=10,p=4$${SALT}$${TAG}`)).toBe(false)
    expect(needsRehash(`$scrypt$ln=18,r=8,p=4$${SALT}$${TAG}`)).toBe(false)
  })
})

/** One or two small changes: a character replaced, removed, doubled, or a piece moved. */
function mutations(originals: readonly string[]): fc.Arbitrary<string> {
  const alphabet = '$=,./+-{}!:019mtpvlnrAZaz \n\0éb'.split('')
  const change = fc.record({
    how: fc.constantFrom('replace', 'remove', 'insert', 'swap', 'cut', 'repeat'),
    at: fc.nat(200),
    to: fc.nat(200),
    by: fc.constantFrom(...alphabet),
  })
  return fc
    .tuple(fc.constantFrom(...originals), fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([original, changes]) =>
      changes.reduce((text, { how, at: anyAt, to: anyTo, by }) => {
        const at = anyAt % (text.length + 1)
        const to = anyTo % (text.length + 1)
        switch (how) {
          case 'replace':
            return text.slice(0, at) + by + text.slice(at + 1)
          case 'remove':
            return text.slice(0, at) + text.slice(at + 1)
          case 'insert':
            return text.slice(0, at) + by + text.slice(at)
          case 'swap':
            return text.slice(0, at) + (text[to] ?? '') + text.slice(at + 1)
          case 'cut':
            return text.slice(0, at)
          default:
            return text.slice(0, at) + text.slice(to) + text.slice(at)
        }
      }, original),
    )
}

describe('mutated strings', async () => {
  const originals = [
    await hash('sesame', TRIVIAL.argon2id),
    await hash('sesame', TRIVIAL.scrypt),
    plain('sesame'),
    (await hash('sesame', TRIVIAL.argon2id)).replace('argon2id$v=19', 'argon2i'),
  ]

  test('100,000 of them are parsed to a bounded recipe or refused by an error of ours', () => {
    fc.assert(
      fc.property(mutations(originals), (stored) => {
        try {
          const { memoryBytes, expected } = recipeOf(stored)
          return memoryBytes <= 256 * 1024 * 1024 && expected.length >= 16
        } catch (error) {
          return (
            error instanceof PasswordsError && ['UNKNOWN_FORMAT', 'MALFORMED', 'COST_ABOVE_LIMIT'].includes(error.code)
          )
        }
      }),
      { numRuns: 100_000, seed: 18 },
    )
  })

  test('none of them takes the password of the original, nor itself for one', async () => {
    const cheap = (stored: string) => {
      try {
        return recipeOf(stored).memoryBytes <= 64 * 1024
      } catch {
        return false
      }
    }
    let derived = 0
    await fc.assert(
      fc.asyncProperty(mutations(originals).filter(cheap), async (stored) => {
        fc.pre(!originals.includes(stored))
        derived++
        expect(await verify(stored, stored)).toBe('mismatch')
        expect(await verify(stored, 'sesame')).toBe('mismatch')
      }),
      { numRuns: 1_500, seed: 4711 },
    )
    expect(derived).toBeGreaterThanOrEqual(1_500)
  })

  test('every bit of the right password counts', async () => {
    const password = 'correct horse'
    for (const stored of [await hash(password, TRIVIAL.argon2id), await hash(password, TRIVIAL.scrypt)]) {
      for (let bit = 0; bit < password.length * 7; bit++) {
        const at = Math.floor(bit / 7)
        const flipped = String.fromCharCode(password.charCodeAt(at) ^ (1 << (bit % 7)))
        expect(await verify(stored, password.slice(0, at) + flipped + password.slice(at + 1))).toBe('mismatch')
      }
    }
  })
})

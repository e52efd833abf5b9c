import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { recipeOf } from '../src/formats.ts'
import { desCrypt, hash, hashingBudget, needsRehash, PasswordsError, plain, verify } from '../src/index.ts'
import { writeYescryptCost } from '../src/yescrypt-cost.ts'
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
    ['$2x$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW', '$2x$'],
    ['$sm3y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7', '$sm3y$'],
    ['$gyy$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7', '$gyy$'],
    ['$md5,rounds=5000$saltstring$$hashhashhashhashhashhh', '$md5,'],
    ['$3$$427f638942987bcbeb98aaaaaaaaaaaa', '$3$'],
    ['$argon2$v=19$m=8,t=1,p=1$x$y', '$argon2$'],
    ['{CRYPT}rqXexS6ZhobKA', '{CRYPT}'],
    ['{SMD5}W6ph5Mm5Pz8GgiULbPgzG37mj9g9g9g9', '{SMD5}'],
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

const HASH86 = 'a'.repeat(86)
const HASH43 = 'a'.repeat(43)
const HASH22 = 'a'.repeat(22)
const HASH31 = 'a'.repeat(31)
const KEY32 = Buffer.alloc(32).toString('base64')
const KEY20 = Buffer.alloc(20).toString('base64')

/** One string of each of the other formats, from which the tables below are made. */
const SOUND = {
  bcrypt: `$2b$04$${HASH22}${HASH31}`,
  sha512: `$6$rounds=1000$salt$${HASH86}`,
  sha256: `$5$salt$${HASH43}`,
  md5: `$1$salt$${HASH22}`,
  apr1: `$apr1$salt$${HASH22}`,
  sha1: `$sha1$100$salt$${'a'.repeat(28)}`,
  yescrypt: `$y$j75$saltsaltsalt$${HASH43}`,
  gostYescrypt: `$gy$j75$saltsaltsalt$${HASH43}`,
  scryptCrypt: `$7$4/..../....salt$${'.'.repeat(43)}`,
  phc: `$pbkdf2-sha256$i=1000,l=32$${SALT}$${TAG}`,
  passlib: `$pbkdf2-sha256$1000$${SALT}$${TAG}`,
  django: `pbkdf2_sha256$1000$salt$${KEY32}`,
  djangoScrypt: `scrypt$16$salt$8$1$${Buffer.alloc(64).toString('base64')}`,
  djangoBcrypt: `bcrypt_sha256$$2b$04$${HASH22}${HASH31}`,
  sha: `{SHA}${KEY20}`,
  ssha: `{SSHA}${Buffer.alloc(28).toString('base64')}`,
  des: desCrypt('rqXexS6ZhobKA'),
}

const MALFORMED = [
  SOUND.bcrypt.replace('$04$', '$03$'),
  SOUND.bcrypt.replace('$04$', '$4$'),
  SOUND.bcrypt.replace('$04$', '$+4$'),
  SOUND.bcrypt.slice(0, -1),
  `${SOUND.bcrypt}a`,
  `${SOUND.bcrypt}\n`,
  SOUND.bcrypt.replace('aaa', 'a+a'),
  '$2y$',
  SOUND.sha512.replace('1000', '999'),
  SOUND.sha512.replace('1000', '01000'),
  SOUND.sha512.replace('1000', ''),
  SOUND.sha512.replace('1000', '9999999999'),
  SOUND.sha512.replace('1000', '1e6'),
  SOUND.sha512.replace('rounds=1000', 'rounds=1000,x=1'),
  SOUND.sha512.replace('$salt$', '$saltsaltsaltsalts$'),
  SOUND.sha512.replace('$salt$', '$sa:lt$'),
  SOUND.sha512.slice(0, -1),
  `${SOUND.sha512}a`,
  `${SOUND.sha256}\n`,
  SOUND.sha256.replace('aaa', 'a=a'),
  SOUND.sha256.replace('$5$', '$6$'),
  SOUND.md5.replace('salt', 'saltsalts'),
  SOUND.md5.slice(0, -1),
  `${SOUND.apr1}=`,
  SOUND.sha1.replace('100', '0'),
  SOUND.sha1.replace('100', '-1'),
  SOUND.sha1.replace('salt', 's'.repeat(65)),
  SOUND.yescrypt.replace('j75', 'j7'),
  SOUND.yescrypt.replace('j75', 'j755'),
  SOUND.yescrypt.replace('j75', '.75'),
  SOUND.yescrypt.replace('j75', 'jzzzzzzz'),
  SOUND.yescrypt.replace('j75', 'j..'),
  SOUND.yescrypt.replace('saltsaltsalt', 'saltsaltsalts'),
  SOUND.yescrypt.replace('saltsaltsalt', 'saltsaltsaltzz'),
  SOUND.yescrypt.replace('saltsaltsalt', 'salt-salt'),
  SOUND.yescrypt.replace('saltsaltsalt', 'salt'.repeat(22)),
  SOUND.yescrypt.slice(0, -1),
  '$gy$',
  SOUND.gostYescrypt.replace('gy$', () => 'gy$$'),
  SOUND.gostYescrypt.replace('$gy$', '$gy$y$'),
  SOUND.gostYescrypt.replace('j75', '.75'),
  SOUND.gostYescrypt.replace('j75', 'j..'),
  SOUND.gostYescrypt.replace('saltsaltsalt', 'saltsaltsaltzz'),
  SOUND.gostYescrypt.replace('saltsaltsalt', 'salt$salt'),
  SOUND.gostYescrypt.replace('saltsaltsalt', 'salt'.repeat(22)),
  SOUND.gostYescrypt.slice(0, -1),
  `${SOUND.gostYescrypt}a`,
  `${SOUND.gostYescrypt}\n`,
  `${SOUND.gostYescrypt}$`,
  SOUND.scryptCrypt.replace('$7$4/....', '$7$......'),
  SOUND.scryptCrypt.replace('$7$4', '$7$.'),
  `${SOUND.scryptCrypt.slice(0, -1)}z`,
  SOUND.phc.replace('i=1000', 'i=0'),
  SOUND.phc.replace('l=32', 'l=33'),
  SOUND.phc.replace(',l=32', '').slice(0, -21),
  SOUND.phc.replace('sha256', 'sha512').replace(',l=32', ''),
  SOUND.phc.replace('i=1000', 'i=1000,o=1'),
  SOUND.passlib.replace('$1000$', '$$'),
  SOUND.passlib.replace(SALT, `${'A'.repeat(21)}+`),
  SOUND.passlib.slice(0, -1),
  SOUND.django.replace('$salt$', '$$'),
  SOUND.django.slice(0, -1),
  SOUND.django.replace('sha256', 'sha1'),
  SOUND.djangoScrypt.replace('$16$', '$15$'),
  SOUND.djangoScrypt.replace('$8$1$', '$0$1$'),
  SOUND.djangoBcrypt.replace('$$2b', '$2b'),
  SOUND.djangoBcrypt.replace('$$2b', '$$2x'),
  'bcrypt_sha256$sesame',
  SOUND.sha.slice(0, -1),
  '{SHA}',
  '{SSHA}',
  `{SSHA}${KEY20}`,
  `{SSHA}${Buffer.alloc(90).toString('base64')}`,
  `{SHA}${Buffer.alloc(21).toString('base64')}`,
  '{SSHA256}AAAA',
  '{SSHA512}sesame',
  `${SOUND.des}a`,
  SOUND.des.slice(0, -1),
  SOUND.des.replace('rq', '!!'),
]

test.each(Object.entries(SOUND))('the well-formed %s that the tables are made from', (_format, stored) => {
  expect(needsRehash(stored)).toBe(true)
})

test.each(['', 'rqXexS6ZhobK', 'rqXexS6ZhobKAA', '*', 'rqXexS6Zhob:A', 'rqXexS6ZhobKA\n'])(
  'what is no DES string is not marked as one: %j',
  (stored) => {
    expect(errorOf(() => desCrypt(stored)).code).toBe('MALFORMED')
  },
)

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
    ...MALFORMED.map((stored): [string] => [stored]),
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
    ['bcrypt 31', SOUND.bcrypt.replace('$04$', '$31$')],
    ['bcrypt 15', SOUND.bcrypt.replace('$04$', '$15$')],
    ['bcrypt 99', SOUND.bcrypt.replace('$04$', '$99$')],
    ["Django's bcrypt 31", SOUND.djangoBcrypt.replace('$04$', '$31$')],
    ['999,999,999 rounds', SOUND.sha512.replace('1000', '999999999')],
    ['5,000,001 rounds', SOUND.sha256.replace('$5$', '$5$rounds=5000001$')],
    ['4,294,967,295 rounds of SHA-1', SOUND.sha1.replace('100', '4294967295')],
    ['yescrypt of 4 GiB', SOUND.yescrypt.replace('j75', 'jHT')],
    ['yescrypt of 2^60 bytes', SOUND.yescrypt.replace('j75', 'jjT')],
    ['yescrypt with t=1,000', SOUND.yescrypt.replace('j75', 'j9T/sK.')],
    ['gost-yescrypt of 4 GiB', SOUND.gostYescrypt.replace('j75', 'jHT')],
    ['gost-yescrypt with t=1,000', SOUND.gostYescrypt.replace('j75', 'j9T/sK.')],
    ['$7$ with N=2^30', SOUND.scryptCrypt.replace('$7$4/', '$7$S6')],
    ['$7$ with p=2^24', SOUND.scryptCrypt.replace('/....salt', '..../salt')],
    ['half a million lanes', `$scrypt$ln=1,r=8,p=524288$${SALT}$${TAG}`],
    [
      'yescrypt with 16,000 lanes',
      SOUND.yescrypt.replace(
        'j75',
        `${writeYescryptCost({ logCost: 16, blockSize: 1, parallelization: 16_000, time: 0 })}`,
      ),
    ],
    ['PBKDF2', SOUND.phc.replace('1000', '5000001')],
    ["passlib's", SOUND.passlib.replace('1000', '9999999999')],
    ["Django's", SOUND.django.replace('1000', '5000001')],
    ["Django's scrypt", SOUND.djangoScrypt.replace('$16$', '$1073741824$')],
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

/** Made of 'sesame' by Django 3.2, passlib 1.7.4 and libxcrypt 4.4.33, in this order. */
const SESAME = [
  'pbkdf2_sha256$1000$seasalt$+djwMlVtncAhMUWll7caxdqhxeZAi1ktwm9gkcA4hrQ=',
  'pbkdf2_sha1$1000$seasalt$8wcXEBvZ8TbFgYwmMNH41YjbU5c=',
  'bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuHp/SWOHUOgzjoCVrP.P4ovKkJP0A4cq',
  '$pbkdf2-sha256$1000$MDEyMzQ1Njc4OWFiY2RlZg$ddE5H7FRFwsXqElTx/a1HJ496yBaNMzSwFnL2ajCzxE',
  '$pbkdf2-sha512$1000$MDEyMzQ1Njc4OWFiY2RlZg$6pwDkynpMULlIPVBUWPjSQi7eknhYewGSdTGCAsXKOv4IcyoO58Jc2LWoTcMJcuIaGTAHUOfkVxReWzCUyaZ7A',
  '$pbkdf2$1000$MDEyMzQ1Njc4OWFiY2RlZg$lKoDGpH2Z1x9UxRk5ixI7SJjPqk',
  '$sha1$1000$saltsalt$ClO1oWKZA4illFXt435zLAuTBcgx',
  '{SSHA}1DPJSjMRGeHpU+xSD8JqxR9UWgtzYWx0c2FsdA==',
  '{SSHA256}CWRONBBCCAwyecjgu0Xe0XlSRwNchJ4j/XtVfMANIgBzYWx0c2FsdA==',
  '{SSHA512}mJwFXX/krKqvoCBie4zV9jmLZyvwfqNh3BAnORcFbs57NdRQAAJRFo2b3zoNbsNhNBlh22fkeW46N1b/t2u8knNhbHRzYWx0',
  '{SHA}CEo1Ae3vaEXy8eQZjsOiuBz1xrw=',
  '$apr1$saltsalt$1wcO0UXrrrYuRqru5simD1',
  '$1$saltsalt$J3RStOYaRn/5Iz9DGbAnx1',
  '$5$rounds=1000$saltsalt$30.yc4HsSpLTxr3NqKw4EhPINDzNTqzxg9qelAitDW2',
  '$scrypt$ln=4,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$rz3WVe/oArfw8/O+Vc3+BHc/+hjqI8xHnPKAiHbAfWY',
  '$7$4/..../....saltsalt$Sih0H9UcQA4aC3OIuJAia7HAbiO.hiS1x43Z0XShGj9',
  '$y$j75$saltsaltsaltsaltsalts.$06SwJ7QDGd8jpozs00vC8MkH0T/SKvTwiDrtMIVdbo2',
  '$gy$j75$saltsaltsaltsaltsalts.$rTnMHZoL.Fv502qIvQXgv5aR4Lw5S3QJ42DNaX.ZCv9',
  desCrypt('abnqrLigH.z/s'),
]

test.each(SESAME)('what others made is verified: %s', async (stored) => {
  expect(await verify(stored, 'sesame')).toBe('match-stale')
  expect(await verify(stored, 'Sesame')).toBe('mismatch')
})

describe('mutated strings', () => {
  // Made by hash() with the least of costs, once: a new salt in every run would make other mutations of them.
  const originals = [
    plain('sesame'),
    '$argon2id$v=19$m=8,t=1,p=1$R1qDBxY5NyaMqlpfmYY5eA$VbHhwuhEHLjjusRMi+aS0uAAJXHtSSEss8WrPhKW7XM',
    '$scrypt$ln=1,r=1,p=1$myVzP3ezz+GZfyj7W/ryaQ$Ug4wWProXYqBryi/5kk9AaOzCkEWDjnkSwieijlqnGg',
    '$2b$04$Ifzrj.qUuv/HdrrP1le6geYtyQwIdJ/6LDktQ177P08JF/VvoC/yC',
    '$pbkdf2-sha256$i=1,l=32$WuhnR2+clVstUPSRdPU7ug$i6F+juJBKbDVIDMkH+QmqXmQt0y3HiRZqRw5OexGHSA',
    '$6$rounds=1000$ytH4SwVIvKlgsY7k$xhYVESx3GjGxYa5MPg6zNP/FKhvbVPpOumrO896PKjYdK2FRWtM4QN.N0AyUBDPOjmaV/qWJNWZWqvnx4l.tW0',
    '$y$j/.$K95h/jaPQ2kKYCeKsetkf.$X0F8Jw1LxlTfsY3WIaEdfdD/ErG8JRJBoqN1C4N1xg4',
    '$argon2i$m=8,t=1,p=1$R1qDBxY5NyaMqlpfmYY5eA$VbHhwuhEHLjjusRMi+aS0uAAJXHtSSEss8WrPhKW7XM',
    ...SESAME,
  ]

  test('100,000 of them are parsed to a bounded recipe or refused by an error of ours', () => {
    fc.assert(
      fc.property(mutations(originals), (stored) => {
        try {
          const { memoryBytes, expected } = recipeOf(stored)
          return memoryBytes <= 256 * 1024 * 1024 && expected.length >= 11
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
      // What memory does not tell: costs of bcrypt above 4, and of others above 9,999.
      if (/[1-9][0-9]{4}/.test(stored) || /\$2[aby]\$(?!04)/.test(stored)) return false
      try {
        return recipeOf(stored).memoryBytes <= 1024 * 1024
      } catch {
        return false
      }
    }
    // The letters that bcrypt strings have had are one format, and so is a scheme of LDAP in any case. Of the last character
    // of a bcrypt salt two bits count, the highest.
    const same = (stored: string) =>
      stored
        .replace(/\$2[aby](\$[0-9]{2}\$[./A-Za-z0-9]{21})([./A-Za-z0-9])/, (_, head: string, last: string) => {
          const bits = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'.indexOf(last) >> 4
          return `$2b${head}${bits}`
        })
        .replace(/^\{\w+\}/, (scheme) => scheme.toUpperCase())
    const known = new Set(originals.map(same))
    let derived = 0
    await fc.assert(
      fc.asyncProperty(mutations(originals).filter(cheap), async (stored) => {
        fc.pre(!known.has(same(stored)))
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

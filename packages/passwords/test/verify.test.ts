import { describe, expect, test } from 'vitest'
import { desCrypt, type HashOptions, hash, hashingBudget, needsRehash, plain, verify } from '../src/index.ts'
import { TRIVIAL } from './trivial.ts'

const store: Record<string, (password: string) => Promise<string>> = {
  argon2id: (password) => hash(password, TRIVIAL.argon2id),
  scrypt: (password) => hash(password, TRIVIAL.scrypt),
  'pbkdf2-sha256': (password) => hash(password, TRIVIAL['pbkdf2-sha256']),
  'pbkdf2-sha512': (password) => hash(password, TRIVIAL['pbkdf2-sha512']),
  plain: async (password) => plain(password),
}

describe.each(Object.entries(store))('%s', (format, make) => {
  test('a password matches itself and nothing near it, at every length from 1 to 200 and around 1,024', async () => {
    for (const length of [...Array(200).keys()].map((n) => n + 1).concat(1023, 1024)) {
      const password = Array.from({ length }, (_, i) => String.fromCharCode(0x21 + ((i * 7 + length) % 90))).join('')
      const stored = await make(password)
      expect(await verify(stored, password)).toMatch(/^match/)
      const at = (length * 31) % length
      const others = [
        `${password}x`,
        `${password} `,
        `${password}\0`,
        password.slice(0, -1),
        password.slice(1),
        password.slice(0, at) + String.fromCharCode(password.charCodeAt(at) ^ 1) + password.slice(at + 1),
      ]
      for (const other of others) expect(await verify(stored, other), `${length}: ${other}`).toBe('mismatch')
    }
  })

  test.each([
    ['trailing space', 'sesame ', 'sesame'],
    ['leading space', ' sesame', 'sesame'],
    ['case', 'Sesame', 'sesame'],
    ['NUL within', 'ses\0ame', 'ses'],
    ['line end', 'sesame\n', 'sesame'],
    ['composed and decomposed', 'caf\u00e9', 'cafe\u0301'],
    ['more than 64 bytes', 'a'.repeat(65), 'a'.repeat(64)],
    ['more than 72 bytes', 'a'.repeat(73), 'a'.repeat(72)],
    ['a byte order mark', '\ufeffsesame', 'sesame'],
  ])('%s counts', async (_what, password, other) => {
    expect(await verify(await make(password), password)).toMatch(/^match/)
    expect(await verify(await make(password), other)).toBe('mismatch')
    expect(await verify(await make(other), password)).toBe('mismatch')
  })

  test.each([
    ['empty', ''],
    ['1,025 bytes', 'a'.repeat(1025)],
    ['1,025 bytes of two each', `${'é'.repeat(512)}a`],
    ['a lone surrogate', 'sesame\ud800'],
    ['ten megabytes', 'a'.repeat(10_000_000)],
    ['no text', 1 as never],
    ['nothing', undefined as never],
  ])('what no password can be is refused when stored and mismatches when presented: %s', async (_what, password) => {
    await expect(make(password)).rejects.toMatchObject({ name: 'PasswordsError', code: 'BAD_PASSWORD' })
    const before = hashingBudget.started
    expect(await verify(await make('\ufffd'), password)).toBe('mismatch')
    expect(hashingBudget.started - before).toBe(format === 'plain' ? 1 : 2)
  })

  test('what is derived from in place of an impossible password lets nobody in', async () => {
    const stored = await make('?')
    for (const password of ['', '\ud800', 'a'.repeat(1025)]) expect(await verify(stored, password)).toBe('mismatch')
  })

  test('the stored string is no password for itself', async () => {
    const stored = await make('sesame')
    expect(await verify(stored, stored)).toBe('mismatch')
  })

  test('1,024 bytes are stored and verified, to the last', async () => {
    const longest = 'é'.repeat(512)
    const stored = await make(longest)
    expect(await verify(stored, longest)).toMatch(/^match/)
    expect(await verify(stored, `${'é'.repeat(511)}è`)).toBe('mismatch')
  })
})

describe('stale', () => {
  test.each<[string, HashOptions, boolean]>([
    ['the default', {}, false],
    ['argon2id 46 MiB, 1 pass', { memory: 46 * 1024, passes: 1 }, false],
    ['argon2id 12 MiB, 3 passes', { memory: 12 * 1024, passes: 3 }, false],
    ['argon2id 19 MiB, 1 pass', { passes: 1, allowWeak: true }, true],
    ['argon2id 12 MiB, 2 passes', { memory: 12 * 1024, allowWeak: true }, true],
    ['scrypt by default', { scheme: 'scrypt' }, false],
    ['scrypt 2^17, p=1', { scheme: 'scrypt', cost: 2 ** 17, parallelization: 1 }, false],
    ['scrypt 2^15, p=1', { scheme: 'scrypt', parallelization: 1, allowWeak: true }, true],
    ['bcrypt 10', { scheme: 'bcrypt', cost: 10 }, false],
    ['bcrypt 9', { scheme: 'bcrypt', cost: 9, allowWeak: true }, true],
    ['pbkdf2-sha256 by default', { scheme: 'pbkdf2-sha256' }, false],
    ['pbkdf2-sha256 599,999', { scheme: 'pbkdf2-sha256', iterations: 599_999, allowWeak: true }, true],
    ['pbkdf2-sha512 by default', { scheme: 'pbkdf2-sha512' }, false],
    ['pbkdf2-sha512 219,999', { scheme: 'pbkdf2-sha512', iterations: 219_999, allowWeak: true }, true],
    ['sha512-crypt by default', { scheme: 'sha512-crypt' }, false],
    ['sha512-crypt 5,000', { scheme: 'sha512-crypt', rounds: 5000, allowWeak: true }, true],
    ['yescrypt by default', { scheme: 'yescrypt' }, false],
    ['yescrypt 8 MiB', { scheme: 'yescrypt', cost: 2048, allowWeak: true }, true],
    ['scrypt r=4', { scheme: 'scrypt', blockSize: 4, parallelization: 6, allowWeak: true }, true],
  ])('%s: %s is stale: %s', async (_what, options, stale) => {
    const stored = await hash('sesame', options)
    expect(needsRehash(stored)).toBe(stale)
    expect(await verify(stored, 'sesame')).toBe(stale ? 'match-stale' : 'match')
    expect(await verify(stored, 'Sesame')).toBe('mismatch')
  })

  test('argon2i, argon2d, version 0x10 and short salts are stale at any cost', () => {
    const salt = 'A'.repeat(22)
    const tag = `$${'A'.repeat(43)}`
    expect(needsRehash(`$argon2id$v=19$m=65536,t=3,p=1$${salt}${tag}`)).toBe(false)
    for (const stored of [
      `$argon2i$v=19$m=65536,t=3,p=1$${salt}${tag}`,
      `$argon2d$v=19$m=65536,t=3,p=1$${salt}${tag}`,
      `$argon2id$m=65536,t=3,p=1$${salt}${tag}`,
      `$argon2id$v=16$m=65536,t=3,p=1$${salt}${tag}`,
      `$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHQ${tag}`,
    ]) {
      expect(needsRehash(stored), stored).toBe(true)
    }
  })

  test('plain text is what somebody asked for, so it is not stale', async () => {
    expect(needsRehash(plain('sesame'))).toBe(false)
    expect(await verify(plain('sesame'), 'sesame')).toBe('match')
  })
})

/** What of crypt(3) can be written; a NUL ends its passwords, so none is stored with one. */
const cryptStore: Record<string, (password: string) => Promise<string>> = {
  bcrypt: (password) => hash(password, TRIVIAL.bcrypt),
  'sha512-crypt': (password) => hash(password, TRIVIAL['sha512-crypt']),
  yescrypt: (password) => hash(password, TRIVIAL.yescrypt),
}

describe.each(Object.entries(cryptStore))('%s', (format, make) => {
  const longest = format === 'bcrypt' ? 72 : 1024

  test('a password matches itself and nothing near it, at lengths from 1 to the longest', async () => {
    const lengths = [1, 2, 7, 8, 15, 16, 31, 32, 55, 56, 63, 64, 65, 71, 72, 111, 112, 127, 128, 192, 1023, 1024]
    for (const length of lengths.filter((length) => length <= longest)) {
      const password = Array.from({ length }, (_, i) => String.fromCharCode(0x21 + ((i * 7 + length) % 90))).join('')
      const stored = await make(password)
      expect(await verify(stored, password)).toBe('match-stale')
      for (const other of [`${password}x`, `${password}\0`, password.slice(0, -1), password.slice(1), stored]) {
        expect(await verify(stored, other), `${length}: ${other}`).toBe('mismatch')
      }
    }
  })

  test('every bit of a password counts', async () => {
    const stored = await make('grün')
    for (const other of ['Grün', 'grun', 'gru\u0308n', 'grün ', ' grün', 'grüN']) {
      expect(await verify(stored, other)).toBe('mismatch')
    }
  })

  test.each([
    ['with a NUL', 'ses\0ame'],
    ['that ends in NUL', 'sesame\0'],
    ['of one byte more than the longest', 'a'.repeat(longest + 1)],
    ['of one character of two bytes more', `${'a'.repeat(longest - 1)}é`],
    ['that is empty', ''],
    ['with a lone surrogate', 'sesame\ud800'],
  ])('a password %s is neither stored nor ever right', async (_what, password) => {
    await expect(make(password)).rejects.toMatchObject({ code: 'BAD_PASSWORD' })
    for (const beginning of [password.slice(0, longest), password.split('\0')[0] ?? '', '?'].filter(
      (text) => text !== '' && !text.includes('\0') && text.isWellFormed() && Buffer.byteLength(text) <= longest,
    )) {
      expect(await verify(await make(beginning), password)).toBe('mismatch')
    }
  })
})

test('bcrypt strings of 73 bytes and more, made elsewhere, match nothing', async () => {
  const { libcrypt } = await import('./libcrypt.ts')
  const long = `${'a'.repeat(72)}b`
  const stored = libcrypt?.(long, '$2b$04$abcdefghijklmnopqrstuu')
  if (stored === undefined) return
  expect(libcrypt?.(`${'a'.repeat(72)}c`, stored)).toBe(stored)
  expect(await verify(stored, long)).toBe('mismatch')
  expect(await verify(stored, 'a'.repeat(72))).toBe('match-stale')
})

describe('gost-yescrypt', () => {
  const salt = 'saltsaltsaltsaltsalts.'
  const sealed = `$gy$j75$${salt}$rTnMHZoL.Fv502qIvQXgv5aR4Lw5S3QJ42DNaX.ZCv9`
  const bare = `$y$j75$${salt}$06SwJ7QDGd8jpozs00vC8MkH0T/SKvTwiDrtMIVdbo2`

  test('one password under one salt is neither hash in place of the other', async () => {
    expect(await verify(sealed, 'sesame')).toBe('match-stale')
    expect(await verify(bare, 'sesame')).toBe('match-stale')
    expect(await verify(sealed.replace('$gy$', '$y$'), 'sesame')).toBe('mismatch')
    expect(await verify(bare.replace('$y$', '$gy$'), 'sesame')).toBe('mismatch')
  })

  test('the password is exact: no NUL, nothing more, nothing less', async () => {
    for (const other of ['sesame\0', 'ses\0ame', '\0', '', 'sesam', 'sesame ', 'Sesame', sealed, 'sesame\ud800']) {
      expect(await verify(sealed, other), JSON.stringify(other)).toBe('mismatch')
    }
  })

  test('every character of the hash counts', async () => {
    for (let at = sealed.lastIndexOf('$') + 1; at < sealed.length; at++) {
      const changed = sealed.slice(0, at) + (sealed[at] === 'z' ? 'y' : 'z') + sealed.slice(at + 1)
      expect(await verify(changed, 'sesame')).toBe('mismatch')
    }
  })

  test('is as stale as yescrypt of the same cost', () => {
    const hash = '.'.repeat(43)
    expect(needsRehash(`$gy$j9T$${salt}$${hash}`)).toBe(false)
    expect(needsRehash(`$gy$j8T$${salt}$${hash}`)).toBe(true)
    expect(needsRehash(`$gy$j9T$saltsaltsalt$${hash}`)).toBe(true)
  })
})

test("Django's bcrypt_sha256 is for any length", async () => {
  const { createHash } = await import('node:crypto')
  const long = 'é'.repeat(512)
  const inner = await hash(createHash('sha256').update(long).digest('hex'), TRIVIAL.bcrypt)
  expect(await verify(`bcrypt_sha256$${inner}`, long)).toBe('match-stale')
  expect(await verify(`bcrypt_sha256$${inner}`, `${long.slice(0, -1)}è`)).toBe('mismatch')
})

test('DES looks at seven bits of eight bytes, as crypt(3) does, and is off without its mark', async () => {
  const marked = desCrypt('abgOeLfPimXQo')
  expect(needsRehash(marked)).toBe(true)
  await expect(verify('abgOeLfPimXQo', 'x')).rejects.toMatchObject({ code: 'UNKNOWN_FORMAT' })
  expect(await verify(marked, 'sesame')).toBe('mismatch')
})

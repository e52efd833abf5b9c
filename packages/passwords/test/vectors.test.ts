import crypto from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { nativeEngine, nodeEngine } from '../src/argon2-engine.ts'
import { toBase64 } from '../src/base64.ts'
import { recipeOf } from '../src/formats.ts'
import { verify } from '../src/index.ts'
import { pbkdf2Derivation } from '../src/pbkdf2-derivation.ts'
import { hmacStreebog256, streebog256 } from '../src/worker/streebog.ts'

function vectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`vectors/${name}.json`, import.meta.url), 'utf8')) as T
}

describe('argon2', () => {
  const { rows } = vectors<{ rows: [password: string, stored: string][] }>('argon2-reference')

  test.each(rows)("verifies the reference implementation's hash of '%s': %s", async (password, stored) => {
    expect(await verify(stored, password)).toMatch(/^match/)
    expect(await verify(stored, `${password}x`)).toBe('mismatch')
  })

  // Its vectors use a secret and associated data, which stored strings do not have: they are for the engine beneath.
  const { tags } = vectors<{ tags: Record<'argon2d' | 'argon2i' | 'argon2id', string> }>('argon2-rfc9106')
  test.each(Object.entries(tags))("Node's %s keeps RFC 9106 section 5", async (variant, tag) => {
    const parameters = {
      message: Buffer.alloc(32, 1),
      nonce: Buffer.alloc(16, 2),
      secret: Buffer.alloc(8, 3),
      associatedData: Buffer.alloc(12, 4),
      memory: 32,
      passes: 3,
      parallelism: 4,
      tagLength: 32,
    }
    const made = await new Promise<Buffer>((resolve, reject) =>
      crypto.argon2(variant as 'argon2id', parameters, (error, made) => (error ? reject(error) : resolve(made))),
    )
    expect(made.toString('hex')).toBe(tag)
  })

  test('the native engine and the fallback compute the same', async () => {
    const native = await nativeEngine()
    const node = nodeEngine()
    for (const variant of ['argon2d', 'argon2i', 'argon2id'] as const) {
      for (const [memory, passes, parallelism, tagLength, length] of [
        [8, 1, 1, 16, 1],
        [33, 2, 4, 32, 64],
        [64, 3, 2, 64, 129],
        [1024, 2, 1, 32, 1024],
      ] as const) {
        const password = Buffer.alloc(length, `${variant} password`)
        const salt = Buffer.alloc(16, `${memory} salt`)
        const job = { variant, old: false, password, salt, memory, passes, parallelism, tagLength }
        expect((await native(job)).equals(await node(job))).toBe(true)
      }
    }
  })

  test('the fallback says so when it cannot compute version 0x10, rather than computing another one', async () => {
    const job = { variant: 'argon2id', password: Buffer.from('p'), salt: Buffer.alloc(16), tagLength: 32 } as const
    await expect(nodeEngine()({ ...job, old: true, memory: 8, passes: 1, parallelism: 1 })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
    })
  })
})

describe('scrypt', () => {
  const { rows } = vectors<{
    rows: { password: string; salt: string; logN: number; r: number; p: number; key: string }[]
  }>('scrypt-rfc7914')

  test.each(rows)("keeps RFC 7914 section 12 for '$password', '$salt'", async ({ password, salt, logN, r, p, key }) => {
    const expected = Buffer.from(key, 'hex')
    const recipe = recipeOf(`$scrypt$ln=${logN},r=${r},p=${p}$${toBase64(Buffer.from(salt))}$${toBase64(expected)}`)
    expect((await recipe.derive(Buffer.from(password))).toString('hex')).toBe(key)
  })

  const others = vectors<{ rows: [password: string, stored: string][] }>('scrypt-phc')
  test.each(others.rows)("verifies the hash of '%s' that others published: %s", async (password, stored) => {
    expect(await verify(stored, password)).toBe('match-stale')
    expect(await verify(stored, `${password}x`)).toBe('mismatch')
  })
})

describe.each([
  ['SHA-crypt', 'sha-crypt'],
  ['bcrypt', 'bcrypt'],
  ['gost-yescrypt', 'gost-yescrypt'],
  ["passlib's PBKDF2", 'pbkdf2-passlib'],
])('%s', (_format, file) => {
  const { rows } = vectors<{ rows: [password: string, stored: string][] }>(file)
  test.each(rows)("verifies the published hash of '%s': %s", async (password, stored) => {
    expect(await verify(stored, password)).toBe('match-stale')
    expect(await verify(stored, `${password}x`)).toBe('mismatch')
  })
})

describe('Streebog', () => {
  const { digests, hmac } = vectors<{
    digests: { message: string; digest: string }[]
    hmac: { key: string; data: string; mac: string }
  }>('streebog')

  test.each(digests)('keeps RFC 6986 section 10 for $message', ({ message, digest }) => {
    const made = streebog256(Buffer.from(message, 'hex').reverse())
    expect(made.reverse().toString('hex')).toBe(digest)
  })

  test('keeps RFC 7836 appendix B as an HMAC', () => {
    const made = hmacStreebog256(Buffer.from(hmac.key, 'hex'), Buffer.from(hmac.data, 'hex'))
    expect(made.toString('hex')).toBe(hmac.mac)
  })
})

describe('PBKDF2', () => {
  const { rows } = vectors<{ rows: [password: string, salt: string, iterations: number, key: string][] }>(
    'pbkdf2-rfc6070',
  )
  test.each(rows)("keeps RFC 6070 section 2 for '%s', '%s', %i", async (password, salt, iterations, key) => {
    const text = (bytes: Buffer) => toBase64(bytes).replaceAll('+', '.')
    const stored = `$pbkdf2$${iterations}$${text(Buffer.from(salt))}$${text(Buffer.from(key, 'hex'))}`
    expect(await verify(stored, password)).toBe('match-stale')
    expect(await verify(stored, `${password}x`)).toBe('mismatch')
    const django = `pbkdf2_sha1$${iterations}$${salt}$${Buffer.from(key, 'hex').toString('base64')}`
    expect(await verify(django, password)).toBe('match-stale')
  })

  interface Wycheproof {
    readonly testGroups: readonly {
      readonly tests: readonly {
        readonly tcId: number
        readonly password: string
        readonly salt: string
        readonly iterationCount: number
        readonly dkLen: number
        readonly dk: string
        readonly result: string
      }[]
    }[]
  }

  test.each([
    ['sha1', 'pbkdf2_hmacsha1'],
    ['sha256', 'pbkdf2_hmacsha256'],
  ] as const)("agrees with Wycheproof's vectors for %s of up to 100,000 iterations", async (digest, file) => {
    const tests = vectors<Wycheproof>(`wycheproof/${file}`).testGroups.flatMap((group) => group.tests)
    const possible = tests.filter(({ iterationCount }) => iterationCount <= 100_000)
    expect(possible.length).toBeGreaterThan(50)
    for (const { tcId, password, salt, iterationCount, dkLen, dk, result } of possible) {
      const parameters = { digest, iterations: iterationCount, salt: Buffer.from(salt, 'hex'), keyLength: dkLen }
      const made = await pbkdf2Derivation(parameters).derive(Buffer.from(password, 'hex'))
      expect(made.toString('hex') === dk, `${tcId}`).toBe(result === 'valid')
    }
  })
})

import { describe, expect, test } from 'vitest'
import { type HashOptions, hash, PasswordsError, verify } from '../src/index.ts'

describe('hash', () => {
  test('by default is argon2id, 19 MiB, two passes, one lane, a salt of 16 bytes and a tag of 32', async () => {
    expect(await hash('sesame')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  })

  test('scrypt by default is N=2^15, r=8, p=3', async () => {
    const stored = await hash('sesame', { scheme: 'scrypt' })
    expect(stored).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(await verify(stored, 'sesame')).toBe('match')
  })

  test('salts differ', async () => {
    const stored = await Promise.all(Array.from({ length: 8 }, () => hash('sesame')))
    expect(new Set(stored.map((one) => one.split('$')[4])).size).toBe(8)
  })

  test.each<[string, HashOptions]>([
    ['19 MiB once', { passes: 1 }],
    ['18 MiB twice', { memory: 18 * 1024 }],
    ['8 KiB', { memory: 8 }],
    ['scrypt p=2', { scheme: 'scrypt', parallelization: 2 }],
    ['scrypt 2^14', { scheme: 'scrypt', cost: 2 ** 14 }],
    ['scrypt r=1', { scheme: 'scrypt', cost: 2 ** 15, blockSize: 1 }],
  ])('less than the floor needs allowWeak: %s', async (_what, options) => {
    await expect(hash('sesame', options)).rejects.toMatchObject({ code: 'WEAK', hint: expect.any(String) })
    await expect(hash('sesame', { ...options, allowWeak: false })).rejects.toMatchObject({ code: 'WEAK' })
    expect(await verify(await hash('sesame', { ...options, allowWeak: true }), 'sesame')).toBe('match-stale')
  })

  test.each<[string, HashOptions]>([
    ['memory', { memory: 256 * 1024 + 1 }],
    ['passes', { passes: 11 }],
    ['lanes', { parallelism: 5 }],
    ['N', { scheme: 'scrypt', cost: 2 ** 30 }],
    ['p', { scheme: 'scrypt', cost: 2 ** 17, parallelization: 9 }],
  ])('what verify would refuse is not made: %s', async (_what, options) => {
    await expect(hash('sesame', options)).rejects.toMatchObject({ code: 'COST_ABOVE_LIMIT' })
  })

  test.each<[string, HashOptions]>([
    ['no memory', { memory: 0 }],
    ['NaN', { memory: Number.NaN }],
    ['half a pass', { passes: 2.5 }],
    ['negative lanes', { parallelism: -1 }],
    ['less than 8 KiB a lane', { memory: 31, parallelism: 4, allowWeak: true }],
    ['N no power of two', { scheme: 'scrypt', cost: 2 ** 15 + 1 }],
    ['N of one', { scheme: 'scrypt', cost: 1 }],
    ['no blocks', { scheme: 'scrypt', blockSize: 0 }],
    ['N beyond 2^(16r)', { scheme: 'scrypt', cost: 2 ** 16, blockSize: 1, allowWeak: true }],
  ])('nonsense is a mistake of the caller: %s', async (_what, options) => {
    await expect(hash('sesame', options)).rejects.toMatchObject({ name: 'PortalError', code: 'BAD_CONFIGURATION' })
  })

  test('scrypt refuses a password that ends in NUL, which it could not tell from the one without', async () => {
    await expect(hash('sesame\0', { scheme: 'scrypt' })).rejects.toMatchObject({ code: 'BAD_PASSWORD' })
    expect(await verify(await hash('sesame\0'), 'sesame\0')).toBe('match')
  })

  test('errors are recognised by brand and show no password', async () => {
    const error = await hash('hunter2\ud800').catch((error: unknown) => error)
    expect(error).toBeInstanceOf(PasswordsError)
    expect(JSON.stringify(error) + String(error) + (error as Error).stack).not.toContain('hunter2')
  })
})

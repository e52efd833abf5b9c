import { describe, expect, test } from 'vitest'
import { verify } from '../src/index.ts'
import { compare, METHODS } from './against-libcrypt.ts'
import { libcrypt } from './libcrypt.ts'

// Passwords here are text. Bytes that are no UTF-8 cannot be typed through this API, so no such hash can match.
describe.skipIf(!libcrypt)("the system's libcrypt agrees", () => {
  test.each(Object.keys(METHODS))('on 60 hashes of %s, whatever the length', async (method) => {
    expect(await compare(method, 60, 20_261_121)).toBe(60)
  })

  test('on 240 more of gost-yescrypt, since nothing else here tries Streebog at every length', async () => {
    expect(await compare('gost-yescrypt', 240, 6986)).toBe(240)
  })

  test.each([
    ['sunmd5', '$md5,rounds=5000$saltsalt$', '$md5,'],
    ['bsdicrypt', '_J9..salt', 'in no known format'],
    ['nt', '$3$', '$3$'],
    ['bcrypt-x', '$2x$04$abcdefghijklmnopqrstuu', '$2x$'],
  ])('that %s is something, and here it is an unknown format by name', async (_method, setting, named) => {
    const stored = libcrypt?.('sesame', setting) ?? ''
    expect(stored).toMatch(/^[$_]/)
    const error: unknown = await verify(stored, 'sesame').catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'UNKNOWN_FORMAT', message: expect.stringContaining(named) })
  })
})

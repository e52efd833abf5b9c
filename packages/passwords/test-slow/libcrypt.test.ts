import { describe, expect, test } from 'vitest'
import { compare, METHODS } from '../test/against-libcrypt.ts'
import { libcrypt } from '../test/libcrypt.ts'

const EACH = 600

describe.skipIf(!libcrypt)("the system's libcrypt agrees", () => {
  test.each(Object.keys(METHODS))(`on ${EACH} hashes of %s, whatever the length`, async (method) => {
    expect(await compare(method, EACH, 35)).toBe(EACH)
  })

  test('on at least 5,000 hashes in all', () => {
    expect(Object.keys(METHODS).length * EACH).toBeGreaterThanOrEqual(5_000)
  })
})

import { expect, test } from 'vitest'
import { HalfSipHash } from '../src/half-sip-hash.ts'

/** From the reference implementation: 4-byte output, key 00 to 07, inputs 00, 00 01, ... of growing length. */
const VECTORS = ['a9359f5b', '27475ab8', 'fa62a603', '8afee704', '2a6e4689', 'c5fab669', '5863fc23', '8bcf63c5']

test('gives the published results', () => {
  const hash = new HalfSipHash(Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]))
  const bytes = Buffer.from([9, 9, ...VECTORS.keys()])
  for (const [length, expected] of VECTORS.entries()) {
    const made = Buffer.alloc(4)
    made.writeUInt32LE(hash.of(bytes, 2, 2 + length))
    expect(made.toString('hex')).toBe(expected)
  }
})

test('depends on its key', () => {
  const bytes = Buffer.from('ada')
  expect(new Set(Array.from({ length: 20 }, () => new HalfSipHash().of(bytes, 0, 3))).size).toBeGreaterThan(15)
})

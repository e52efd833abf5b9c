import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hash, verify } from '../src/index.ts'
import { TRIVIAL } from '../test/trivial.ts'

const RIGHT = 'Difference engine'
const COUNT = 1_000_000
/** Fewer than may wait for their turn. */
const AT_ONCE = 48

/** Stored strings that are quick to verify: a million of the others would take days. */
const digest = createHash('sha1').update(RIGHT).digest()
const sha = (bytes: Buffer) => `{SHA}${bytes.toString('base64')}`

/** Wrong passwords of 1 to 64 characters, the same in every run. */
function* guesses(seed: string, count: number): Generator<string> {
  for (let i = 0; i < count; i++) {
    const dice = createHash('sha512').update(`${seed} ${i}`).digest()
    yield dice.toString('latin1').slice(0, 1 + ((dice[0] ?? 0) % 64))
  }
}

async function accepted(stored: string, typed: Iterable<string>): Promise<number> {
  let count = 0
  let batch: Promise<unknown>[] = []
  const settle = async () => {
    for (const verdict of await Promise.all(batch)) if (verdict !== 'mismatch') count++
    batch = []
  }
  for (const password of typed) {
    batch.push(verify(stored, password))
    if (batch.length === AT_ONCE) await settle()
  }
  await settle()
  return count
}

/** Everything that differs from these bytes in one bit. */
function* flipped(bytes: Buffer): Generator<Buffer> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const other = Buffer.from(bytes)
    other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7))
    yield other
  }
}

describe('nobody gets in by chance', () => {
  test('1,000,000 random passwords: not one is accepted, and the right one is', async () => {
    expect(await accepted(sha(digest), guesses('a million', COUNT))).toBe(0)
    expect(await accepted(sha(digest), [RIGHT])).toBe(1)
  })

  test.each(Object.entries(TRIVIAL))(
    '%s: nor is any that is one bit away from the right one',
    async (_name, options) => {
      const near = [...flipped(Buffer.from(RIGHT))].map((bytes) => bytes.toString('latin1'))
      expect(await accepted(await hash(RIGHT, options), near)).toBe(0)
    },
  )

  test('nor is the right one, where one bit of what is stored is another', async () => {
    for (const other of flipped(digest)) expect(await accepted(sha(other), [RIGHT])).toBe(0)
  })
})

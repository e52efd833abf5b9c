import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { SshKeyError, WireWriter } from '../src/index.ts'
import { RecentKeys } from '../src/recent-keys.ts'

function makeBlob(): Buffer {
  const { publicKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  return new WireWriter().string('ssh-ed25519').string(Buffer.from(x, 'base64url')).done()
}

describe('keys that have signed lately', () => {
  it('are imported once', () => {
    const keys = new RecentKeys()
    const blob = makeBlob()
    keys.remember(keys.parse(blob))
    expect(keys.parse(blob)).toBe(keys.parse(Buffer.from(blob)))
  })

  it('are not known for having been looked at', () => {
    const keys = new RecentKeys()
    const blob = makeBlob()
    expect(keys.parse(blob)).not.toBe(keys.parse(blob))
  })

  it('stay what they are when the bytes they were read from are written over', () => {
    const keys = new RecentKeys()
    const blob = makeBlob()
    const original = Buffer.from(blob)
    keys.remember(keys.parse(blob))
    blob.fill(0)
    expect(keys.parse(original).blob).toEqual(Uint8Array.from(original))
    expect(() => keys.parse(blob)).toThrow(SshKeyError)
  })

  it('are forgotten when a thousand others have signed, the oldest first', () => {
    const keys = new RecentKeys()
    const blobs = Array.from({ length: 1025 }, makeBlob)
    for (const blob of blobs) keys.remember(keys.parse(blob))
    const isKnown = blobs.map((blob) => {
      const once = keys.parse(blob)
      return once === keys.parse(blob)
    })
    expect(isKnown).toEqual(blobs.map((_, age) => age > 0))
  })
})

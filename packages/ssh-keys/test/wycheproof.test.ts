import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { verifySignature, WireWriter } from '../src/index.ts'

interface Vectors {
  readonly testGroups: readonly {
    readonly publicKeyPem: string
    readonly tests: readonly {
      readonly tcId: number
      readonly flags: readonly string[]
      readonly msg: string
      readonly sig: string
      readonly result: 'valid' | 'invalid' | 'acceptable'
    }[]
  }[]
}

const FILES = [
  ['ed25519', 'ssh-ed25519'],
  ['ecdsa_secp256r1_sha256', 'ecdsa-sha2-nistp256'],
  ['ecdsa_secp384r1_sha384', 'ecdsa-sha2-nistp384'],
  ['ecdsa_secp521r1_sha512', 'ecdsa-sha2-nistp521'],
  ['rsa_signature_2048_sha256', 'rsa-sha2-256'],
  ['rsa_signature_2048_sha512', 'rsa-sha2-512'],
  ['rsa_signature_4096_sha256', 'rsa-sha2-256'],
  ['rsa_signature_4096_sha512', 'rsa-sha2-512'],
] as const

describe.each(FILES)('%s through the path of a login', (file, algorithm) => {
  const { testGroups } = JSON.parse(
    readFileSync(new URL(`vectors/wycheproof/${file}.json`, import.meta.url), 'utf8'),
  ) as Vectors

  it('accepts what is valid, and nothing that is invalid', () => {
    const wrong: number[] = []
    let valid = 0
    let invalid = 0
    for (const { publicKeyPem, tests } of testGroups) {
      const blob = blobOf(publicKeyPem, algorithm)
      for (const { tcId, msg, sig, result } of tests) {
        const value = algorithm.startsWith('ecdsa') ? fromDer(Buffer.from(sig, 'hex')) : Buffer.from(sig, 'hex')
        // DER has ways to be wrong that cannot be said in SSH.
        if (value === undefined) continue
        const signature = new WireWriter().string(algorithm).string(value).done()
        const accepted = verifySignature({ algorithm, blob, signature, signed: Buffer.from(msg, 'hex') }) !== undefined
        if (result === 'valid') valid++
        if (result === 'invalid') invalid++
        if (result !== 'acceptable' && accepted !== (result === 'valid')) wrong.push(tcId)
        if (result === 'acceptable' && accepted) wrong.push(tcId)
      }
    }
    expect(wrong).toEqual([])
    expect(valid).toBeGreaterThan(5)
    expect(invalid).toBeGreaterThan(50)
  })
})

function blobOf(pem: string, algorithm: string): Buffer {
  const { x = '', y = '', e = '', n = '' } = createPublicKey(pem).export({ format: 'jwk' })
  const bytes = (text: string) => Buffer.from(text, 'base64url')
  if (algorithm === 'ssh-ed25519') return new WireWriter().string(algorithm).string(bytes(x)).done()
  if (algorithm.startsWith('rsa')) {
    return new WireWriter().string('ssh-rsa').positive(bytes(e)).positive(bytes(n)).done()
  }
  const point = Buffer.concat([Buffer.of(4), bytes(x), bytes(y)])
  return new WireWriter().string(algorithm).string(algorithm.slice('ecdsa-sha2-'.length)).string(point).done()
}

/** `SEQUENCE { INTEGER r, INTEGER s }` as two `mpint`s, which hold the same bytes; `undefined` when it is not even that. */
function fromDer(der: Buffer): Buffer | undefined {
  const sequence = element(der, 0x30)
  if (!sequence || sequence.rest.length > 0) return undefined
  const r = element(sequence.value, 0x02)
  const s = r && element(r.rest, 0x02)
  if (!r || !s || s.rest.length > 0) return undefined
  return new WireWriter().string(r.value).string(s.value).done()
}

function element(der: Buffer, tag: number): { readonly value: Buffer; readonly rest: Buffer } | undefined {
  let start = 2
  let length = der[1] ?? 0
  if (length === 0x81 && (der[2] ?? 0) >= 0x80) {
    length = der[2] ?? 0
    start = 3
  } else if (length >= 0x80) return undefined
  if (der[0] !== tag || der.length < start + length) return undefined
  return { value: der.subarray(start, start + length), rest: der.subarray(start + length) }
}

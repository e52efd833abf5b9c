import { createHash, generateKeyPairSync, type KeyObject, sign as signWith } from 'node:crypto'
import { KEY_ALGORITHMS, type KeyAlgorithm, WireWriter } from '../src/index.ts'

/** Keys made for the tests, by node:crypto and a writer: none of the code under test but the writer takes part. */

/** How a security key signs, if not as it should. */
export interface Touch {
  readonly flags?: number
  readonly counter?: number
  readonly application?: string
}

export interface TestKey {
  readonly algorithm: KeyAlgorithm
  readonly blob: Buffer
  /** The fields after the name, as certificates hold them. */
  readonly fields: Buffer
  /** The whole signature; `label` is the name in front of it. */
  sign(signed: Uint8Array, label?: string, touch?: Touch): Buffer
}

const APPLICATION = 'ssh:'
const CURVES: Readonly<Record<string, { readonly name: string; readonly hash: string }>> = {
  nistp256: { name: 'P-256', hash: 'sha256' },
  nistp384: { name: 'P-384', hash: 'sha384' },
  nistp521: { name: 'P-521', hash: 'sha512' },
}

export function makeKey(algorithm: KeyAlgorithm, bits = 2048): TestKey {
  const [name = ''] = algorithm.split('@')
  if (name.endsWith('ssh-ed25519')) return ed25519(algorithm)
  if (name === 'ssh-rsa') return rsa(bits)
  return ecdsa(algorithm, name.slice(name.lastIndexOf('-') + 1))
}

/** One of each kind. */
export const allKeys = (): readonly TestKey[] => KEY_ALGORITHMS.map((algorithm) => makeKey(algorithm))

/** How a key of this kind is asked for in a request, in every way that should do. */
export function requestsFor(algorithm: KeyAlgorithm): readonly string[] {
  return algorithm === 'ssh-rsa' ? ['rsa-sha2-256', 'rsa-sha2-512'] : [algorithm]
}

export const certificateName = (algorithm: string): string => `${algorithm.split('@')[0]}-cert-v01@openssh.com`

function ed25519(algorithm: KeyAlgorithm): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const point = base64url(publicKey.export({ format: 'jwk' }).x)
  return testKey(algorithm, new WireWriter().string(point), (data) => signWith(null, data, privateKey))
}

function ecdsa(algorithm: KeyAlgorithm, curve: string): TestKey {
  const { name, hash } = CURVES[curve] ?? { name: '', hash: '' }
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: name })
  const { x, y } = publicKey.export({ format: 'jwk' })
  const point = Buffer.concat([Buffer.of(4), base64url(x), base64url(y)])
  return testKey(algorithm, new WireWriter().string(curve).string(point), (data) =>
    ecdsaSignature(hash, data, privateKey),
  )
}

function ecdsaSignature(hash: string, data: Uint8Array, key: KeyObject): Buffer {
  const both = signWith(hash, data, { key, dsaEncoding: 'ieee-p1363' })
  const half = both.length / 2
  return new WireWriter().positive(both.subarray(0, half)).positive(both.subarray(half)).done()
}

function rsa(bits: number): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  const { e, n } = publicKey.export({ format: 'jwk' })
  const fields = new WireWriter().positive(base64url(e)).positive(base64url(n))
  return testKey('ssh-rsa', fields, (data, label) => signWith(hashOf(label), data, privateKey))
}

/** With SHA-1 too: it must verify nowhere. */
const hashOf = (label: string): string => ({ 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' })[label] ?? 'sha1'

function testKey(
  algorithm: KeyAlgorithm,
  numbers: WireWriter,
  raw: (data: Uint8Array, label: string) => Uint8Array,
): TestKey {
  const isSecurityKey = algorithm.startsWith('sk-')
  if (isSecurityKey) numbers.string(APPLICATION)
  const fields = numbers.done()
  return {
    algorithm,
    fields,
    blob: new WireWriter().string(algorithm).bytes(fields).done(),
    sign(signed, label = algorithm === 'ssh-rsa' ? 'rsa-sha2-256' : algorithm, touch = {}) {
      const writer = new WireWriter().string(label)
      if (!isSecurityKey) return writer.string(raw(signed, label)).done()
      const { flags = 1, counter = 7, application = APPLICATION } = touch
      const tail = new WireWriter().byte(flags).uint32(counter).done()
      const message = Buffer.concat([sha256(application), tail, sha256(signed)])
      return writer.string(raw(message, label)).bytes(tail).done()
    },
  }
}

const sha256 = (data: Uint8Array | string): Buffer => createHash('sha256').update(data).digest()

const base64url = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64url')

import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { SshKeyError } from './errors.ts'
import { isKeyAlgorithm, type KeyAlgorithm } from './key-algorithm.ts'
import { WireReader } from './wire-reader.ts'

/** A public key, understood. */
export interface ParsedKey {
  readonly algorithm: KeyAlgorithm
  readonly blob: Uint8Array
  /** What node:crypto verifies with. */
  readonly key: KeyObject
  /** Of security keys: what they were made for, `ssh:` as a rule. */
  readonly application?: string
  /** Of RSA keys: the length of the modulus. */
  readonly bits?: number
}

const MIN_RSA_BITS = 2048
const MAX_RSA_BITS = 16_384
/** Larger ones only make verifying slow; everybody's is 65,537. */
const MAX_EXPONENT_BYTES = 8

const CURVES = {
  nistp256: { jwk: 'P-256', bytes: 32 },
  nistp384: { jwk: 'P-384', bytes: 48 },
  nistp521: { jwk: 'P-521', bytes: 66 },
} as const

const ED25519_BYTES = 32
/** The y of every point of order 1, 2, 4 and 8, and those two that are written larger than the field. */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])

/**
 * Reads a public key as it stands on the wire: RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4, PROTOCOL.u2f.
 * @throws {SshKeyError} `MALFORMED`, `UNSUPPORTED`, `WEAK_KEY`
 */
export function parsePublicKey(blob: Uint8Array): ParsedKey {
  const reader = new WireReader(blob)
  const algorithm = reader.text()
  if (!isKeyAlgorithm(algorithm)) throw unsupported(algorithm)
  const fields = readKeyFields(algorithm, reader)
  reader.end()
  return { algorithm, blob, ...fields }
}

/**
 * What {@link parsePublicKey} does, but for one question that takes 30 to 90 us: whether a point is on its curve. For long
 * lists of keys, none of which verifies anything before it is parsed in earnest.
 * @throws {SshKeyError} `MALFORMED`, `UNSUPPORTED`, `WEAK_KEY`
 */
export function inspectPublicKey(blob: Uint8Array): Omit<ParsedKey, 'key'> {
  const reader = new WireReader(blob)
  const algorithm = reader.text()
  if (!isKeyAlgorithm(algorithm)) throw unsupported(algorithm)
  const { jwk: _, ...fields } = readNumbers(algorithm, reader)
  reader.end()
  return { algorithm, blob, ...fields }
}

/**
 * The fields of a key after its name, as certificates hold them too.
 * @throws {SshKeyError} `MALFORMED`, `WEAK_KEY`
 */
export function readKeyFields(
  algorithm: KeyAlgorithm,
  reader: WireReader,
): Pick<ParsedKey, 'key' | 'application' | 'bits'> {
  const { jwk, ...fields } = readNumbers(algorithm, reader)
  return { key: imported(jwk), ...fields }
}

interface Numbers extends Pick<ParsedKey, 'application' | 'bits'> {
  readonly jwk: JsonWebKey
}

function readNumbers(algorithm: KeyAlgorithm, reader: WireReader): Numbers {
  switch (algorithm) {
    case 'ssh-ed25519':
      return { jwk: readEd25519(reader) }
    case 'sk-ssh-ed25519@openssh.com':
      return { jwk: readEd25519(reader), application: reader.text() }
    case 'ssh-rsa':
      return readRsa(reader)
    case 'sk-ecdsa-sha2-nistp256@openssh.com':
      return { jwk: readEcdsa('nistp256', reader), application: reader.text() }
    default:
      return { jwk: readEcdsa(algorithm.slice('ecdsa-sha2-'.length) as keyof typeof CURVES, reader) }
  }
}

function readEd25519(reader: WireReader): JsonWebKey {
  const point = reader.string()
  if (point.length !== ED25519_BYTES) throw new SshKeyError('MALFORMED', 'an Ed25519 key has 32 bytes')
  if (isOfSmallOrder(point)) throw new SshKeyError('WEAK_KEY', 'an Ed25519 key that anybody can sign with')
  return { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') }
}

/** With such a key, signatures made without any private half verify for one message in eight, or for all. */
function isOfSmallOrder(point: Buffer): boolean {
  const last = (point.at(-1) ?? 0) & 0x7f
  // Most keys are told by one byte.
  if (last !== 0x7f && last !== 0 && last !== 0x05 && last !== 0x7a) return false
  const y = Buffer.from(point)
  y[ED25519_BYTES - 1] = last
  return SMALL_ORDER.has(y.toString('hex'))
}

/** The curve is said twice, and must be the same both times. */
function readEcdsa(curve: keyof typeof CURVES, reader: WireReader): JsonWebKey {
  const { jwk, bytes } = CURVES[curve]
  if (reader.text() !== curve)
    throw new SshKeyError('MALFORMED', `the curve is not ${curve}, as the name of the key says`)
  const point = reader.string()
  // SEC 1 section 2.3.3; compressed points are not of SSH: RFC 5656 section 3.1.
  if (point.length !== 1 + 2 * bytes || point[0] !== 4) {
    throw new SshKeyError('MALFORMED', `not an uncompressed point of ${curve}`)
  }
  const x = point.subarray(1, 1 + bytes).toString('base64url')
  const y = point.subarray(1 + bytes).toString('base64url')
  return { kty: 'EC', crv: jwk, x, y }
}

function readRsa(reader: WireReader): Numbers {
  const e = reader.positive()
  const n = reader.positive()
  const bits = n.length * 8 - Math.clz32(n[0] ?? 0) + 24
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
    throw new SshKeyError('WEAK_KEY', `an RSA key of ${bits} bits`, {
      hint: `RSA keys have ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits here; ssh-keygen -t ed25519 makes a better one.`,
    })
  }
  const isOdd = (number: Buffer) => ((number.at(-1) ?? 0) & 1) === 1
  if (!isOdd(n)) throw new SshKeyError('WEAK_KEY', 'an RSA modulus is odd')
  if (!isOdd(e) || e.length > MAX_EXPONENT_BYTES || (e.length === 1 && (e[0] ?? 0) < 3)) {
    throw new SshKeyError('WEAK_KEY', 'an RSA exponent is odd and from 3 to 2^64')
  }
  return { jwk: { kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') }, bits }
}

/** OpenSSL looks whether a point is on its curve. */
function imported(jwk: JsonWebKey): KeyObject {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch (cause) {
    throw new SshKeyError('MALFORMED', 'the numbers are not those of a key', { cause })
  }
}

function unsupported(algorithm: string): SshKeyError {
  return new SshKeyError('UNSUPPORTED', `keys of the kind ${JSON.stringify(algorithm.slice(0, 64))} are not known here`)
}

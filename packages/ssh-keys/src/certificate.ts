import { SshKeyError } from './errors.ts'
import { certifiedAlgorithm, isCertificate } from './key-algorithm.ts'
import { type ParsedKey, readKeyFields } from './public-key.ts'
import { WireReader } from './wire-reader.ts'

/** An OpenSSH certificate, read but not believed: whether its CA is trusted, and signed it, is asked elsewhere. PROTOCOL.certkeys. */
export interface Certificate {
  /** `ssh-ed25519-cert-v01@openssh.com`, ... */
  readonly algorithm: string
  readonly blob: Uint8Array
  /** The key that is certified; its `blob` is that of the plain key. */
  readonly key: ParsedKey
  readonly serial: bigint
  readonly type: 'user' | 'host'
  /** Chosen by the CA, for its logs. It may hold anything. */
  readonly keyId: string
  readonly principals: readonly string[]
  /** Seconds since the epoch; the last is 2^64 - 1 for "for ever". */
  readonly validAfter: bigint
  readonly validBefore: bigint
  /** What whoever does not understand it must refuse; in the order of their names, each once. */
  readonly criticalOptions: ReadonlyMap<string, Buffer>
  /** What whoever does not understand it may ignore. */
  readonly extensions: ReadonlyMap<string, Buffer>
  /** The key of the CA, on the wire. */
  readonly ca: Buffer
  /** What the CA signed, and its signature. */
  readonly signed: Buffer
  readonly signature: Buffer
}

/** As OpenSSH has them: SSHKEY_CERT_MAX_PRINCIPALS. */
const MAX_PRINCIPALS = 256

/**
 * Reads a certificate as it stands on the wire.
 * @throws {SshKeyError} `MALFORMED`, `UNSUPPORTED`, `WEAK_KEY`
 */
export function parseCertificate(blob: Uint8Array): Certificate {
  const reader = new WireReader(blob)
  const algorithm = reader.text()
  const plain = certifiedAlgorithm(algorithm)
  if (plain === undefined) {
    throw new SshKeyError('UNSUPPORTED', `${JSON.stringify(algorithm.slice(0, 64))} is no kind of certificate`)
  }
  reader.string() // The nonce: it makes what is signed unforeseeable, and is nothing else. Least of all the key.
  const start = reader.position
  const fields = readKeyFields(plain, reader)
  const keyFields = Buffer.from(blob.buffer, blob.byteOffset + start, reader.position - start)
  const serial = reader.uint64()
  const type = typeOf(reader.uint32())
  const keyId = textIn(reader)
  const principals = principalsIn(reader.string())
  const validAfter = reader.uint64()
  const validBefore = reader.uint64()
  const criticalOptions = optionsIn(reader.string())
  const extensions = optionsIn(reader.string())
  reader.string() // Reserved.
  const ca = reader.string()
  // Refused by its name, before anybody reads on: a certificate in a certificate in a certificate has no end.
  if (isCertificate(new WireReader(ca).text())) throw malformed('the CA of a certificate is a key, not a certificate')
  const signed = Buffer.from(blob.buffer, blob.byteOffset, reader.position)
  const signature = reader.string()
  reader.end()
  const key: ParsedKey = { algorithm: plain, blob: plainBlob(plain, keyFields), ...fields }
  return {
    algorithm,
    blob,
    key,
    serial,
    type,
    keyId,
    principals,
    validAfter,
    validBefore,
    criticalOptions,
    extensions,
    ca,
    signed,
    signature,
  }
}

function typeOf(number: number): 'user' | 'host' {
  if (number === 1) return 'user'
  if (number === 2) return 'host'
  throw malformed('a certificate is for a user or for a host')
}

function principalsIn(bytes: Buffer): readonly string[] {
  const reader = new WireReader(bytes)
  const principals: string[] = []
  while (!reader.atEnd) {
    if (principals.length === MAX_PRINCIPALS) throw malformed(`a certificate has at most ${MAX_PRINCIPALS} principals`)
    principals.push(textIn(reader))
  }
  return principals
}

/** Where C ends a text at its first NUL, and others do not, two readers would see two names. */
function textIn(reader: WireReader): string {
  const text = reader.text()
  if (text.includes('\0')) throw malformed('a name in a certificate holds a NUL')
  return text
}

/** Names in lexical order, each once: PROTOCOL.certkeys. Two of one name would be read differently by different readers. */
function optionsIn(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const reader = new WireReader(bytes)
  const options = new Map<string, Buffer>()
  let last: Buffer = Buffer.alloc(0)
  while (!reader.atEnd) {
    const name = reader.string()
    if (options.size > 0 && Buffer.compare(last, name) >= 0) {
      throw malformed('the options of a certificate stand in the order of their names, each once')
    }
    options.set(name.toString('latin1'), reader.string())
    last = name
  }
  return options
}

function plainBlob(algorithm: string, fields: Buffer): Buffer {
  const name = Buffer.from(algorithm)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(name.length)
  return Buffer.concat([length, name, fields])
}

const malformed = (problem: string): SshKeyError => new SshKeyError('MALFORMED', problem)

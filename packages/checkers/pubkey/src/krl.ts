import { createHash } from 'node:crypto'
import { type Certificate, SshKeyError, WireReader } from '@gatewright/ssh-keys'
import { PubkeyError } from './errors.ts'

/** `SSHKRL\n\0`: PROTOCOL.krl. */
const MAGIC: Buffer = Buffer.from('SSHKRL\n\0', 'latin1')
const VERSION = 1

const SECTION = { certificates: 1, explicitKeys: 2, sha1: 3, sha256: 5, extension: 255 } as const
const BY = { serials: 0x20, range: 0x21, bitmap: 0x22, keyIds: 0x23, extension: 0x39 } as const

export function isKrl(bytes: Buffer): boolean {
  return bytes.subarray(0, MAGIC.length).equals(MAGIC)
}

/** What one authority has taken back. */
interface Revocations {
  /** The key of the authority on the wire; absent is any. */
  readonly ca?: string
  readonly serials: ReadonlySet<bigint>
  readonly ranges: readonly (readonly [from: bigint, to: bigint])[]
  readonly bitmaps: readonly { readonly offset: bigint; readonly bits: Buffer }[]
  readonly keyIds: ReadonlySet<string>
}

type Draft = {
  serials: Set<bigint>
  ranges: [bigint, bigint][]
  bitmaps: { offset: bigint; bits: Buffer }[]
  keyIds: Set<string>
}

/** A key revocation list of OpenSSH (`ssh-keygen -k`). It answers a look-up for a key or a certificate. */
export class Krl {
  readonly #keys: Record<'explicitKeys' | 'sha1' | 'sha256', Set<string>> = {
    explicitKeys: new Set(),
    sha1: new Set(),
    sha256: new Set(),
  }
  readonly #certificates: Revocations[] = []

  /**
   * @throws {PubkeyError} `BAD_REVOCATIONS` for everything that is not understood whole: what is not understood may be about
   * the very key that asks
   */
  constructor(bytes: Buffer, source: string) {
    try {
      this.#read(new WireReader(bytes))
    } catch (error) {
      if (!(error instanceof SshKeyError)) throw error
      throw new PubkeyError('BAD_REVOCATIONS', `${source} is no key revocation list: ${error.message}`, {
        cause: error,
        hint: 'Make it anew with ssh-keygen -k; until then nobody logs in by key.',
      })
    }
  }

  /** Whether this plain key, as it stands on the wire, is taken back. */
  hasKey(blob: Uint8Array): boolean {
    const { explicitKeys, sha1, sha256 } = this.#keys
    return (
      (explicitKeys.size > 0 && explicitKeys.has(textOf(blob))) ||
      (sha1.size > 0 && sha1.has(digest('sha1', blob))) ||
      (sha256.size > 0 && sha256.has(digest('sha256', blob)))
    )
  }

  /** Whether this certificate is taken back by its serial or its name. Of its keys, {@link hasKey} knows. */
  hasCertificate({ ca, serial, keyId }: Certificate): boolean {
    return this.#certificates.some(
      (revoked) =>
        (revoked.ca === undefined || revoked.ca === textOf(ca)) &&
        (revoked.keyIds.has(keyId) ||
          revoked.serials.has(serial) ||
          revoked.ranges.some(([from, to]) => from <= serial && serial <= to) ||
          revoked.bitmaps.some(({ offset, bits }) => isSet(bits, serial - offset))),
    )
  }

  #read(reader: WireReader): void {
    if (!reader.bytes(MAGIC.length).equals(MAGIC)) throw malformed('it does not begin like one')
    if (reader.uint32() !== VERSION) throw malformed('its version is not known')
    reader.uint64() // The number of this list, and when it was made: for people.
    reader.uint64()
    if (reader.uint64() !== 0n) throw malformed('it has flags that are not known')
    reader.string() // Reserved.
    reader.string() // A comment.
    while (!reader.atEnd) this.#readSection(reader.byte(), reader.string())
  }

  #readSection(kind: number, data: Buffer): void {
    const section = new WireReader(data)
    switch (kind) {
      case SECTION.certificates:
        this.#readCertificates(section)
        break
      case SECTION.explicitKeys:
        addAll(this.#keys.explicitKeys, section)
        break
      case SECTION.sha1:
        addAll(this.#keys.sha1, section, 20)
        break
      case SECTION.sha256:
        addAll(this.#keys.sha256, section, 32)
        break
      case SECTION.extension:
        readExtension(section)
        break
      // A signature among them: whom it would have to be by is said nowhere.
      default:
        throw malformed(`it has a section of the unknown kind ${kind}`)
    }
  }

  #readCertificates(section: WireReader): void {
    const ca = section.string()
    section.string() // Reserved.
    const draft: Draft = { serials: new Set(), ranges: [], bitmaps: [], keyIds: new Set() }
    while (!section.atEnd) readRevocations(draft, section.byte(), new WireReader(section.string()))
    this.#certificates.push(ca.length === 0 ? draft : { ca: textOf(ca), ...draft })
  }
}

function readRevocations(draft: Draft, kind: number, data: WireReader): void {
  switch (kind) {
    case BY.serials:
      while (!data.atEnd) draft.serials.add(data.uint64())
      break
    case BY.range: {
      const from = data.uint64()
      const to = data.uint64()
      if (from > to) throw malformed('a range of serials ends before it begins')
      draft.ranges.push([from, to])
      data.end()
      break
    }
    case BY.bitmap:
      draft.bitmaps.push({ offset: data.uint64(), bits: data.positive() })
      data.end()
      break
    case BY.keyIds:
      while (!data.atEnd) draft.keyIds.add(data.text())
      break
    case BY.extension:
      readExtension(data)
      break
    default:
      throw malformed(`it has revocations of the unknown kind ${kind}`)
  }
}

/** Those that are not critical may be passed over. */
function readExtension(data: WireReader): void {
  data.string()
  const critical = data.byte() !== 0
  data.string()
  data.end()
  if (critical) throw malformed('it has a critical extension that is not known')
}

function addAll(set: Set<string>, section: WireReader, length?: number): void {
  while (!section.atEnd) {
    const item = section.string()
    if (length !== undefined && item.length !== length) throw malformed('a fingerprint has not its length')
    set.add(textOf(item))
  }
}

/** Bit 0 is the last one of a big-endian number. */
function isSet(bits: Buffer, bit: bigint): boolean {
  if (bit < 0n || bit >= BigInt(bits.length) * 8n) return false
  const at = Number(bit)
  return (((bits[bits.length - 1 - (at >> 3)] ?? 0) >> (at & 7)) & 1) === 1
}

/** Bytes as the member of a set. */
const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

const digest = (algorithm: string, blob: Uint8Array): string =>
  createHash(algorithm)
    .update(blob)
    .digest('latin1' as 'binary')

const malformed = (problem: string): SshKeyError => new SshKeyError('MALFORMED', problem)

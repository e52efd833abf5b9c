import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import type { Attempt, KeyPresence, PublicKeyCredential, Verdict } from '@gatewright/portal'
import { publickey } from '@gatewright/portal'
import { formatKeyText, type KeyAlgorithm, WireWriter } from '@gatewright/ssh-keys'
import type { KeyProblem } from '../src/index.ts'

/** Keys, certificates and attempts of these tests. Only authorities sign anything here. */
export interface TestKey {
  readonly algorithm: KeyAlgorithm
  readonly blob: Buffer
  readonly fields: Buffer
  /** As a line of authorized_keys, without options. */
  readonly line: string
  sign(data: Uint8Array): Buffer
}

/** An Ed25519 key, or a security key around one. */
export function ed25519(algorithm: 'ssh-ed25519' | 'sk-ssh-ed25519@openssh.com' = 'ssh-ed25519'): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const writer = new WireWriter().string(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'))
  return testKey(algorithm, writer, (data) => new WireWriter().string(algorithm).string(sign(null, data, privateKey)))
}

/** A P-256 key, or a security key around one. */
export function ecdsa(
  algorithm: 'ecdsa-sha2-nistp256' | 'sk-ecdsa-sha2-nistp256@openssh.com' = 'ecdsa-sha2-nistp256',
): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  return testKey(algorithm, new WireWriter().string('nistp256').string(point), (data) => {
    const both = sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
    const numbers = new WireWriter().positive(both.subarray(0, 32)).positive(both.subarray(32)).done()
    return new WireWriter().string(algorithm).string(numbers)
  })
}

function testKey(algorithm: KeyAlgorithm, numbers: WireWriter, raw: (data: Uint8Array) => WireWriter): TestKey {
  const isSecurityKey = algorithm.startsWith('sk-')
  if (isSecurityKey) numbers.string('ssh:')
  const fields = numbers.done()
  const blob = new WireWriter().string(algorithm).bytes(fields).done()
  return {
    algorithm,
    blob,
    fields,
    line: formatKeyText({ algorithm, blob }),
    sign(data) {
      if (!isSecurityKey) return raw(data).done()
      const tail = Buffer.of(1, 0, 0, 0, 1)
      return raw(Buffer.concat([sha256('ssh:'), tail, sha256(data)]))
        .bytes(tail)
        .done()
    },
  }
}

const sha256 = (data: Uint8Array | string): Buffer => createHash('sha256').update(data).digest()

/** What a certificate says. */
export interface Said {
  readonly serial?: bigint
  readonly type?: number
  readonly keyId?: string
  readonly principals?: readonly string[]
  readonly validAfter?: bigint
  readonly validBefore?: bigint
  readonly critical?: Readonly<Record<string, string | Uint8Array>>
  readonly extensions?: Readonly<Record<string, string | Uint8Array>>
  readonly signature?: Uint8Array
  readonly ca?: Uint8Array
}

export const FOREVER = 0xffff_ffff_ffff_ffffn

/** A certificate for a key, by an authority. */
export function certify(key: TestKey, authority: TestKey, said: Said = {}): { algorithm: string; blob: Buffer } {
  const algorithm = `${key.algorithm.split('@')[0]}-cert-v01@openssh.com`
  const principals = new WireWriter()
  for (const name of said.principals ?? ['ada']) principals.string(name)
  const body = new WireWriter()
    .string(algorithm)
    .string(Buffer.alloc(32, 9))
    .bytes(key.fields)
    .uint64(said.serial ?? 1n)
    .uint32(said.type ?? 1)
    .string(said.keyId ?? 'id')
    .string(principals.done())
    .uint64(said.validAfter ?? 0n)
    .uint64(said.validBefore ?? FOREVER)
    .string(options(said.critical ?? {}))
    .string(options(said.extensions ?? { 'permit-pty': Buffer.alloc(0) }))
    .string('')
    .string(said.ca ?? authority.blob)
    .done()
  const signature = said.signature ?? authority.sign(body)
  return { algorithm, blob: new WireWriter().bytes(body).string(signature).done() }
}

/** A text becomes a string in a string, as options have it; bytes stay as they are. */
function options(named: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const writer = new WireWriter()
  for (const [name, value] of Object.entries(named)) {
    writer.string(name).string(typeof value === 'string' ? new WireWriter().string(value).done() : value)
  }
  return writer.done()
}

export const NOTHING: Buffer = Buffer.alloc(0)

/** An attempt from this address. */
export function from(address?: string): Attempt {
  return {
    protocol: 'ssh',
    signal: new AbortController().signal,
    proofs: [],
    ...(address === undefined ? {} : { peer: { address } }),
  }
}

export function credential(
  username: string,
  key: { readonly algorithm: string; readonly blob: Uint8Array },
  presence?: KeyPresence,
): PublicKeyCredential {
  return publickey(username, { algorithm: key.algorithm, blob: key.blob }, presence)
}

/** One word, with the reason of a rejection. */
export function said(verdict: Verdict): string {
  return verdict.outcome === 'reject' ? `reject: ${verdict.reason}` : verdict.outcome
}

/** A list that problems go to. */
export function problems(): { readonly told: KeyProblem[]; readonly onProblem: (problem: KeyProblem) => void } {
  const told: KeyProblem[] = []
  return { told, onProblem: (problem) => told.push(problem) }
}

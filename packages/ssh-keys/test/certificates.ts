import { WireWriter } from '../src/index.ts'
import { certificateName, makeKey, type TestKey } from './keys.ts'

/** What a certificate says; every field can be wrong. */
export interface Said {
  readonly algorithm?: string
  readonly serial?: bigint
  readonly type?: number
  readonly keyId?: string | Uint8Array
  readonly principals?: readonly (string | Uint8Array)[]
  readonly validAfter?: bigint
  readonly validBefore?: bigint
  readonly criticalOptions?: readonly (readonly [name: string, value: Uint8Array])[]
  readonly extensions?: readonly (readonly [name: string, value: Uint8Array])[]
  readonly ca?: Uint8Array
  readonly label?: string
  readonly signature?: Uint8Array
}

export const FOREVER = 0xffff_ffff_ffff_ffffn

/** A certificate for a key, by an authority. */
export function certify(key: TestKey, authority: TestKey = makeKey('ssh-ed25519'), said: Said = {}): Buffer {
  const principals = new WireWriter()
  for (const name of said.principals ?? ['ada']) principals.string(name)
  const body = new WireWriter()
    .string(said.algorithm ?? certificateName(key.algorithm))
    .string(Buffer.alloc(32, 9))
    .bytes(key.fields)
    .uint64(said.serial ?? 1n)
    .uint32(said.type ?? 1)
    .string(said.keyId ?? 'id')
    .string(principals.done())
    .uint64(said.validAfter ?? 0n)
    .uint64(said.validBefore ?? FOREVER)
    .string(optionsOf(said.criticalOptions ?? []))
    .string(optionsOf(said.extensions ?? [['permit-pty', Buffer.alloc(0)]]))
    .string('')
    .string(said.ca ?? authority.blob)
    .done()
  return new WireWriter()
    .bytes(body)
    .string(said.signature ?? authority.sign(body, said.label))
    .done()
}

function optionsOf(options: readonly (readonly [name: string, value: Uint8Array])[]): Buffer {
  const writer = new WireWriter()
  for (const [name, value] of options) writer.string(name).string(value)
  return writer.done()
}

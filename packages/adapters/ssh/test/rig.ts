import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import {
  accept,
  type Checker,
  createPortal,
  type LoginEvent,
  type PortalOptions,
  pass,
  reject,
} from '@gatewright/portal'
import { type KeyRestrictions, WireWriter } from '@gatewright/ssh-keys'
import { createSshServer, type SshAvatar, type SshServer, type SshServerOptions } from '../src/index.ts'

/** Made once: a host key that takes time to make is not what these tests are about. */
const host = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const HOST_KEY: string = host.privateKey.export({ type: 'sec1', format: 'pem' }) as string

/** A key of a client. */
export interface ClientKey {
  readonly blob: Buffer
  sign(data: Uint8Array): Buffer
}

export function clientKey(): ClientKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { blob: blobOf(publicKey), sign: (data) => sign(null, data, privateKey) }
}

const blobOf = (key: KeyObject): Buffer =>
  new WireWriter()
    .string('ssh-ed25519')
    .string(Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url'))
    .done()

/** An avatar that knows how often it was logged out. */
export class Guest implements SshAvatar {
  readonly id: string
  readonly facts: unknown
  logouts = 0
  declare readonly exec?: NonNullable<SshAvatar['exec']>
  declare readonly shell?: NonNullable<SshAvatar['shell']>
  declare readonly sftp?: NonNullable<SshAvatar['sftp']>

  constructor(id: string, facts: unknown, methods: SshAvatar) {
    this.id = id
    this.facts = facts
    Object.assign(this, methods)
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.logouts++
    return Promise.resolve()
  }
}

/** Anybody whose name has this password. Counts what it compares. */
export class Passwords implements Checker<'password'> {
  readonly name = 'passwords'
  readonly accepts = ['password'] as const
  readonly compared: string[] = []
  readonly #users: Readonly<Record<string, string>>

  constructor(users: Readonly<Record<string, string>> = { ada: 'sesame' }) {
    this.#users = users
  }

  check({
    username,
    password,
  }: {
    readonly username: string
    readonly password: string
  }): ReturnType<Checker['check']> {
    this.compared.push(password)
    return Object.hasOwn(this.#users, username) && this.#users[username] === password
      ? accept(username)
      : reject('wrong password')
  }
}

/** The keys of ada, each with its own restrictions. */
export function keys(
  known: readonly (readonly [key: Pick<ClientKey, 'blob'>, restrictions?: Partial<KeyRestrictions>])[],
): Checker {
  const find = (blob: Uint8Array) => known.find(([key]) => key.blob.equals(blob))
  return {
    name: 'keys',
    accepts: ['publickey'],
    check({ username, key }) {
      const found = find(key.blob)
      if (!found || username !== 'ada') return pass()
      const facts = { which: known.indexOf(found), ...(found[1] && { restrictions: { ...OPEN, ...found[1] } }) }
      return accept(username, facts)
    },
    recognizes: ({ username, key }) => username === 'ada' && find(key.blob) !== undefined,
  }
}

const OPEN = {
  pty: true,
  portForwarding: true,
  agentForwarding: true,
  x11Forwarding: true,
  userRc: true,
  environment: {},
}

export const codes: Checker<'totp'> = {
  name: 'codes',
  accepts: ['totp'],
  check: ({ passcode }, { proofs: [first] }) =>
    passcode === '123456' && first ? accept(first.id as string) : reject('wrong code'),
}

type Avatars = { guest: SshAvatar }

export interface Rig extends AsyncDisposable {
  readonly server: SshServer
  readonly port: number
  readonly guests: Guest[]
  readonly errors: unknown[]
  readonly events: LoginEvent[]
}

type RigOptions = Partial<Omit<SshServerOptions<Avatars, 'guest'>, 'portal' | 'avatar' | 'onError'>> & {
  readonly checkers?: readonly Checker[]
  readonly require?: PortalOptions<Avatars>['require']
  readonly methods?: SshAvatar
}

/** A server on loopback. */
export async function rig(options: RigOptions = {}): Promise<Rig> {
  const { checkers = [new Passwords()], require, methods = { exec: () => 0 }, ...rest } = options
  const guests: Guest[] = []
  const errors: unknown[] = []
  const events: LoginEvent[] = []
  const portal = createPortal<Avatars>({
    realm: {
      guest: (id, { proofs }) => {
        const guest = new Guest(id, proofs.find(({ kind }) => kind === 'publickey')?.facts, methods)
        guests.push(guest)
        return guest
      },
    },
    checkers,
    observers: [(event) => void events.push(event)],
    ...(require ? { require } : {}),
  })
  const onError = (error: unknown) => void errors.push(error)
  const server = createSshServer({ portal, avatar: 'guest', hostKeys: [HOST_KEY], onError, ...rest })
  const { port } = await server.listen(0)
  return {
    server,
    port,
    guests,
    errors,
    events,
    async [Symbol.asyncDispose]() {
      await server.close({ graceMs: 0 })
      await portal.close()
    },
  }
}

/** Waits for something that another socket's events bring about, turn by turn; the test's own timeout bounds it. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

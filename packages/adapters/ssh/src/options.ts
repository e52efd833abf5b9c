import type { Peer } from '@gatewright/listener'
import type { Portal } from '@gatewright/portal'
import ssh2, { type ParsedKey } from 'ssh2'
import { methodsFor } from './auth/methods.ts'
import type { SshAvatar } from './avatar.ts'
import { SshError } from './errors.ts'
import type { SshLimits } from './limits.ts'
import { ALGORITHMS } from './transport/algorithms.ts'

/** What an SSH server is made of. */
export interface SshServerOptions<Avatars extends Record<A, SshAvatar>, A extends PropertyKey> {
  /** Which methods are offered follows from its checkers: `password`, `publickey`, and `keyboard-interactive` for passwords and one-time codes. */
  readonly portal: Portal<Avatars>
  /** What the realm is asked for: one of its avatars, or several, of which the identity gets the first that it has. */
  readonly avatar: A | readonly A[]
  /** Private keys of this server, in the form of `ssh-keygen` or in PEM, without a passphrase; one for each kind of key. */
  readonly hostKeys: readonly (string | Uint8Array)[]
  /** Shown to everybody before the login; most clients print it. @default none */
  readonly banner?: string
  /** Names of the variables that a client may set; `*` at the end of one stands for anything. @default ['LANG', 'LC_*'] */
  readonly allowEnv?: readonly string[]
  /**
   * Names, written like those, of the variables that the `environment=` of a key may set: sshd's PermitUserEnvironment. Whoever may write a
   * line of authorized_keys may then tell a program what to load, if an avatar starts one with them. @default []
   */
  readonly allowKeyEnv?: readonly string[]
  readonly limits?: Partial<SshLimits>
  /** A number from 0 to 1, which decides whom a crowded server turns away. @default of node:crypto */
  readonly random?: () => number
  /**
   * Told what broke on our side: a session that threw, an avatar that could not be logged out, a portal that is unavailable, a listener in
   * trouble. What clients do wrong is none of that. @default a process warning
   */
  readonly onError?: (error: unknown, peer?: Peer) => void
}

const OPTIONS: Record<keyof SshServerOptions<Record<'avatar', SshAvatar>, 'avatar'>, true> = {
  portal: true,
  avatar: true,
  hostKeys: true,
  banner: true,
  allowEnv: true,
  allowKeyEnv: true,
  limits: true,
  random: true,
  onError: true,
}

/**
 * What can be seen to be wrong without a client.
 * @throws {SshError} `BAD_CONFIGURATION`
 */
export function checkOptions<Avatars extends Record<A, SshAvatar>, A extends PropertyKey>(
  options: SshServerOptions<Avatars, A>,
): void {
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(OPTIONS, name))
  if (unknown.length > 0) {
    throw bad(`createSshServer has no option '${unknown.join("', '")}'`, `It has ${Object.keys(OPTIONS).join(', ')}.`)
  }
  const { portal, avatar, hostKeys, banner, random, onError } = options
  if (typeof portal?.login !== 'function') throw bad('portal is what createPortal returns')
  if (avatar === undefined || (Array.isArray(avatar) && avatar.length === 0)) throw bad('no avatar is asked for')
  if (methodsFor(portal.accepts, false).length === 0) {
    throw bad(
      'no checker of the portal accepts what an SSH client can begin a login with: a password or a public key',
      `The portal accepts ${portal.accepts.join(', ')}.`,
    )
  }
  if (!Array.isArray(hostKeys) || hostKeys.length === 0) throw bad('a server has a host key', KEYGEN)
  for (const key of hostKeys) checkHostKey(key)
  if (banner !== undefined && typeof banner !== 'string') throw bad('banner is a text')
  for (const list of ['allowEnv', 'allowKeyEnv'] as const) {
    const names: unknown = options[list] ?? []
    if (!Array.isArray(names) || names.some((name) => typeof name !== 'string')) throw bad(`${list} is a list of names`)
  }
  if (random !== undefined && typeof random !== 'function') throw bad('random is a function that returns a number')
  if (onError !== undefined && typeof onError !== 'function') throw bad('onError is a function of an error')
}

const KEYGEN = "One is made by ssh-keygen -t ed25519 -N '' -f host-key."

const RSA = 'ssh-rsa'

function checkHostKey(text: unknown): void {
  if (typeof text !== 'string' && !(text instanceof Uint8Array)) throw bad('a host key is a text, or the bytes of one')
  const parsed = ssh2.utils.parseKey(Buffer.from(text as string))
  const key: ParsedKey | Error | undefined = Array.isArray(parsed) ? parsed[0] : parsed
  // Its own message may quote the key.
  if (key === undefined || key instanceof Error || !key.isPrivateKey()) {
    throw bad('a host key is no private key that can be read', `It has no passphrase. ${KEYGEN}`)
  }
  if (key.type !== RSA && !(ALGORITHMS.serverHostKey as readonly string[]).includes(key.type)) {
    throw bad(`nobody should trust a host key of the kind ${key.type}`, KEYGEN)
  }
}

const bad = (problem: string, hint?: string) =>
  new SshError('BAD_CONFIGURATION', problem, hint === undefined ? {} : { hint })

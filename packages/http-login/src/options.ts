import type { Portal } from '@gatewright/portal'
import type { AttackObserver } from './attack.ts'
import { HttpLoginError } from './errors.ts'
import type { Denial, GrantedAs } from './http-answer.ts'
import type { HttpScheme } from './http-scheme.ts'
import type { NodeMessage, NodeResponse } from './node-request.ts'
import type { RequestView } from './request-view.ts'
import type { TrustProxy } from './trust-proxy.ts'

/** Who may pass, of those who can log in: a rule of one resource. Anything but `true` is a no, and answered 403. */
export type Permit<Avatars extends object, A extends keyof Avatars> = (
  login: GrantedAs<Avatars, A>,
  request: RequestView,
) => boolean

/** What differs from one resource to the next. */
export interface ResourceOptions<Avatars extends object, A extends keyof Avatars> {
  /** What the realm is asked for: one of its avatars, or several, of which the identity gets the first that it has. */
  readonly avatar: A | readonly A[]
  /** @default everybody who has the avatar */
  readonly permit?: Permit<Avatars, A>
}

/** What every HTTP login can be told, whatever its scheme. */
export interface DoorOptions {
  /** Whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. @default false */
  readonly trustProxy?: TrustProxy
  /** The longest `Authorization` header, in characters. @default 16_384 */
  readonly maxHeaderLength?: number
  /**
   * Writes the body of a denial. Status and headers are set; it must end the response. What it throws goes to `next`.
   * @default one line of text
   */
  readonly deny?: (denial: Denial, req: NodeMessage, res: NodeResponse) => void | Promise<void>
  /** Told of replays, invented nonces and the like; `node:diagnostics_channel` `gatewright:http` hears of them too. @default none */
  readonly observers?: readonly AttackObserver[]
  /** Told what broke on our side, when a client was answered 503. @default a process warning */
  readonly onError?: (error: unknown, request: RequestView) => void
}

/** What all resources behind one login share. */
export interface SharedOptions<Avatars extends object> extends DoorOptions {
  readonly portal: Portal<Avatars>
  /** Strongest first: clients are asked in this order. */
  readonly schemes: readonly HttpScheme[]
}

/** What an adapter of one scheme takes beside what that scheme takes. */
export interface AdapterOptions<Avatars extends object, A extends keyof Avatars>
  extends ResourceOptions<Avatars, A>,
    DoorOptions {
  readonly portal: Portal<Avatars>
}

/** What an HTTP login is made of. */
export interface HttpLoginOptions<Avatars extends object, A extends keyof Avatars>
  extends ResourceOptions<Avatars, A>,
    SharedOptions<Avatars> {}

const OPTIONS: Record<keyof HttpLoginOptions<object, never>, true> = {
  portal: true,
  avatar: true,
  permit: true,
  schemes: true,
  trustProxy: true,
  maxHeaderLength: true,
  deny: true,
  observers: true,
  onError: true,
}

/**
 * What can be seen to be wrong without a client.
 * @throws {HttpLoginError} `BAD_CONFIGURATION`
 */
export function checkOptions<Avatars extends object, A extends keyof Avatars>(
  options: HttpLoginOptions<Avatars, A>,
): void {
  insistOnKnown('httpLogin', options, Object.keys(OPTIONS))
  const { portal, schemes, maxHeaderLength = 1, deny, observers = [], onError } = options
  if (typeof portal?.login !== 'function') throw bad('portal is what createPortal returns')
  checkResource(options)
  if (!Array.isArray(schemes) || schemes.length === 0) {
    throw bad('no scheme is offered', "Such as digestScheme({ realm: 'club' }).")
  }
  const names = new Set<string>()
  for (const { name, presents } of schemes) {
    if (names.has(name.toLowerCase()))
      throw bad(`two schemes are called '${name}'`, 'Clients name one in their answer.')
    names.add(name.toLowerCase())
    if (!portal.accepts.includes(presents)) throw unanswerable(name, presents, portal.accepts)
  }
  if (!Number.isSafeInteger(maxHeaderLength) || maxHeaderLength < 1) {
    throw bad('maxHeaderLength is a whole number from 1', 'It is 16384 by default.')
  }
  if (deny !== undefined && typeof deny !== 'function')
    throw bad('deny is a function of a denial, request and response')
  if (onError !== undefined && typeof onError !== 'function') throw bad('onError is a function of an error')
  if (!Array.isArray(observers) || observers.some((observer) => typeof observer !== 'function')) {
    throw bad('observers are functions of one event')
  }
}

/** @throws {HttpLoginError} `BAD_CONFIGURATION` */
export function checkResource<Avatars extends object, A extends keyof Avatars>({
  avatar,
  permit,
}: ResourceOptions<Avatars, A>): void {
  if (avatar === undefined || (Array.isArray(avatar) && avatar.length === 0)) throw bad('no avatar is asked for')
  if (permit !== undefined && typeof permit !== 'function') throw bad('permit is a function of a login and a request')
}

/** @throws {HttpLoginError} `BAD_CONFIGURATION` for an option that there is not: a misspelt limit must not be no limit */
export function insistOnKnown(where: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).filter((name) => !known.includes(name))
  if (unknown.length > 0) throw bad(`${where} has no option '${unknown.join("', '")}'`, `It has ${known.join(', ')}.`)
}

/**
 * Takes what is this package's out of the options of an adapter, which is told the rest. A mistake is told in the name of
 * the function that was called, with all that it takes: its parts are not known to the caller.
 *
 * @throws {HttpLoginError} `BAD_CONFIGURATION` for an option that there is not
 */
export function splitOptions<Avatars extends object, A extends keyof Avatars, Own extends object>(
  where: string,
  options: AdapterOptions<Avatars, A> & Own,
  ownNames: readonly string[],
): { readonly door: AdapterOptions<Avatars, A>; readonly own: Own } {
  const shared = Object.keys(OPTIONS).filter((name) => name !== 'schemes')
  insistOnKnown(where, options, [...shared, ...ownNames])
  const entries = Object.entries(options)
  const part = (isShared: boolean) => Object.fromEntries(entries.filter(([name]) => shared.includes(name) === isShared))
  return { door: part(true) as never, own: part(false) as Own }
}

/** Told when the server starts, and not by a first user who cannot log in. */
function unanswerable(name: string, presents: string, accepts: readonly string[]): HttpLoginError {
  const problem = `${name} makes '${presents}' credentials, and no checker of the portal accepts them`
  const digest =
    'Digest computes with the password or its HA1: digest: true keeps readable passwords so. It cannot check a hash: store HA1s beside the hashes, or offer Basic over HTTPS.'
  return bad(problem, presents === 'digest' ? digest : `The portal accepts ${accepts.join(', ')}.`)
}

function bad(problem: string, hint?: string): HttpLoginError {
  return new HttpLoginError('BAD_CONFIGURATION', problem, hint === undefined ? {} : { hint })
}

import { channel } from 'node:diagnostics_channel'
import type { Origin, Peer, RequestView } from './request-view.ts'
import { callListener, warn } from './warning.ts'

/**
 * - `replay`: a right answer, used before
 * - `invented-nonce`: an answer to a challenge that nobody with our secret has made
 * - `uri-mismatch`: an answer made for another resource
 * - `downgrade`: an answer by an algorithm or quality of protection that is not offered
 */
export type AttackKind = 'replay' | 'invented-nonce' | 'uri-mismatch' | 'downgrade'

/** What a scheme knows of something that honest clients do not do. */
export interface AttackDetails {
  readonly attack: AttackKind
  /** As the client wrote it: the nonce, the URI, the algorithm. Not to be believed, and never a secret. */
  readonly detail?: string
}

/** Something that honest clients do not do. It was refused; this is for the log. */
export interface AttackEvent extends AttackDetails {
  readonly type: 'http.attack'
  readonly scheme: string
  readonly method: string
  readonly target: string
  readonly peer?: Peer
}

/** What it throws, or rejects with, reaches nobody's login: it becomes a process warning. */
export type AttackObserver = (event: AttackEvent) => void

const CHANNEL = channel('gatewright:http')

/** Text of a client's is shown up to here. */
const SHOWN = 200

/** Tells the observers of one login, and `gatewright:http` on `node:diagnostics_channel`. */
export function tellAttack(
  observers: readonly AttackObserver[],
  { attack, detail }: AttackDetails,
  scheme: string,
  { method, target }: RequestView,
  { peer }: Origin,
): void {
  if (observers.length === 0 && !CHANNEL.hasSubscribers) return
  const event: AttackEvent = Object.freeze({
    type: 'http.attack',
    attack,
    ...(detail === undefined ? {} : { detail: detail.slice(0, SHOWN) }),
    scheme,
    method,
    target: target.slice(0, SHOWN),
    ...(peer === undefined ? {} : { peer }),
  })
  for (const observer of observers) callListener(() => observer(event), deaf)
  CHANNEL.publish(event)
}

const deaf = (error: unknown): void => warn('GATEWRIGHT_OBSERVER', 'an observer of HTTP attacks failed', error)

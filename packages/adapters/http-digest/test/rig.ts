import type { AttackEvent, HttpAnswer, HttpLogin, RequestView } from '@gatewright/http-login'
import { type Ha1, plain, type StoredUser, type UserSource, userChecker } from '@gatewright/passwords'
import { createPortal, type Guard, type LoginEvent, type Portal } from '@gatewright/portal'
import { type HttpDigestOptions, httpDigest } from '../src/index.ts'
import { type Challenge, challengesIn } from './client.ts'

/** An avatar that knows how often it was logged out. */
export class Guest {
  readonly id: string
  logouts = 0

  constructor(id: string) {
    this.id = id
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.logouts++
    return Promise.resolve()
  }
}

export type Avatars = { member: Guest; editor: Guest }

/** Users of these tests: readable passwords, or HA1s, as given. */
export const USERS: Readonly<Record<string, string>> = {
  ada: 'sesame',
  bob: 'apple',
  'Jäsøn Doe': 'Secret, or not?',
  'quo"ted\\': 'pass"word\\',
  Mufasa: 'Circle of Life',
}

export function users(passwords = USERS, ha1: readonly Ha1[] = []): UserSource {
  return {
    name: 'users',
    find(username): StoredUser | undefined {
      if (Object.hasOwn(passwords, username)) return { id: username, password: plain(passwords[username] as string) }
      return username === 'stored' ? { id: username, ha1 } : undefined
    },
  }
}

/** The start of the tests' time. */
export const START = Date.UTC(2026, 0, 1)

export interface Rig {
  readonly portal: Portal<Avatars>
  readonly login: HttpLogin<Avatars, 'member'>
  readonly guests: Guest[]
  readonly events: LoginEvent[]
  readonly attacks: AttackEvent[]
  readonly errors: unknown[]
  readonly settled: string[]
  readonly clock: { now: number }
  /** Sends one request. */
  readonly send: (
    authorization?: string,
    request?: Partial<RequestView> & { headers?: Record<string, string> },
  ) => Promise<Answer>
  /** The challenges of a fresh 401, strongest first. */
  readonly challenges: () => Promise<Challenge[]>
  /** The first of them. */
  readonly challenge: () => Promise<Challenge>
}

export type Answer = HttpAnswer<Avatars, 'member'>

type RigOptions = Partial<Omit<HttpDigestOptions<Avatars, 'member'>, 'avatar'>> & {
  readonly source?: UserSource
  readonly guard?: Guard
  readonly require?: Parameters<typeof createPortal>[0]['require']
}

/** A login by Digest with a clock of its own; every try is settled into a list. */
export function rig({ source = users(), guard, require, portal: given, ...options }: RigOptions = {}): Rig {
  const guests: Guest[] = []
  const events: LoginEvent[] = []
  const attacks: AttackEvent[] = []
  const errors: unknown[] = []
  const settled: string[] = []
  const clock = { now: START }
  const make = (id: string) => {
    const guest = new Guest(id)
    guests.push(guest)
    return guest
  }
  const counting: Guard = {
    admit: async () => ({
      settle: async (verdict) => void settled.push(verdict === 'fault' ? 'fault' : verdict.outcome),
    }),
  }
  const portal =
    given ??
    createPortal<Avatars>({
      realm: { member: make, editor: (id) => (id === 'ada' ? make(id) : undefined) },
      checkers: [userChecker(source)],
      guard: guard ?? counting,
      observers: [(event) => events.push(event)],
      ...(require === undefined ? {} : { require }),
    })
  const login = httpDigest({
    portal,
    avatar: 'member',
    realm: 'club',
    now: () => clock.now,
    observers: [(event) => attacks.push(event)],
    onError: (error) => errors.push(error),
    ...options,
  })
  const send: Rig['send'] = (authorization, { headers = {}, ...request } = {}) =>
    login.authenticate({
      method: 'GET',
      target: '/private',
      peer: { address: '192.0.2.7', port: 4711 },
      header: (name) => (name === 'authorization' ? authorization : headers[name]),
      ...request,
    })
  const challenges = async () => challengesIn((await send()).headers)
  return {
    portal,
    login,
    guests,
    events,
    attacks,
    errors,
    settled,
    clock,
    send,
    challenges,
    challenge: async () => (await challenges())[0] as Challenge,
  }
}

/** The code of a denial, or 200. */
export function codeOf(answer: Answer): number {
  return answer.admitted ? 200 : answer.code
}

/** Whether a denial says that its answer was stale. */
export function isStale(answer: Answer): boolean {
  return answer.headers.some(([name, value]) => name === 'WWW-Authenticate' && value.endsWith(', stale=true'))
}

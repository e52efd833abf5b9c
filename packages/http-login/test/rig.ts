import { once } from 'node:events'
import { createServer, type Server, type ServerResponse, request as sendRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { accept, type Checker, createPortal, password, reject } from '@gatewright/portal'
import { afterEach } from 'vitest'
import { type HttpLogin, type HttpLoginOptions, type HttpScheme, httpLogin, type NodeMessage } from '../src/index.ts'

/** An avatar that knows how often it was logged out. */
export class Guest {
  readonly id: string
  logouts = 0
  trouble: Error | undefined

  constructor(id: string) {
    this.id = id
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.logouts++
    return this.trouble ? Promise.reject(this.trouble) : Promise.resolve()
  }
}

export type Avatars = { member: Guest; editor: Guest }

/** The simplest scheme: `Plain name:password`. */
export const plainScheme: HttpScheme = {
  name: 'Plain',
  presents: 'password',
  protocol: 'http-plain',
  challenges: () => ['Plain'],
  read(parameters) {
    const [name = '', secret] = parameters.split(':')
    return secret === undefined ? { code: 400, reason: 'no colon' } : { credential: password(name, secret) }
  },
}

export const passChecker: Checker<'password'> = {
  name: 'pass',
  accepts: ['password'],
  check: ({ username, password }) => (password === 'pass' ? accept(username) : reject('wrong password')),
}

export interface Rig {
  readonly login: HttpLogin<Avatars, 'member'>
  readonly guests: Guest[]
  readonly errors: unknown[]
}

type RigOptions = Partial<Omit<HttpLoginOptions<Avatars, 'member'>, 'portal'>> & {
  readonly checkers?: readonly Checker[]
}

/** A login that everybody with the right password can pass. */
export function rig({ checkers = [passChecker], ...options }: RigOptions = {}): Rig {
  const guests: Guest[] = []
  const errors: unknown[] = []
  const make = (id: string) => {
    const guest = new Guest(id)
    guests.push(guest)
    return guest
  }
  const portal = createPortal<Avatars>({
    realm: { member: make, editor: (id) => (id === 'ada' ? make(id) : undefined) },
    checkers,
  })
  const login = httpLogin({
    portal,
    avatar: 'member',
    schemes: [plainScheme],
    onError: (error) => errors.push(error),
    ...options,
  })
  return { login, guests, errors }
}

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Ends with the test. */
export function atEnd(close: () => unknown): void {
  closing.push(close)
}

/** Listens on a port of its own until the test is over. */
export async function listen(serve: (req: NodeMessage, res: ServerResponse) => void): Promise<number> {
  const server: Server = createServer(serve).listen(0, '127.0.0.1')
  await once(server, 'listening')
  atEnd(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

export interface Reply {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** One request. */
export async function ask(
  port: number,
  authorization?: string | string[],
  options: { method?: string; path?: string; body?: string } = {},
): Promise<Reply> {
  const { method = 'GET', path = '/', body = '' } = options
  const headers = authorization === undefined ? {} : { authorization: authorization as string }
  const req = sendRequest({ port, host: '127.0.0.1', path, method, agent: false, headers })
  req.end(body)
  const [res] = await once(req, 'response')
  return { status: res.statusCode, body: await text(res), headers: res.headers }
}

import { once } from 'node:events'
import { connect, type Socket, type TcpNetConnectOpts } from 'node:net'
import {
  type AttemptOptions,
  accept,
  type Checker,
  type Credential,
  createPortal,
  type LoginEvent,
  type Portal,
  reject,
} from '@gatewright/portal'
import { createTcpServer, lineLogin, type TcpHandler, type TcpServer, type TcpServerOptions } from '../src/index.ts'

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

/** Anybody whose password is `pass`, or, for a name with a password of its own, that one. */
export function passChecker(passwords: ReadonlyMap<string, string> = new Map()): Checker<'password'> {
  return {
    name: 'pass',
    accepts: ['password'],
    check: ({ username, password }) =>
      password === (passwords.get(username) ?? 'pass') ? accept(username) : reject('wrong password'),
  }
}

type Avatars = { echo: Guest }

export interface Rig extends AsyncDisposable {
  readonly server: TcpServer
  readonly portal: Portal<Avatars>
  readonly port: number
  readonly guests: Guest[]
  readonly errors: unknown[]
  readonly events: LoginEvent[]
  /** What the adapter told the portal of each login, and presented. */
  readonly attempts: AttemptOptions[]
  readonly credentials: Credential[]
}

export const echo: TcpHandler<Avatars, 'echo'> = async ({ lines, write }) => {
  for await (const line of lines) await write(`${line}\r\n`)
}

type RigOptions = Partial<Omit<TcpServerOptions<Avatars, 'echo'>, 'portal' | 'avatar' | 'onError'>> & {
  readonly checkers?: readonly Checker[]
  readonly require?: Parameters<typeof createPortal>[0]['require']
  readonly host?: string
}

/** A server on loopback that everybody with the right password can talk to. */
export async function rig(options: RigOptions = {}, handler: TcpHandler<Avatars, 'echo'> = echo): Promise<Rig> {
  const { checkers = [passChecker()], host = '127.0.0.1', require, ...rest } = options
  const guests: Guest[] = []
  const errors: unknown[] = []
  const events: LoginEvent[] = []
  const attempts: AttemptOptions[] = []
  const credentials: Credential[] = []
  const inner = createPortal<Avatars>({
    realm: {
      echo: (id) => {
        const guest = new Guest(id)
        guests.push(guest)
        return guest
      },
    },
    checkers,
    observers: [(event) => void events.push(event)],
    ...(require ? { require } : {}),
  })
  const portal: Portal<Avatars> = {
    ...inner,
    login: (credential, avatar, attempt) => {
      credentials.push(credential)
      if (attempt) attempts.push(attempt)
      return inner.login(credential, avatar, attempt)
    },
  }
  const onError = (error: unknown) => void errors.push(error)
  const server = createTcpServer({ portal, avatar: 'echo', login: lineLogin(), onError, ...rest }, handler)
  const { port } = await server.listen(0, host)
  return {
    server,
    portal,
    port,
    guests,
    errors,
    events,
    attempts,
    credentials,
    async [Symbol.asyncDispose]() {
      await server.close({ graceMs: 0 })
      await inner.close()
    },
  }
}

/** The other end of the wire, byte for byte. */
export class Client implements Disposable {
  readonly socket: Socket
  readonly closed: Promise<void>
  #received = ''
  #waiting: (() => void) | undefined

  constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => {
      // latin1 keeps telnet's bytes apart
      this.#received += chunk.toString('latin1')
      this.#waiting?.()
    })
    socket.on('error', () => undefined)
    socket.on('end', () => this.#waiting?.())
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#waiting?.()
        resolve()
      })
    })
  }

  static async connect(port: number, options: Partial<TcpNetConnectOpts> = {}): Promise<Client> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, ...options })
    const client = new Client(socket)
    await once(socket, 'connect')
    return client
  }

  get received(): string {
    return this.#received
  }

  /** Sends bytes, and waits until the system has them. */
  send(text: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.socket.write(text, () => resolve()))
  }

  end(text = ''): void {
    this.socket.end(text)
  }

  /** Everything received, as soon as it ends in `text`. */
  async until(text: string): Promise<string> {
    while (!this.#received.endsWith(text)) {
      if (this.socket.readableEnded || this.socket.destroyed) {
        throw new Error(`closed before ${JSON.stringify(text)}: ${JSON.stringify(this.#received)}`)
      }
      await new Promise<void>((resolve) => {
        this.#waiting = resolve
      })
    }
    return this.#received
  }

  /** Everything the server said until it ended its side. */
  async rest(): Promise<string> {
    while (!this.socket.readableEnded && !this.socket.destroyed) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve
      })
    }
    this.socket.end()
    return this.#received
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}

/** Sends everything, ends the side, and returns all that came back. */
export async function transcript(port: number, ...pieces: (string | Uint8Array)[]): Promise<string> {
  using client = await Client.connect(port)
  for (const piece of pieces) await client.send(piece)
  client.end()
  return await client.rest()
}

/** Waits for something that another socket's events bring about, turn by turn; the test's own timeout bounds it. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

export const GRANTED = 'Login successful, please proceed.\r\n'
export const DENIED = 'Login denied, goodbye.\r\n'
export const UNAVAILABLE = 'Login unavailable, try again later.\r\n'

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Algorithm, digest, PASSWORD, PATH, REALM, USERNAME } from './account.ts'

const CNONCE = '0a4f113b'
const HEADER_END = '\r\n\r\n'

interface Answer {
  readonly code: number
  readonly head: string
}

/** One keep-alive connection: a request, its answer, the next. It allocates little, so as not to be what is measured. */
class Connection {
  readonly #socket: Socket
  #received = ''
  #answer: PromiseWithResolvers<Answer> | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#receive(chunk.toString('latin1')))
    socket.on('close', () => this.#answer?.reject(new Error('the server closed the connection')))
    socket.on('error', () => undefined)
  }

  ask(authorization: string): Promise<Answer> {
    this.#answer = Promise.withResolvers()
    this.#socket.write(`GET ${PATH} HTTP/1.1\r\nHost: localhost\r\n${authorization}\r\n`)
    return this.#answer.promise
  }

  end(): void {
    this.#socket.destroy()
  }

  #receive(text: string): void {
    this.#received = this.#received === '' ? text : this.#received + text
    const end = this.#received.indexOf(HEADER_END)
    if (end < 0) return
    const head = this.#received.slice(0, end)
    const body = bodyLength(head)
    const { length } = this.#received
    const whole = body === 'chunked' ? this.#received.endsWith('0\r\n\r\n') : length >= end + HEADER_END.length + body
    if (!whole) return
    this.#received = ''
    this.#answer?.resolve({ code: Number(head.slice(9, 12)), head })
  }
}

function bodyLength(head: string): number | 'chunked' {
  const at = head.search(/\r\ncontent-length: /i)
  if (at >= 0) return Number.parseInt(head.slice(at + '\r\ncontent-length: '.length), 10)
  return /\r\ntransfer-encoding: chunked/i.test(head) ? 'chunked' : 0
}

export interface Load {
  readonly port: number
  /** `undefined` asks without a login. */
  readonly algorithm: Algorithm | undefined
  readonly connections: number
  /** Whether the client sleeps while it waits, and leaves its core to others. @default false */
  readonly sleeps?: boolean
}

/** Asks over and over until `ms` are over. @returns answers a second; every one must be a 200 */
export async function rate(load: Load, ms: number): Promise<number> {
  const awake = load.sleeps === true ? undefined : stayAwake()
  try {
    return await measure(load, ms)
  } finally {
    awake?.end()
  }
}

/**
 * Keeps this process from sleeping. A client on the same machine that has to be woken is woken by the server, at several
 * microseconds for each answer, and the more often the slower the server is; no client over a network costs that.
 */
function stayAwake(): { end(): void } {
  let again = true
  const turn = () => void (again && setImmediate(turn))
  turn()
  return {
    end: () => {
      again = false
    },
  }
}

async function measure(load: Load, ms: number): Promise<number> {
  const until = performance.now() + ms
  const began = performance.now()
  let count = 0
  await Promise.all(
    Array.from({ length: load.connections }, async () => {
      const connection = await open(load.port)
      const next = load.algorithm === undefined ? () => '' : await logIn(connection, load.algorithm)
      while (performance.now() < until) {
        const { code } = await connection.ask(next())
        if (code !== 200) throw new Error(`a right answer was refused: ${code}`)
        count++
      }
      connection.end()
    }),
  )
  return (count * 1000) / (performance.now() - began)
}

/** Asks `count` times without ever answering a challenge. */
export async function leaveUnanswered(port: number, count: number, connections: number): Promise<void> {
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = await open(port)
      for (let n = 0; n < count / connections; n++) {
        const { code } = await connection.ask('')
        if (code !== 401) throw new Error(`nobody was let in without a login, but the answer was ${code}`)
      }
      connection.end()
    }),
  )
}

async function open(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  return new Connection(socket)
}

/** Takes the challenge of an algorithm. @returns what makes the next Authorization header */
async function logIn(connection: Connection, algorithm: Algorithm): Promise<() => string> {
  const { head } = await connection.ask('')
  const challenge = [...head.matchAll(/\r\nwww-authenticate: digest ([^\r]*)/gi)]
    .map(([, text = '']) => text)
    .find((text) => (parameter(text, 'algorithm') ?? 'MD5').toUpperCase() === algorithm)
  const nonce = challenge && parameter(challenge, 'nonce')
  if (challenge === undefined || nonce === undefined) throw new Error(`there is no challenge for ${algorithm}`)
  const opaque = parameter(challenge, 'opaque')
  const ha1 = digest(algorithm, `${USERNAME}:${REALM}:${PASSWORD}`)
  const ha2 = digest(algorithm, `GET:${PATH}`)
  // Without qop there is no count: RFC 2617's Twisted, http-auth and Apache all offer it.
  let count = 0
  const fixed = `username="${USERNAME}", realm="${REALM}", nonce="${nonce}", uri="${PATH}", algorithm=${algorithm}`
  const more = opaque === undefined ? '' : `, opaque="${opaque}"`
  return () => {
    const nc = (++count).toString(16).padStart(8, '0')
    const response = digest(algorithm, `${ha1}:${nonce}:${nc}:${CNONCE}:auth:${ha2}`)
    return `Authorization: Digest ${fixed}, qop=auth, nc=${nc}, cnonce="${CNONCE}", response="${response}"${more}\r\n`
  }
}

function parameter(challenge: string, name: string): string | undefined {
  const [, quoted, bare] = new RegExp(`(?:^|[\\s,])${name}=(?:"([^"]*)"|([^\\s,]+))`, 'i').exec(challenge) ?? []
  return quoted ?? bare
}

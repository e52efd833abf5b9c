import type { Socket } from 'node:net'
import type { Guest, Peer } from '@gatewright/listener'
import { type AttemptOptions, type Granted, sourceOf } from '@gatewright/portal'
import { Dialogue } from './dialogue.ts'
import { endGently } from './end-gently.ts'
import { TcpError } from './errors.ts'
import { faultAnswer } from './fault-answer.ts'
import type { House } from './house.ts'
import { LineReader } from './line-reader.ts'
import { Session, type TcpSession } from './session.ts'
import { type Owner, watchEnd, watchInput } from './socket-events.ts'
import { Telnet } from './telnet.ts'

const NOTHING = Promise.resolve()

/** Why a `signal` fires, one for all: there is nothing to tell them apart by, and hanging up must be cheap. */
const GONE = new TcpError('CLIENT_GONE', 'the connection is closed')

/**
 * One client, from its connection to its end. To the portal it is where the login comes from: `signal` is made when
 * somebody looks at it, and forgotten with the login, so that a session which never asks for one holds none.
 */
export class Connection<Avatars extends object, A extends keyof Avatars> implements AttemptOptions, Guest, Owner {
  readonly protocol = 'tcp'
  readonly peer: Peer
  readonly secure: boolean
  socket: Socket
  place = -1
  readonly #house: House<Avatars, A>
  #stage: 'handshake' | 'login' | 'session' | 'leaving' = 'handshake'
  #gone = false
  #serving = false
  #waits = true
  #corked = false
  #reader: LineReader | undefined
  #telnet: Telnet | undefined
  #timer: NodeJS.Timeout | undefined
  #abort: AbortController | undefined
  #login: Granted<Avatars, A> | undefined
  #drained: PromiseWithResolvers<void> | undefined
  #stopLeaving: (() => void) | undefined

  /** The connection has entered the door. */
  constructor(house: House<Avatars, A>, raw: Socket, peer: Peer, secure: boolean) {
    this.#house = house
    this.socket = raw
    this.peer = peer
    this.secure = secure
    this.#timer = setTimeout(expire, house.limits.loginMs, this)
    watchEnd(raw, this)
  }

  /** Starts the login: on the raw socket, or on the TLS socket around it. */
  open(socket: Socket): void {
    const { login, limits, messages, allowPlaintext } = this.#house
    const reader = new LineReader(socket, limits.lineBytes)
    this.#reader = reader
    this.#stage = 'login'
    if (socket !== this.socket) watchEnd(socket, this)
    this.socket = socket
    // Where telnet is not spoken, byte 255 is just no text.
    if (login.telnet === true) this.#telnet = new Telnet((bytes) => socket.writable && socket.write(bytes))
    watchInput(socket)
    if (this.secure || allowPlaintext) {
      this.#serving = true
      this.#logIn(reader)
    } else this.#turnAway(messages.plaintext)
  }

  receive(chunk: Buffer): void {
    this.#reader?.push(this.#telnet ? this.#telnet.strip(chunk) : chunk)
  }

  endInput(): void {
    this.#reader?.end()
  }

  get lines(): LineReader {
    if (!this.#reader) throw new TypeError('there are no lines before the connection is open')
    return this.#reader
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#gone) this.#abort.abort(GONE)
    return this.#abort.signal
  }

  write(text: string): Promise<void> | undefined {
    const { socket } = this
    if (!socket.writable) return undefined
    // More is coming in the same turn if there is more to answer; it goes out in one piece.
    if (!this.#corked && this.#reader?.unread === true) {
      this.#corked = true
      socket.cork()
      process.nextTick(uncork, this)
    }
    if (socket.write(text)) return undefined
    if (!this.#drained) {
      this.#drained = Promise.withResolvers()
      socket.once('drain', () => this.#flow())
    }
    return this.#drained.promise
  }

  uncork(): void {
    this.#corked = false
    this.socket.uncork()
  }

  /** The time to log in is over. */
  expire(): void {
    const error = new TcpError('LOGIN_TIMEOUT', 'the client took too long to log in')
    this.#giveUp(this.#house.messages.timeout, error)
  }

  /** The server closes: a session may finish what it has received, nobody else comes in. */
  close(): void {
    if (this.#stage === 'session') this.#reader?.end()
    else this.#giveUp(this.#house.messages.unavailable, new TcpError('CLOSED', 'the server is closing'))
  }

  /** The server has waited long enough. */
  destroy(): void {
    this.socket.destroy()
    if (this.#stage === 'session') this.#abandon()
  }

  // From here to the end there are no async functions: each would keep its frame for as long as the client stays.

  /** Lets the client talk its way in. */
  #logIn(reader: LineReader): void {
    const { portal, avatar, login, messages } = this.#house
    const dialogue = new Dialogue<Avatars, A>(
      (text) => void this.write(text),
      reader,
      this.#telnet,
      (credential) => portal.login(credential, avatar, this),
    )
    start((talk) => login.converse(talk), dialogue).then(
      () => {
        if (dialogue.granted && this.#stage === 'login' && !this.#gone) this.#serve(reader, dialogue.granted)
        else this.#refuse(dialogue, messages.denied)
      },
      (error) => this.#refuse(dialogue, faultAnswer(error, this.#house, this.peer)),
    )
  }

  /** Nobody will hold what was granted to a client that left meanwhile, or by a format that then broke. */
  #refuse(dialogue: Dialogue<Avatars, A>, answer: string): void {
    this.#login = dialogue.granted
    void this.#logOut().then(() => {
      this.#turnAway(answer)
      this.#done()
    })
  }

  #serve(reader: LineReader, login: Granted<Avatars, A>): void {
    const { handler, limits, messages } = this.#house
    this.#stage = 'session'
    this.#login = login
    this.#abort = undefined
    this.#stopClock()
    this.#pass()
    reader.highWater = limits.queueBytes
    void this.write(messages.granted)
    start(handler, new Session(this, login) as TcpSession<Avatars, A>).then(
      () => this.#finish(),
      (error) => {
        this.#house.report(error, this.peer)
        this.#finish()
      },
    )
  }

  #finish(): void {
    void this.#logOut().then(() => {
      this.#leave()
      this.#done()
    })
  }

  #done(): void {
    this.#serving = false
    if (!this.#gone) return
    this.#stopClock()
    this.#house.left(this)
  }

  #stopClock(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** It no longer counts as one of those who wait at the door. */
  #pass(): void {
    if (!this.#waits) return
    this.#waits = false
    this.#house.door.leave(sourceOf(this.peer.address))
  }

  /** Ends a login from outside. */
  #giveUp(answer: string, error: TcpError): void {
    if (this.#stage === 'handshake') this.socket.destroy()
    if (this.#stage !== 'login') return
    this.#reader?.fail(error)
    this.#turnAway(answer)
    this.#abort?.abort(error)
  }

  #turnAway(answer: string): void {
    if (this.#stage !== 'login') return
    this.#stopClock()
    void this.write(answer)
    this.#leave()
  }

  #leave(): void {
    const { socket } = this
    this.#stage = 'leaving'
    if (socket.destroyed) return
    this.#reader?.stop()
    this.#stopLeaving = endGently(socket, this.#house.limits.lingerMs)
  }

  /** The connection is closed. Whoever works for this client is told, and the avatar does not outlive it for long. */
  hangUp(): void {
    if (this.#gone) return
    this.#gone = true
    this.#stopClock()
    this.#stopLeaving?.()
    this.#pass()
    this.#reader?.stop()
    this.#flow()
    this.#abort?.abort(GONE)
    if (this.#stage === 'session') {
      this.#timer = setTimeout(() => this.#abandon(), this.#house.limits.lingerMs)
    } else if (!this.#serving) this.#house.left(this)
  }

  /** Logs the avatar out under a handler that did not return. */
  #abandon(): void {
    this.#stopClock()
    void this.#logOut().then(() => this.#house.left(this))
  }

  #logOut(): Promise<void> {
    const login = this.#login
    this.#login = undefined
    return login ? login.logout().catch((error) => this.#house.report(error, this.peer)) : NOTHING
  }

  #flow(): void {
    this.#drained?.resolve()
    this.#drained = undefined
  }
}

/** Calls somebody else's code; what it throws without being async is a rejection too. */
function start<Subject>(code: (subject: Subject) => unknown, subject: Subject): Promise<unknown> {
  try {
    return Promise.resolve(code(subject))
  } catch (error) {
    return Promise.reject(error)
  }
}

function expire(connection: { expire(): void }): void {
  connection.expire()
}

function uncork(connection: { uncork(): void }): void {
  connection.uncork()
}

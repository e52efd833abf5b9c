import type { Socket } from 'node:net'
import type { Peer } from '@gatewright/listener'
import type { Granted, Identity } from '@gatewright/portal'
import type { Connection } from './connection.ts'

/** A client that is logged in, as its handler sees it. */
export type TcpSession<Avatars, A extends keyof Avatars = keyof Avatars> = {
  readonly [K in A]: TcpSessionAs<Avatars, K>
}[A]

/** A session whose avatar is the realm's `K`. */
export interface TcpSessionAs<Avatars, K extends keyof Avatars> {
  readonly id: Identity
  /** Which of the wanted avatars it is. */
  readonly as: K
  readonly avatar: Avatars[K]
  /** The login behind it: proofs, and `logout()`, which the server calls by itself. */
  readonly login: Granted<Avatars, K>
  readonly peer: Peer
  /**
   * What the client sends, line by line, without line ends; beginning with what it sent before it was logged in. Ends when the client ends
   * its side, hangs up, or the server closes. A loop that is left early can be followed by another.
   *
   * @throws {TcpError} `LINE_TOO_LONG`, `NOT_TEXT`
   */
  readonly lines: AsyncIterableIterator<string>
  /** Fires when the connection is closed, by whichever side. */
  readonly signal: AbortSignal
  /** For what is not offered here. Whoever reads from it takes bytes away from `lines`. */
  readonly socket: Socket
  /**
   * Sends `text` as it is: line ends are the caller's. Everything written in one turn goes out together.
   *
   * @returns a promise when the client reads too slowly, to be awaited before more is written. Text for a client that is gone is dropped.
   */
  readonly write: (text: string) => Promise<void> | undefined
}

/** Serves one client; when it returns, what it wrote is sent and the connection ends. */
export type TcpHandler<Avatars, A extends keyof Avatars> = (session: TcpSession<Avatars, A>) => Promise<void> | void

export class Session<Avatars extends object, A extends keyof Avatars> implements TcpSessionAs<Avatars, A> {
  readonly login: Granted<Avatars, A>
  /** Not a method, so that handlers can take it out of the session. */
  readonly write = (text: string): Promise<void> | undefined => this.#connection.write(text)
  readonly #connection: Connection<Avatars, A>

  constructor(connection: Connection<Avatars, A>, login: Granted<Avatars, A>) {
    this.#connection = connection
    this.login = login
  }

  get id(): Identity {
    return this.login.id
  }

  get as(): A {
    return this.login.as
  }

  get avatar(): Avatars[A] {
    return this.login.avatar
  }

  get peer(): Peer {
    return this.#connection.peer
  }

  get lines(): AsyncIterableIterator<string> {
    return this.#connection.lines
  }

  get signal(): AbortSignal {
    return this.#connection.signal
  }

  get socket(): Socket {
    return this.#connection.socket
  }
}

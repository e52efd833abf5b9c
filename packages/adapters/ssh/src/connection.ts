import type { Socket } from 'node:net'
import type { Guest, Peer } from '@gatewright/listener'
import { type AttemptOptions, type Credential, type Granted, type PublicKeyOffer, sourceOf } from '@gatewright/portal'
import { isNews, type Judge, UserAuth } from './auth/user-auth.ts'
import { SshError } from './errors.ts'
import type { House, SshAvatars } from './house.ts'
import { KeyPolicy } from './session/key-policy.ts'
import { Sessions } from './session/sessions.ts'
import type { InsideClient } from './transport/inside-ssh2.ts'
import { Reason } from './transport/message.ts'
import { Transport, type TransportOwner } from './transport/transport.ts'
import { exchangeVersions } from './transport/version-exchange.ts'

const GONE = new SshError('CLIENT_GONE', 'the connection is closed')
const CLOSING = new SshError('CLOSED', 'the server is closing')

/** One client, from its connection to its end. To the portal it is where the login comes from. */
export class Connection implements AttemptOptions, Guest, TransportOwner, Judge<SshAvatars> {
  /** Where the listener has it. */
  place = -1
  readonly protocol = 'ssh'
  readonly peer: Peer
  readonly secure = true
  readonly #house: House
  readonly #socket: Socket
  #stage: 'version' | 'login' | 'session' | 'leaving' = 'version'
  #gone = false
  #inside = false
  #timer: NodeJS.Timeout | undefined
  #abort: AbortController | undefined
  #reason: Error = GONE
  #client: InsideClient | undefined
  #transport: Transport | undefined
  #auth: UserAuth<SshAvatars> | undefined
  #login: Granted<SshAvatars> | undefined
  #sessions: Sessions | undefined

  /** The connection has been counted among the start-ups. */
  constructor(house: House, socket: Socket, peer: Peer) {
    this.#house = house
    this.#socket = socket
    this.peer = peer
    this.#timer = setTimeout(() => this.#expire(), house.limits.loginMs)
    // Errors are followed by the close, which is where they are dealt with.
    socket.on('error', () => undefined)
    socket.once('end', () => this.#lose())
    socket.once('close', () => this.#hangUp())
    exchangeVersions(socket, house.limits.versionBytes, (ok) => {
      if (ok) house.attach(socket, this)
      else this.#turnAway('Invalid SSH identification string.\r\n')
    })
  }

  /** ssh2 has made something of the socket: its version line is in, and no packet yet. */
  adopt(client: InsideClient): void {
    this.#client = client
    // What a client does wrong ends its connection, and is nobody else's business.
    client.on('error', () => this.#leave())
    const transport = new Transport(client, this.#house.limits, this)
    this.#transport = transport
    this.#auth = new UserAuth<SshAvatars>(transport, this, this.#house.limits)
    if (this.#stage === 'version') this.#stage = 'login'
    else transport.disconnect(Reason.BY_APPLICATION)
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#gone) this.#abort.abort(this.#reason)
    return this.#abort.signal
  }

  get accepts(): House['accepts'] {
    return this.#house.accepts
  }

  receive(payload: Buffer): void {
    this.#auth?.receive(payload)
  }

  count(): void {
    this.#auth?.count()
  }

  login(credential: Credential): ReturnType<House['login']> {
    return this.#house.login(credential, this)
  }

  recognizes(offer: PublicKeyOffer): Promise<boolean> {
    return this.#house.recognizes(offer, this)
  }

  /** Lets the client in, unless it is gone, or its keys say what nobody understands. */
  grant(login: Granted<SshAvatars>): boolean {
    const policy = KeyPolicy.of(login.proofs)
    const client = this.#client
    const transport = this.#transport
    if (!policy || !client || !transport || transport.closed || this.#gone || this.#stage !== 'login') {
      if (!policy) this.fault(new TypeError('the restrictions of a key are not such'))
      void this.#logOut(login)
      return false
    }
    this.#login = login
    this.#stage = 'session'
    this.#enter()
    this.#auth = undefined
    this.#abort = undefined
    this.#sessions = new Sessions(client, {
      house: this.#house,
      transport,
      peer: this.peer,
      policy,
      login: { id: login.id, avatar: login.avatar, proofs: login.proofs },
    })
    transport.success()
    return true
  }

  fault(error: unknown): void {
    if (isNews(error)) this.#house.report(error, this.peer)
  }

  disconnect(reason: (typeof Reason)[keyof typeof Reason]): void {
    this.#transport?.disconnect(reason)
    this.#leave()
  }

  /** The server closes: sessions are told, everybody else goes. */
  close(): void {
    if (this.#stage === 'leaving') return
    if (this.#sessions === undefined) {
      this.#lose(CLOSING)
      this.disconnect(Reason.BY_APPLICATION)
      return
    }
    this.#sessions.warn(CLOSING)
    void this.#sessions.ended().then(() => this.disconnect(Reason.BY_APPLICATION))
  }

  /** The server has waited long enough. */
  destroy(): void {
    this.#socket.destroy()
  }

  #expire(): void {
    this.#lose(new SshError('LOGIN_TIMEOUT', 'the client took too long to log in'))
    if (this.#transport) this.disconnect(Reason.BY_APPLICATION)
    else this.#turnAway('')
  }

  /** Before there is a transport, a line is all that can be said. */
  #turnAway(line: string): void {
    this.#socket.end(line)
    this.#socket.resume()
    this.#leave()
  }

  /** Gives the client a moment to take its leave. */
  #leave(): void {
    if (this.#stage === 'leaving') return
    this.#stage = 'leaving'
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#socket.destroy(), this.#house.limits.lingerMs)
    this.#transport?.close()
  }

  /** Nobody waits for the login any more: it stops where it is. */
  #lose(reason: Error = GONE): void {
    if (this.#gone) return
    this.#gone = true
    this.#reason = reason
    this.#abort?.abort(reason)
    this.#auth?.end()
  }

  #enter(): void {
    if (this.#inside) return
    this.#inside = true
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#house.startups.leave(sourceOf(this.peer.address))
  }

  #hangUp(): void {
    this.#lose()
    this.#stage = 'leaving'
    this.#enter()
    void this.#end().finally(() => this.#house.left(this))
  }

  /** Programs have a moment to notice; then the avatar is logged out under them. */
  async #end(): Promise<void> {
    if (this.#sessions) {
      const patience = Promise.withResolvers<void>()
      const timer = setTimeout(patience.resolve, this.#house.limits.lingerMs)
      await Promise.race([this.#sessions.cut(GONE), patience.promise])
      clearTimeout(timer)
    }
    if (this.#login) await this.#logOut(this.#login)
  }

  async #logOut(login: Granted<SshAvatars>): Promise<void> {
    try {
      await login.logout()
    } catch (error) {
      this.#house.report(error, this.peer)
    }
  }
}

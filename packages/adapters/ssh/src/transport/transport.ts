import type { Socket } from 'node:net'
import { WireWriter } from '@gatewright/ssh-keys'
import type { SshLimits } from '../limits.ts'
import { SIGNATURE_ALGORITHMS } from './algorithms.ts'
import { keepChannelRules } from './channel-rules.ts'
import { judgeGuesses } from './guessed-packet.ts'
import type { InsideChannel, InsideClient, InsideProtocol } from './inside-ssh2.ts'
import { KeyAge } from './key-age.ts'
import { type DisconnectReason, Message, Reason } from './message.ts'

/** Whose transport it is. */
export interface TransportOwner {
  /** A message of the login: numbers 50 to 79. */
  receive(payload: Buffer): void
  /** A message before the login that costs work and is none of it. */
  count(): void
}

/** Sent and not yet taken by the client, in bytes: from here on our own data waits. */
const CONGESTED = 2 ** 20
/** From here on the client goes: what waits are answers, and it asks for more of them without reading. */
const STUCK = 2 ** 22

/** ssh2's packets and keys, under our rules of who may send what and when. */
export class Transport {
  readonly socket: Socket
  readonly #client: InsideClient
  readonly #protocol: InsideProtocol
  readonly #keys: KeyAge
  readonly #owner: TransportOwner
  #serviceAsked = false
  #hasKeys = false
  #closed = false
  #waiting: (() => void)[] = []
  #watching = false

  /** To be made when the client's version line is in, before its first packet. */
  constructor(client: InsideClient, limits: SshLimits, owner: TransportOwner) {
    this.socket = client._sock
    this.#client = client
    this.#protocol = client._protocol
    this.#keys = new KeyAge(client._protocol, client._sock, limits)
    this.#owner = owner
    const protocol = client._protocol
    judgeGuesses(protocol)
    const { _onPayload: next, _onHandshakeComplete: complete } = protocol
    protocol._onPayload = (payload) => (this.#admits(payload) ? next(payload) : this.#closed ? Infinity : undefined)
    protocol._onHandshakeComplete = (...negotiated) => this.#onKeys(() => complete(...negotiated))
    keepChannelRules(client, () => this.disconnect(Reason.PROTOCOL_ERROR))
  }

  /** RFC 4253 section 7.2: the first exchange hash; what signatures are bound to. */
  get sessionId(): Buffer {
    return this.#protocol._kex.sessionID
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Whether more data would only pile up here: the client reads too slowly, or keys are being exchanged. */
  get congested(): boolean {
    return this.socket.writableLength >= CONGESTED || this.#protocol._kexinit !== undefined
  }

  /** Calls back once, when it makes sense to look again whether it is `congested`. */
  whenClear(callback: () => void): void {
    this.#waiting.push(callback)
    if (this.#watching) return
    this.#watching = true
    this.socket.on('drain', () => this.#clear())
  }

  /** RFC 4252 section 5.1. */
  failure(methods: readonly string[], partial: boolean): void {
    this.#answer('', (protocol) => protocol.authFailure(methods, partial))
  }

  /** After this no message of the login is looked at any more: RFC 4252 section 5.3. */
  success(): void {
    this.#client.authenticated = true
    this.#answer('', (protocol) => protocol.authSuccess())
    // ssh2 begins its keep-alive with this.
    this.#client.emit('ready')
  }

  /** RFC 4252 section 7. */
  keyIsWelcome(algorithm: string, blob: Uint8Array): void {
    this.#answer('publickey', (protocol) => protocol.authPKOK(algorithm, blob))
  }

  /** RFC 4256 section 3.2: one question, whose answer is not shown. */
  ask(prompt: string): void {
    if (!this.#closed) this.#protocol.authInfoReq('', '', [{ prompt, echo: false }])
  }

  /** Data of a channel; `window` and state are the caller's to look at. */
  send({ outgoing: { id } }: InsideChannel, data: Uint8Array, extended: boolean): void {
    if (extended) this.#protocol.channelExtData(id, data, 1)
    else this.#protocol.channelData(id, data)
    this.#keys.sent(data.length)
  }

  /** Says goodbye, and hears no more. The socket's own end is left to the client, and to whoever waits for it. */
  disconnect(reason: DisconnectReason): void {
    if (this.#closed) return
    this.#protocol.disconnect(reason)
    this.close()
  }

  /** Ends our side. */
  close(): void {
    this.#closed = true
    this.socket.removeAllListeners('data')
    // Somebody has to read the client's end.
    this.socket.resume()
    this.socket.end()
  }

  #answer(method: string, send: (protocol: InsideProtocol) => void): void {
    if (this.#closed) return
    this.#protocol._authsQueue.push(method)
    send(this.#protocol)
  }

  /** Whether ssh2 gets to see this packet. */
  #admits(payload: Buffer): boolean {
    const { authenticated } = this.#client
    if (this.#closed) return false
    if (this.socket.writableLength > STUCK) {
      this.socket.destroy()
      return false
    }
    const number = payload[0] ?? 0
    if (number === Message.SERVICE_REQUEST && this.#serviceAsked && !authenticated && isForLogin(payload)) {
      // ssh2 takes it once. sshd takes it again, and paramiko begins every try with it.
      this.#owner.count()
      if (!this.#closed) this.#protocol.serviceAccept(LOGIN)
      return false
    }
    if (number === Message.SERVICE_REQUEST) this.#serviceAsked = true
    if (authenticated) {
      this.#keys.received()
      if (number !== Message.KEXINIT && this.#keys.isRefused) {
        this.disconnect(Reason.KEY_EXCHANGE_FAILED)
        return false
      }
      // RFC 4252 section 5.3: "silently ignored".
      return number < Message.USERAUTH || number >= Message.CONNECTION
    }
    if (number < Message.USERAUTH) {
      // A service was accepted by nobody but us.
      if (number === Message.SERVICE_ACCEPT) this.disconnect(Reason.PROTOCOL_ERROR)
      else if (number === Message.KEXINIT || number === Message.SERVICE_REQUEST) this.#owner.count()
      return !this.#closed
    }
    // RFC 4252 section 6: from 80 on they need a login, and must not be passed on without. A login needs its service.
    if (number >= Message.CONNECTION || !this.#serviceAsked) this.disconnect(Reason.PROTOCOL_ERROR)
    // A copy: what is received is decrypted where it lies, and the login looks at it later.
    else this.#owner.receive(Buffer.from(payload))
    return false
  }

  #onKeys(complete: () => void): void {
    judgeGuesses(this.#protocol)
    this.#keys.renew()
    const { _kex: kex } = this.#protocol
    // ssh2 lacks a comma in the list of what may sign, and names SHA-1 and DSA in it; RFC 8308 section 2.4 wants it sent first.
    const wanted = kex.remoteExtInfoEnabled && !this.#hasKeys
    kex.remoteExtInfoEnabled = false
    this.#hasKeys = true
    complete()
    if (wanted) this.#tellExtensions()
    this.#clear()
  }

  #tellExtensions(): void {
    const message = new WireWriter()
      .byte(Message.EXT_INFO)
      .uint32(1)
      .string('server-sig-algs')
      .string(SIGNATURE_ALGORITHMS.join(','))
      .done()
    const { write } = this.#protocol._packetRW
    const packet = write.alloc(message.length)
    packet.set(message, write.allocStart)
    this.#protocol._cipher.encrypt(write.finalize(packet))
  }

  #clear(): void {
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const callback of waiting) callback()
  }
}

/** RFC 4252 section 4. */
const LOGIN = 'ssh-userauth'

/** Whether a SERVICE_REQUEST is for the login, and whole. */
const isForLogin = (payload: Buffer): boolean =>
  payload.equals(new WireWriter().byte(Message.SERVICE_REQUEST).string(LOGIN).done())

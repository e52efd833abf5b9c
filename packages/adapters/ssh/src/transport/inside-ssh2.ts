import type { Socket } from 'node:net'
import type { Connection as Client } from 'ssh2'

/**
 * What of ssh2 is used that it does not document. It hands a publickey request on with the signature's label taken off, its
 * waiting requests last first, and a version line in pieces with pieces missing, so the login is taken out of its hands where
 * a packet has been decrypted and not been looked at. Here is everything that this rests on; its version is exact in
 * package.json, and `test/inside-ssh2.test.ts` says what to look at when there is another.
 */
export interface InsideClient extends Client {
  readonly _sock: Socket
  readonly _protocol: InsideProtocol
  /** Sessions are the only channels there are. */
  readonly _chanMgr: { get(id: number): InsideSession | undefined; remove(id: number): void }
  authenticated: boolean
}

export interface InsideProtocol {
  /** Gets each packet that is not part of a key exchange. `Infinity` ends the reading of what was received with it. */
  _onPayload: (payload: Buffer) => unknown
  _onHandshakeComplete: (...negotiated: unknown[]) => void
  readonly _handlers: {
    CHANNEL_DATA: (protocol: InsideProtocol, recipient: number, data: Buffer) => void
    CHANNEL_WINDOW_ADJUST: (protocol: InsideProtocol, recipient: number, bytes: number) => void
    CHANNEL_CLOSE: (protocol: InsideProtocol, recipient: number) => void
  }
  /** Set once the first KEXINIT has been received. */
  readonly _kex: {
    readonly sessionID: Buffer
    remoteExtInfoEnabled: boolean
  }
  /** What we named in our KEXINIT, the preferred first. */
  readonly _offer: { readonly lists: Readonly<Record<'kex' | 'serverHostKey', { readonly array: readonly string[] }>> }
  /** Our KEXINIT, while keys are exchanged; what is sent meanwhile waits. */
  readonly _kexinit: Buffer | undefined
  /** That which waits, packet by packet. */
  readonly _queue: readonly Uint8Array[] | undefined
  /** One entry for each request that is not answered; an answer is not sent without. */
  readonly _authsQueue: string[]
  readonly _packetRW: {
    /** Gets each packet first of all, and is another one with every key exchange. */
    read: { read(packet: Buffer): Buffer; cleanup(): void }
    readonly write: {
      readonly allocStart: number
      alloc(length: number): Buffer
      finalize(packet: Buffer): Buffer
    }
  }
  readonly _cipher: { encrypt(packet: Buffer): void }
  authFailure(methods: readonly string[], partial: boolean): void
  authSuccess(): void
  authPKOK(algorithm: string, blob: Uint8Array): void
  authInfoReq(
    name: string,
    instruction: string,
    prompts: readonly { readonly prompt: string; readonly echo: boolean }[],
  ): void
  channelData(channel: number, data: Uint8Array): void
  channelClose(channel: number): void
  channelExtData(channel: number, data: Uint8Array, type: number): void
  disconnect(reason: number): void
  serviceAccept(service: string): void
  rekey(): void
}

/** One direction of a channel. */
interface InsideFlow {
  readonly id: number
  /** What may still be sent, in bytes. */
  window: number
  readonly packetSize: number
  readonly state: 'open' | 'eof' | 'closing' | 'closed'
}

/** A channel before it has a program and after. Both have the same two directions. */
interface InsideSession {
  readonly _chanInfo: { readonly incoming: InsideFlow; readonly outgoing: InsideFlow }
  readonly _channel?: InsideChannel
}

export interface InsideChannel {
  readonly incoming: InsideFlow
  readonly outgoing: InsideFlow
  /** Set by whoever waits for the window to open; `_chunkcb` is then called when it does. */
  _waitWindow: boolean
  _chunkcb: (() => void) | undefined
}

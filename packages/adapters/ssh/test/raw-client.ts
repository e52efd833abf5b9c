import { connect, type Socket } from 'node:net'
import { WireReader, WireWriter } from '@gatewright/ssh-keys'
import ssh2 from 'ssh2'
import type { InsideProtocol } from '../src/transport/inside-ssh2.ts'
import type { ClientKey } from './rig.ts'

/** What the server answered, by message number; its disconnection is one of them, and the last. */
export interface Answer {
  readonly number: number
  readonly payload: Buffer
}

export const DISCONNECT = 1
const KEXINIT = 20
export const FAILURE = 51
export const SUCCESS = 52
export const PK_OK = 60
export const INFO_REQUEST = 60

/** A client that has keys and the service of logins, and then sends whatever it is told to, packet by packet. */
export class RawClient implements Disposable {
  readonly answers: Answer[] = []
  closed = false
  readonly socket: Socket
  /** How often keys were made. */
  keys = 0
  readonly #protocol: InsideProtocol
  #refused: (() => void) | undefined
  #seen = 0
  #wake: (() => void) | undefined

  private constructor(socket: Socket, client: ssh2.Client) {
    this.socket = socket
    this.#protocol = (client as unknown as { _protocol: InsideProtocol })._protocol
    const next = this.#protocol._onPayload
    this.#protocol._onPayload = (payload) => {
      const number = payload[0] ?? 0
      if (number === KEXINIT && this.#refused) return this.#refused()
      if (number < 50 && number !== DISCONNECT && number !== 6) return next(payload)
      this.answers.push({ number, payload: Buffer.from(payload) })
      this.#wake?.()
      return undefined
    }
    client.on('error', () => undefined)
    client.on('handshake', () => void this.keys++)
    socket.on('close', () => {
      this.closed = true
      this.#wake?.()
    })
  }

  /** Resolves when the service is accepted, unless it need not be. */
  static async connect(port: number, service: 'service' | 'keys' = 'service'): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const client = new ssh2.Client()
    const handshake = new Promise<void>((resolve) => {
      client.once('handshake', () => resolve())
      client.once('close', () => resolve())
    })
    client.connect({ sock: socket, username: 'nobody', authHandler: () => undefined as never, readyTimeout: 0 })
    const raw = new RawClient(socket, client)
    // ssh2 asks for the service as soon as it has keys.
    if (service === 'keys') (raw.#protocol as unknown as { service: () => void }).service = () => undefined
    await handshake
    if (service === 'service') await raw.answer()
    return raw
  }

  /** Has logged in as ada by her password. */
  static async inside(port: number): Promise<RawClient> {
    const raw = await RawClient.connect(port)
    const answer = await raw.ask(password('ada', 'sesame'))
    if (answer?.number !== SUCCESS) throw new Error(`the server said ${answer?.number}`)
    return raw
  }

  get sessionId(): Buffer {
    return this.#protocol._kex.sessionID
  }

  /** The next answer that nobody has seen; `undefined` when the server has closed. */
  async answer(): Promise<Answer | undefined> {
    while (this.answers.length === this.#seen && !this.closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.answers[this.#seen] && this.answers[this.#seen++]
  }

  /** Everything until the server closes. */
  async rest(): Promise<number[]> {
    const numbers: number[] = []
    for (let answer = await this.answer(); answer; answer = await this.answer()) numbers.push(answer.number)
    return numbers
  }

  send(payload: Uint8Array): this {
    if (this.socket.destroyed) return this
    const { write } = this.#protocol._packetRW
    const packet = write.alloc(payload.length)
    packet.set(payload, write.allocStart)
    this.#protocol._cipher.encrypt(write.finalize(packet))
    return this
  }

  /** Exchanges keys once more, from this side. */
  async rekey(): Promise<void> {
    this.#protocol.rekey()
    while (this.#protocol._kexinit !== undefined && !this.closed) await new Promise((resolve) => setImmediate(resolve))
  }

  /** From now on takes no part when the server wants other keys. Resolves when it has wanted some. */
  refuseKeys(): Promise<void> {
    return new Promise((resolve) => {
      this.#refused = resolve
    })
  }

  async ask(payload: Uint8Array): Promise<Answer | undefined> {
    return await this.send(payload).answer()
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}

export function request(user: string, method: string, fields: Uint8Array = new Uint8Array(), service?: string): Buffer {
  return new WireWriter()
    .byte(50)
    .string(user)
    .string(service ?? 'ssh-connection')
    .string(method)
    .bytes(fields)
    .done()
}

export const password = (user: string, secret: string): Buffer =>
  request(user, 'password', new WireWriter().byte(0).string(secret).done())

export const keyboard = (user: string): Buffer =>
  request(user, 'keyboard-interactive', new WireWriter().string('').string('').done())

export function answers(...texts: string[]): Buffer {
  const message = new WireWriter().byte(61).uint32(texts.length)
  for (const text of texts) message.string(text)
  return message.done()
}

export const offer = (user: string, { blob }: ClientKey, algorithm = 'ssh-ed25519'): Buffer =>
  request(user, 'publickey', new WireWriter().byte(0).string(algorithm).string(blob).done())

/** A request signed with `key` that names `named`. */
export function signed(user: string, key: ClientKey, sessionId: Buffer, named: ClientKey = key): Buffer {
  const fields = new WireWriter().byte(1).string('ssh-ed25519').string(named.blob).done()
  const unsigned = request(user, 'publickey', fields)
  const value = key.sign(new WireWriter().string(sessionId).bytes(unsigned).done())
  const signature = new WireWriter().string('ssh-ed25519').string(value).done()
  return new WireWriter().bytes(unsigned).string(signature).done()
}

/** The methods and the partial success of a failure. */
export function failureIn(answer: Answer | undefined): { methods: string[]; partial: boolean } {
  if (answer?.number !== FAILURE) throw new Error(`the server said ${answer?.number}`)
  const reader = new WireReader(answer.payload.subarray(1))
  const methods = reader.text()
  return { methods: methods === '' ? [] : methods.split(','), partial: reader.byte() === 1 }
}

/** A KEXINIT that the server agrees with: RFC 4253 section 7.1. */
export function kexInit(): Buffer {
  const lists = [
    'curve25519-sha256',
    'ecdsa-sha2-nistp256',
    'aes128-ctr',
    'aes128-ctr',
    'hmac-sha2-256',
    'hmac-sha2-256',
  ]
  const message = new WireWriter().byte(20).bytes(Buffer.alloc(16))
  for (const list of [...lists, 'none', 'none', '', '']) message.string(list)
  return message.byte(0).uint32(0).done()
}

/** A packet as it is before there are keys: RFC 4253 section 6. */
export function plainPacket(payload: Uint8Array): Buffer {
  const padding = 4 + ((16 - ((9 + payload.length) % 8)) % 8)
  const packet = Buffer.alloc(5 + payload.length + padding)
  packet.writeUInt32BE(packet.length - 4)
  packet[4] = padding
  packet.set(payload, 5)
  return packet
}

import type { Session } from 'ssh2'
import type { InsideClient } from '../transport/inside-ssh2.ts'
import { Reason } from '../transport/message.ts'
import { type Resident, SessionChannel } from './session-channel.ts'

/** A client that may send a byte at a time makes a packet of each byte that it reads; RFC 4253 section 6.1 has 32,768. */
const MIN_PACKET = 1024

/**
 * The channels of one client that is logged in. Sessions are all there is: forwarding of ports, sockets, agents and X11, in
 * either direction, has no listener here and is refused by ssh2.
 */
export class Sessions {
  readonly #sessions = new Set<SessionChannel>()
  /** Those that the client has not closed. */
  readonly #open = new Set<SessionChannel>()

  constructor(client: InsideClient, resident: Omit<Resident, 'left'>) {
    const { transport, house } = resident
    const left = (session: SessionChannel) => void this.#sessions.delete(session)
    client.on('session', (accept, reject) => {
      if (this.#occupied >= house.limits.channels) return reject()
      const session: Session = accept()
      if (packetSizeOf(session) < MIN_PACKET) return transport.disconnect(Reason.PROTOCOL_ERROR)
      const channel = new SessionChannel({ ...resident, left }, session)
      this.#open.add(channel)
      this.#sessions.add(channel)
      session.on('close', () => void this.#open.delete(channel))
    })
    client.on('request', (accept, reject, name) =>
      // ssh2 remembers it: `no-more-sessions@openssh.com` shuts the door behind those who are in.
      (name as string) === 'no-more-sessions@openssh.com' ? accept?.() : reject?.(),
    )
  }

  /** How many have a program that has not returned, or may still ask for one. */
  get size(): number {
    return this.#sessions.size
  }

  /** A client that closes a channel makes room for another when the program has returned as well. */
  get #occupied(): number {
    return new Set([...this.#sessions, ...this.#open]).size
  }

  /** Tells every program that it should come to an end. */
  warn(reason: Error): void {
    for (const session of this.#sessions) session.warn(reason)
  }

  /** The connection is gone. Resolves when every program has returned. */
  async cut(reason: Error): Promise<void> {
    const all = [...this.#sessions]
    for (const session of all) session.cut(reason)
    await Promise.all(all.map((session) => session.ended))
  }

  /** Resolves when every program has returned and said so. */
  async ended(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.ended))
  }
}

function packetSizeOf(session: Session): number {
  return (session as unknown as { _chanInfo: { outgoing: { packetSize: number } } })._chanInfo.outgoing.packetSize
}

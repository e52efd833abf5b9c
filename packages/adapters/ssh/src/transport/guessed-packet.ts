import { SshKeyError, WireReader } from '@gatewright/ssh-keys'
import type { InsideProtocol } from './inside-ssh2.ts'
import { Message } from './message.ts'

/** RFC 4253 section 7.1: number and cookie of a KEXINIT, and then ten lists. */
const COOKIE_END = 17
const LISTS = 10

/**
 * A client may send the first packet of the key exchange that it expects right behind its KEXINIT (RFC 4253 section 7.1), as
 * Dropbear does. ssh2 takes every such guess for a wrong one, passes the packet over, and waits for another for ever. So of a
 * right one it is not told.
 *
 * Each key exchange has a reader of its own: to be called again when keys have been exchanged.
 */
export function judgeGuesses(protocol: InsideProtocol): void {
  const { _packetRW: packets } = protocol
  const reader = packets.read
  let restore: (() => void) | undefined
  packets.read = {
    cleanup: () => reader.cleanup(),
    read(packet) {
      const payload = reader.read(packet)
      // What the keys are made from is what the client has sent.
      restore?.()
      restore = undefined
      const flag = payload[0] === Message.KEXINIT ? rightGuess(payload, protocol) : undefined
      if (flag === undefined) return payload
      const untold = Buffer.from(payload)
      untold[flag] = 0
      restore = () => {
        untold[flag] = 1
      }
      return untold
    },
  }
}

/**
 * Where a KEXINIT announces a guess, if it does and the guess is right: "the kex algorithm and/or the host key algorithm is
 * guessed wrong" unless each side names them first.
 */
function rightGuess(payload: Buffer, { _offer: { lists } }: InsideProtocol): number | undefined {
  try {
    const reader = new WireReader(payload.subarray(COOKIE_END))
    const [kex, hostKey] = Array.from({ length: LISTS }, () => reader.string().toString('latin1').split(',', 1)[0])
    const flag = COOKIE_END + reader.position
    const right = kex === lists.kex.array[0] && hostKey === lists.serverHostKey.array[0]
    return right && reader.byte() === 1 ? flag : undefined
  } catch (error) {
    // ssh2 sees for itself that it cannot be read.
    if (error instanceof SshKeyError) return undefined
    throw error
  }
}

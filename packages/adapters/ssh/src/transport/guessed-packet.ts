import { WireReader } from '@gatewright/ssh-keys'
import type { InsideProtocol } from './inside-ssh2.ts'

/**
 * A client may send the first packet of the key exchange that it expects right behind its KEXINIT (RFC 4253 section 7.1), as
 * Dropbear does. ssh2 takes every such guess for a wrong one, passes the packet over, and waits for another for ever. Here the
 * guess is looked at.
 */
export function judgeGuesses(protocol: InsideProtocol): void {
  let announced = false
  Object.defineProperty(protocol, '_skipNextInboundPacket', {
    get: () => announced && isWrong(protocol),
    set: (skip: boolean) => {
      announced = skip
    },
  })
}

/** "the kex algorithm and/or the host key algorithm is guessed wrong": each side names first what it prefers. */
function isWrong({ _kex: { _remoteKexinit: theirs }, _offer: { lists } }: InsideProtocol): boolean {
  if (theirs === undefined) return false
  // The number of the message, and 16 random bytes.
  const reader = new WireReader(theirs.subarray(17))
  return [lists.kex, lists.serverHostKey].some(
    ({ array: [ours] }) => reader.string().toString('latin1').split(',', 1)[0] !== ours,
  )
}

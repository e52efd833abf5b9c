import type { Socket } from 'node:net'

/** What we call ourselves. No number: whom it would help is no friend. */
export const IDENT = 'Gatewright'

const OURS = `SSH-2.0-${IDENT}\r\n`

const LF = 0x0a

/** RFC 4253 section 4.2: printable US-ASCII; 1.99 is an SSH 2 that also knew its predecessor. */
const VERSION = /^SSH-(?:2\.0|1\.99)-[\x21-\x7e]+(?: [\x20-\x7e]*)?\r?$/

/**
 * Exchanges version lines, before anything is built for the client. Somebody who connects and says nothing, or very much,
 * costs a socket and a timer.
 *
 * @param maxBytes of the client's line, its end included
 * @param done told once: whether the line is one. What was read is then back in the socket, which is paused.
 */
export function exchangeVersions(socket: Socket, maxBytes: number, done: (ok: boolean) => void): void {
  let received: Buffer | undefined
  const receive = (chunk: Buffer): void => {
    received = received ? Buffer.concat([received, chunk]) : chunk
    const end = received.subarray(0, maxBytes).indexOf(LF)
    if (end < 0 && received.length < maxBytes) return
    socket.off('data', receive)
    socket.pause()
    if (end < 0 || !VERSION.test(received.toString('latin1', 0, end))) {
      done(false)
      return
    }
    socket.unshift(received)
    done(true)
  }
  socket.write(OURS)
  socket.on('data', receive)
}

/** ssh2 begins with the version line as well; ours is out already. Both are the same, and part of what the keys are made from. */
export function swallowVersion(socket: Socket): void {
  const write: unknown = Reflect.get(socket, 'write')
  socket.write = (data: string | Uint8Array): boolean => {
    // Put back and not deleted: an object that has lost a property is a slow one, and so is all that is done with it.
    Reflect.set(socket, 'write', write)
    if (Buffer.from(data as string).toString('latin1') === OURS) return true
    return socket.write(data)
  }
}

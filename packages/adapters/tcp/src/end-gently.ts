import type { Socket } from 'node:net'

/**
 * Sends what was written, and ends a connection in a way that lets the client read it.
 *
 * @param lingerMs how long the client may take no output, and after the last of it may leave its end open
 * @returns to be called when the connection is closed: nothing is waited for any more
 */
export function endGently(socket: Socket, lingerMs: number): () => void {
  let timer: NodeJS.Timeout | undefined
  let over = false
  const cutOff = () => socket.destroy()

  // Output that makes no progress is given up. Not by `socket.setTimeout`, to which input is progress too: who sends a byte
  // now and then could keep what it does not take for ever.
  const watch = (left: number) => {
    timer = setTimeout(() => {
      if (socket.writableLength < left) watch(socket.writableLength)
      else cutOff()
    }, lingerMs)
  }

  // Closing with input unread would reset the connection, and the answer with it: read on, into nothing, for a while.
  const linger = () => {
    clearTimeout(timer)
    if (!(over || socket.readableEnded)) timer = setTimeout(cutOff, lingerMs)
  }

  socket.end()
  if (!socket.readableEnded) socket.resume()
  if (socket.writableFinished) linger()
  else {
    socket.once('finish', linger)
    if (socket.writableLength > 0) watch(socket.writableLength)
  }
  return () => {
    over = true
    clearTimeout(timer)
  }
}

import type { Socket } from 'node:net'

/** Whose socket it is. */
export interface Owner {
  receive(chunk: Buffer): void
  /** The client ended its side. */
  endInput(): void
  /** The connection is closed. */
  hangUp(): void
}

const OWNER: unique symbol = Symbol('connection')

/** The listeners are the same for all sockets: ten thousand clients need no closures. */
interface Owned extends Socket {
  [OWNER]: Owner
}

/** Tells `owner` when the socket closes. Errors are followed by that, which is where they are dealt with. */
export function watchEnd(socket: Socket, owner: Owner): void {
  ;(socket as Owned)[OWNER] = owner
  socket.on('error', ignore)
  socket.on('close', onClose)
}

/** Tells a socket's owner what it receives. */
export function watchInput(socket: Socket): void {
  socket.on('data', onData)
  socket.on('end', onEnd)
}

function onData(this: Socket, chunk: Buffer): void {
  ;(this as Owned)[OWNER].receive(chunk)
}

function onEnd(this: Socket): void {
  ;(this as Owned)[OWNER].endInput()
}

function onClose(this: Socket): void {
  ;(this as Owned)[OWNER].hangUp()
}

function ignore(): void {}

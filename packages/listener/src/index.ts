/**
 * What servers with a door of their own share: a socket that listens, those who came in by it, those who wait to be let in,
 * and an end that is good for all of them.
 *
 * ```ts
 * import { createListener } from '@gatewright/listener'
 *
 * const listener = createListener<Guest>({
 *   admit: (socket, peer) => listener.enter(new Guest(socket, peer)),
 *   report: (error) => console.error(error),
 *   error: (code, message, details) => Object.assign(new Error(message, details), { code }),
 * })
 *
 * await listener.server.listen(8000)
 * ```
 *
 * @module
 */
export type { ListenDetails, ListenErrorCode } from './cannot-listen.ts'
export { createListener, type Guest, type Listener, type ListenerOptions, type Server } from './listener.ts'
export type { Peer } from './peer.ts'
export { type Report, reporter } from './report.ts'
export { type Listed, Roster } from './roster.ts'
export { WaitingRoom } from './waiting-room.ts'

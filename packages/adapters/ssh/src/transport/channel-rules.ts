import type { InsideClient } from './inside-ssh2.ts'

/** What the number of a window can say. */
const MAX_WINDOW = 2 ** 32 - 1

/**
 * Keeps a client to RFC 4254 section 5 where ssh2 does not. Section 5.2: only what a window leaves room for may come, and no
 * window is opened wider than 2^32 - 1 bytes; what is granted before there is a program counts. Section 5.3: a channel that is
 * closed is closed for both, once, whether or not it had a program; ssh2 would keep one without for as long as the connection.
 *
 * @param breach told of data without room, and of windows that are too wide
 */
export function keepChannelRules(
  { _chanMgr, _protocol: { _handlers: handlers } }: InsideClient,
  breach: () => void,
): void {
  const { CHANNEL_DATA: deliver, CHANNEL_WINDOW_ADJUST: widen, CHANNEL_CLOSE: close } = handlers
  handlers.CHANNEL_DATA = (self, recipient, data) => {
    const room = _chanMgr.get(recipient)?._chanInfo.incoming.window
    if (room !== undefined && data.length > room) breach()
    else deliver(self, recipient, data)
  }
  handlers.CHANNEL_WINDOW_ADJUST = (self, recipient, bytes) => {
    const session = _chanMgr.get(recipient)
    if (session === undefined) return
    const { outgoing } = session._chanInfo
    if (outgoing.window + bytes > MAX_WINDOW) breach()
    else if (session._channel) widen(self, recipient, bytes)
    else outgoing.window += bytes
  }
  handlers.CHANNEL_CLOSE = (self, recipient) => {
    const session = _chanMgr.get(recipient)
    close(self, recipient)
    if (session === undefined || session._channel) return
    _chanMgr.remove(recipient)
    self.channelClose(session._chanInfo.outgoing.id)
  }
}

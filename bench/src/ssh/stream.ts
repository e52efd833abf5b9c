import { once } from 'node:events'
import type { Writable } from 'node:stream'

const CHUNK = Buffer.alloc(32 * 1024)
/** What the command `stream` sends, in bytes. */
export const STREAM_BYTES: number = 64 * 1024 * 1024

/** Sends as much as a client takes, and no faster. */
export async function stream(to: Writable): Promise<void> {
  for (let sent = 0; sent < STREAM_BYTES; sent += CHUNK.length) {
    if (!to.write(CHUNK)) await once(to, 'drain')
  }
}

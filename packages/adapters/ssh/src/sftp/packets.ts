import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'

/** Clients write at most 256 KiB at once, with a little around it. */
const MAX_PACKET = 256 * 1024 + 1024

/** The packets in a stream: a length in four bytes, then that. A stream that ends within one ends before it. */
export async function* packets(stream: Readable): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    waiting.push(chunk as Buffer)
    size += (chunk as Buffer).length
    for (;;) {
      const length = lengthOf(waiting)
      if (length === undefined) break
      if (length === 0 || length > MAX_PACKET) throw new RangeError('an SFTP packet of this length makes no sense')
      if (size < 4 + length) break
      const all = waiting.length === 1 ? (waiting[0] as Buffer) : Buffer.concat(waiting, size)
      yield all.subarray(4, 4 + length)
      const rest = all.subarray(4 + length)
      waiting = rest.length > 0 ? [rest] : []
      size = rest.length
    }
  }
}

/** Writes one packet. Resolves when the client can take more. */
export async function writePacket(stream: Writable, message: Buffer): Promise<void> {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(message.length)
  if (!stream.write(Buffer.concat([length, message])) && !stream.destroyed) await once(stream, 'drain')
}

function lengthOf(waiting: readonly Buffer[]): number | undefined {
  const [first] = waiting
  if (first && first.length >= 4) return first.readUInt32BE()
  const start = Buffer.concat(waiting.slice(0, 4))
  return start.length >= 4 ? start.readUInt32BE() : undefined
}

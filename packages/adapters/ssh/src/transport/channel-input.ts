import { Readable } from 'node:stream'
import type { ServerChannel } from 'ssh2'

/**
 * What comes in by a channel, as a stream of its own: whoever leaves it early, or destroys it, does not close the way out. ssh2
 * opens the client's window again as this is read.
 */
export class ChannelInput {
  readonly stdin: Readable
  readonly #channel: ServerChannel

  constructor(channel: ServerChannel) {
    this.#channel = channel
    this.stdin = new Readable({ read: () => void channel.resume() })
    this.stdin.on('error', () => undefined)
    channel.pause()
    channel.on('data', (chunk: Buffer) => {
      if (!this.stdin.destroyed && !this.stdin.push(chunk)) channel.pause()
    })
    channel.on('end', () => this.end())
  }

  /** Nothing more comes. */
  end(): void {
    if (!this.stdin.destroyed && !this.stdin.readableEnded) this.stdin.push(null)
    this.#channel.removeAllListeners('data').removeAllListeners('end')
    // What is left in it is read by nobody.
    this.#channel.resume()
  }
}

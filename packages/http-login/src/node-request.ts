import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Connection, connectionOf } from './connection.ts'
import { readBody, readBodyBy } from './request-body.ts'
import type { Peer, RequestView } from './request-view.ts'

/** A request of `node:http`, `node:https` or `node:http2`, and of every framework that hands it on. */
export type NodeMessage = IncomingMessage & {
  /** What Express and its relatives keep when they take a mount point off `url`. */
  readonly originalUrl?: string
}

/** The response that belongs to it. */
export type NodeResponse = ServerResponse

class NodeRequest implements RequestView {
  readonly #req: NodeMessage
  readonly #readBody: (() => Promise<ArrayBuffer>) | undefined
  #connection: Connection | undefined

  constructor(req: NodeMessage, readBody: (() => Promise<ArrayBuffer>) | undefined) {
    this.#req = req
    this.#readBody = readBody
  }

  get method(): string {
    return this.#req.method ?? ''
  }

  get target(): string {
    return this.#req.originalUrl ?? this.#req.url ?? ''
  }

  /** Read from `rawHeaders`: `headers` keeps the first of two `Authorization` fields and says nothing of the second. */
  header(name: string): string | undefined {
    const { rawHeaders } = this.#req
    const { length } = name
    let found: string | undefined
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const field = rawHeaders[i] as string
      if (field.length !== length || (field !== name && field.toLowerCase() !== name)) continue
      const value = rawHeaders[i + 1] as string
      found = found === undefined ? value : `${found}, ${value}`
    }
    return found
  }

  get peer(): Peer {
    // An accessor cannot be absent; to whoever reads it, absent and `undefined` are alike.
    return this.#link().peer as Peer
  }

  get encrypted(): boolean {
    return this.#link().encrypted
  }

  get signal(): AbortSignal {
    return this.#link().signal
  }

  body(maxBytes: number, deadlineMs: number): Promise<Uint8Array> {
    const read = this.#readBody
    return read ? readBodyBy(read, this.#req, maxBytes, deadlineMs) : readBody(this.#req, maxBytes, deadlineMs)
  }

  #link(): Connection {
    this.#connection ??= connectionOf(this.#req)
    return this.#connection
  }
}

/**
 * A request of Node's, as a login sees it.
 *
 * @param readBody how the framework reads a body and keeps it for the application, where it insists on doing so itself, such
 * as Hono's `() => c.req.arrayBuffer()`; only asked for `auth-int`
 */
export function nodeRequest(req: NodeMessage, readBody?: () => Promise<ArrayBuffer>): RequestView {
  return new NodeRequest(req, readBody)
}

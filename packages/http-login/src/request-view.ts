/** Where a request comes from, as the socket tells. */
export interface Peer {
  readonly address: string
  readonly port?: number
}

/** One HTTP request, as a login sees it. A plain object will do; {@link nodeRequest} makes one of Node's. */
export interface RequestView {
  readonly method: string
  /** The request target as it was received (RFC 9112 section 3.2): not decoded, not normalised, no mount point taken off. */
  readonly target: string
  /**
   * A header field by its name in lower case, one character for each octet, as Node has it; several of one name joined by
   * `, ` (RFC 9110 section 5.3).
   */
  header(name: string): string | undefined
  /** Who is at the other end of the connection: a proxy, if there is one. */
  readonly peer?: Peer
  /** Whether the connection itself is encrypted. @default false */
  readonly encrypted?: boolean
  /** Fires when the client leaves. */
  readonly signal?: AbortSignal
  /**
   * The whole body, as it was received, left readable for the application. Needed for `qop=auth-int` alone.
   * @throws {HttpLoginError} `BODY_TOO_LARGE` past `maxBytes`, `BODY_UNREADABLE` after `deadlineMs` and when it breaks off
   */
  body?(maxBytes: number, deadlineMs: number): Promise<Uint8Array>
}

/** Where a request comes from, with what trusted proxies say of it. */
export interface Origin {
  readonly peer: Peer | undefined
  /** Whether the credential crossed encrypted or loopback links only, as far as can be told from here. */
  readonly secure: boolean
}

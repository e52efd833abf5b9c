/** What an answer to a Digest challenge says (RFC 7616 section 3.4), each value with its quotes taken off. */
export class DigestParameters {
  username: string | undefined
  usernameExt: string | undefined
  realm: string | undefined
  uri: string | undefined
  algorithm: string | undefined
  nonce: string | undefined
  nc: string | undefined
  cnonce: string | undefined
  qop: string | undefined
  response: string | undefined
  opaque: string | undefined
  userhash: string | undefined
  /** Names that nobody here knows; a second one of the same name is as wrong as of a known name. */
  #unknown: Set<string> | undefined

  /** @returns whether it was the first of its name */
  add(name: string, value: string): boolean {
    switch (name) {
      case 'username':
        if (this.username !== undefined) return false
        this.username = value
        return true
      case 'username*':
        if (this.usernameExt !== undefined) return false
        this.usernameExt = value
        return true
      case 'realm':
        if (this.realm !== undefined) return false
        this.realm = value
        return true
      case 'uri':
        if (this.uri !== undefined) return false
        this.uri = value
        return true
      case 'algorithm':
        if (this.algorithm !== undefined) return false
        this.algorithm = value
        return true
      case 'nonce':
        if (this.nonce !== undefined) return false
        this.nonce = value
        return true
      case 'nc':
        if (this.nc !== undefined) return false
        this.nc = value
        return true
      case 'cnonce':
        if (this.cnonce !== undefined) return false
        this.cnonce = value
        return true
      case 'qop':
        if (this.qop !== undefined) return false
        this.qop = value
        return true
      case 'response':
        if (this.response !== undefined) return false
        this.response = value
        return true
      case 'opaque':
        if (this.opaque !== undefined) return false
        this.opaque = value
        return true
      case 'userhash':
        if (this.userhash !== undefined) return false
        this.userhash = value
        return true
      default:
        return this.#addOther(name, value)
    }
  }

  /** Names have no letter case (RFC 9110 section 11.2), but nearly every client writes them as the RFC does. */
  #addOther(name: string, value: string): boolean {
    const lower = name.toLowerCase()
    if (lower !== name) return this.add(lower, value)
    this.#unknown ??= new Set()
    if (this.#unknown.has(name)) return false
    this.#unknown.add(name)
    return true
  }
}

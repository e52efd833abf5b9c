const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Three quarters of it is the longest name, a colon, and the longest password, with room to spare. */
const MAX_CHARS = 2_048

/**
 * The name and the password of an answer to Basic (RFC 7617 section 2), read strictly: canonical Base64, UTF-8, no control
 * characters. What two readers could read differently is read by none.
 *
 * @returns `undefined` for anything else
 */
export function parseBasic(token: string): { readonly username: string; readonly password: string } | undefined {
  if (token.length > MAX_CHARS || token.length % 4 !== 0) return undefined
  const bytes = Buffer.from(token, 'base64')
  // Node skips what is no Base64 and takes the URL form too; only what comes out the same is what it was.
  if (bytes.toString('base64') !== token) return undefined
  let text: string
  try {
    text = UTF8.decode(bytes)
  } catch {
    return undefined
  }
  // RFC 7617 section 2: a name has no colon, a password may have.
  const colon = text.indexOf(':')
  if (colon < 0 || hasControl(text)) return undefined
  return { username: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** CTL of RFC 5234, and the C1 set that UTF-8 adds. */
function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return true
  }
  return false
}

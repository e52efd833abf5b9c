/**
 * Control characters, and the invisible ones that reorder a line, break it, or make two names look like one. The joiners
 * U+200C and U+200D stay: some scripts cannot be written without them.
 */
const FORBIDDEN = /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/u

const MAX_BYTES = 255

/**
 * The one form in which a user name reaches checkers: NFC, well-formed, 1 to 255 bytes of UTF-8, no control characters.
 * Idempotent. Letter case is kept; folding it is a source's option.
 *
 * @returns the prepared name, or `undefined` for a name that nobody can have
 */
export function prepareUsername(name: string): string | undefined {
  if (typeof name !== 'string') return undefined
  if (isPlain(name)) return name
  if (name.length > MAX_BYTES || !name.isWellFormed()) return undefined
  const prepared = name.normalize('NFC')
  return prepared === '' || FORBIDDEN.test(prepared) || Buffer.byteLength(prepared) > MAX_BYTES ? undefined : prepared
}

/** Printable ASCII is its own prepared form; nearly every name is settled here. */
function isPlain(name: string): boolean {
  const { length } = name
  if (length === 0 || length > MAX_BYTES) return false
  for (let i = 0; i < length; i++) {
    const unit = name.charCodeAt(i)
    if (unit < 0x20 || unit > 0x7e) return false
  }
  return true
}

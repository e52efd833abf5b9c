const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A user name as the header brings it, one character for each octet, read as UTF-8 (RFC 7616 section 4); `undefined` if it is none. */
export function decodeUsername(raw: string): string | undefined {
  let ascii = true
  for (let i = 0; i < raw.length && ascii; i++) ascii = raw.charCodeAt(i) < 0x80
  return ascii ? raw : fromUtf8(Buffer.from(raw, 'latin1'))
}

/** attr-char of RFC 8187 section 3.2.1. */
const ATTR: ReadonlySet<string> = new Set('!#$&+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')
const HEX = '0123456789abcdef'

/** The ext-value of `username*` (RFC 8187 section 3.2): `UTF-8'language'percent-encoded`; `undefined` if it is none. */
export function decodeExtValue(value: string): string | undefined {
  const first = value.indexOf("'")
  const second = value.indexOf("'", first + 1)
  if (first < 0 || second < 0 || value.slice(0, first).toLowerCase() !== 'utf-8') return undefined
  const bytes: number[] = []
  for (let at = second + 1; at < value.length; at++) {
    const char = value.charAt(at)
    if (char !== '%') {
      if (!ATTR.has(char)) return undefined
      bytes.push(char.charCodeAt(0))
      continue
    }
    const high = HEX.indexOf(value.charAt(at + 1).toLowerCase())
    const low = HEX.indexOf(value.charAt(at + 2).toLowerCase())
    if (high < 0 || low < 0 || at + 2 >= value.length) return undefined
    bytes.push(high * 16 + low)
    at += 2
  }
  return fromUtf8(Uint8Array.from(bytes))
}

function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes)
  } catch {
    return undefined
  }
}

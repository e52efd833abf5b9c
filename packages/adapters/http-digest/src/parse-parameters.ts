import { DigestParameters } from './digest-parameters.ts'

const TAB = 0x09
const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const EQUALS = 0x3d
const BACKSLASH = 0x5c
const DELETE = 0x7f

/** tchar of RFC 9110 section 5.6.2, by character code. */
const IS_TOKEN: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".includes(String.fromCharCode(code))
    ? 1
    : 0,
)

/** More than twice what the RFC defines; a header of ten thousand parameters is not worth reading. */
const MAX_PARAMETERS = 32

/**
 * Reads `name=value` pairs (RFC 9110 section 11.2) in one pass without going back, so that the worst header costs as much as
 * its length. No regular expression ever sees it.
 *
 * @returns `undefined` for what breaks the grammar, and for a second parameter of one name
 */
export function parseParameters(text: string): DigestParameters | undefined {
  const found = new DigestParameters()
  const { length } = text
  let at = 0
  let count = 0
  while (true) {
    // RFC 9110 section 5.6.1.2: empty elements of a list are ignored.
    at = afterBlanks(text, at)
    if (at === length) return found
    if (text.charCodeAt(at) === COMMA) {
      at++
      continue
    }
    const start = at
    while (at < length && isToken(text.charCodeAt(at))) at++
    if (at === start || ++count > MAX_PARAMETERS) return undefined
    const name = text.slice(start, at).toLowerCase()
    // RFC 9110 section 11.2: "bad" white space around the equals sign must be understood, and is never sent.
    at = afterBlanks(text, at)
    if (text.charCodeAt(at) !== EQUALS) return undefined
    at = afterBlanks(text, at + 1)
    let value: string
    if (text.charCodeAt(at) === QUOTE) {
      const end = endOfQuoted(text, at)
      if (end < 0) return undefined
      value = text.slice(at + 1, end)
      if (value.includes('\\')) value = unquote(value)
      at = end + 1
    } else {
      const begin = at
      while (at < length && isToken(text.charCodeAt(at))) at++
      if (at === begin) return undefined
      value = text.slice(begin, at)
    }
    at = afterBlanks(text, at)
    if (at < length && text.charCodeAt(at) !== COMMA) return undefined
    if (!found.add(name, value)) return undefined
  }
}

function afterBlanks(text: string, from: number): number {
  let at = from
  for (let code = text.charCodeAt(at); code === SPACE || code === TAB; code = text.charCodeAt(at)) at++
  return at
}

const isToken = (code: number): boolean => code < 128 && IS_TOKEN[code] === 1

/** Where the quoted string that begins at `from` has its closing quote, or -1. No control character may stand in it. */
function endOfQuoted(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) return at
    if (code === BACKSLASH) at++
    if (isControl(text.charCodeAt(at))) return -1
  }
  return -1
}

/** Beyond the end there is NaN, which is none; the caller finds no quote there. */
const isControl = (code: number): boolean => (code < SPACE && code !== TAB) || code === DELETE

/**
 * RFC 9110 section 5.6.4: a quoted pair stands for its second character. Copied into place, because thousands of small pieces
 * are slow to put together.
 */
function unquote(value: string): string {
  const units = new Uint16Array(value.length)
  let length = 0
  for (let at = 0; at < value.length; at++) {
    if (value.charCodeAt(at) === BACKSLASH) at++
    units[length++] = value.charCodeAt(at)
  }
  return Buffer.from(units.buffer, 0, 2 * length).toString('utf16le')
}

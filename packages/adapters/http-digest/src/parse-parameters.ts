import { DigestParameters } from './digest-parameters.ts'
import { afterRun, asciiSet, textOf, unitsOf } from './units.ts'

const TAB = 0x09
const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const EQUALS = 0x3d
const BACKSLASH = 0x5c
const DELETE = 0x7f
const LAST_OCTET = 0xff

/** tchar of RFC 9110 section 5.6.2. */
const TOKEN = asciiSet("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
const BLANK = asciiSet(' \t')

/** More than twice what the RFC defines; a header of ten thousand parameters is not worth reading. */
const MAX_PARAMETERS = 32

/**
 * Reads `name=value` pairs (RFC 9110 section 11.2) in one pass without going back, so that the worst header costs as much as
 * its length. No regular expression ever sees it.
 *
 * @param units the text once more, as {@link unitsOf} makes it
 * @returns `undefined` for what breaks the grammar, and for a second parameter of one name
 */
export function parseParameters(text: string, units: Uint16Array = unitsOf(text)): DigestParameters | undefined {
  const found = new DigestParameters()
  const { length } = text
  let at = 0
  let count = 0
  while (true) {
    // RFC 9110 section 5.6.1.2: empty elements of a list are ignored.
    at = afterRun(units, at, BLANK)
    if (at === length) return found
    if (units[at] === COMMA) {
      at++
      continue
    }
    const start = at
    at = afterRun(units, at, TOKEN)
    if (at === start || ++count > MAX_PARAMETERS) return undefined
    const name = text.slice(start, at)
    // RFC 9110 section 11.2: "bad" white space around the equals sign must be understood, and is never sent.
    at = afterRun(units, at, BLANK)
    if (units[at] !== EQUALS) return undefined
    at = afterRun(units, at + 1, BLANK)
    let value: string
    if (units[at] === QUOTE) {
      const begin = at + 1
      const end = endOfQuoted(units, begin)
      if (end < 0) return undefined
      value = text.slice(begin, end)
      if (value.includes('\\')) value = unquote(units.subarray(begin, end))
      at = end + 1
    } else {
      const begin = at
      at = afterRun(units, at, TOKEN)
      if (at === begin) return undefined
      value = text.slice(begin, at)
    }
    at = afterRun(units, at, BLANK)
    if (at < length && units[at] !== COMMA) return undefined
    if (!found.add(name, value)) return undefined
  }
}

/**
 * Where the quoted string that begins behind the quote at `from` has its closing quote, or -1. No control character may stand
 * in it, so the zero behind the text ends it too.
 *
 * RFC 9110 section 5.5: a field is made of octets. Something else would be cut to one when it is hashed, and then a nonce
 * could be written in many ways, and each of them answered once.
 */
function endOfQuoted(units: Uint16Array, from: number): number {
  for (let at = from; ; at++) {
    const unit = units[at] as number
    if (unit === QUOTE) return at
    if (isBarred(unit)) return -1
    if (unit === BACKSLASH && isBarred(units[++at] as number)) return -1
  }
}

const isBarred = (unit: number): boolean => (unit < SPACE && unit !== TAB) || unit === DELETE || unit > LAST_OCTET

/**
 * RFC 9110 section 5.6.4: a quoted pair stands for its second character. Copied into place, because thousands of small pieces
 * are slow to put together.
 */
function unquote(quoted: Uint16Array): string {
  const plain = new Uint16Array(quoted.length)
  let length = 0
  for (let at = 0; at < quoted.length; at++) {
    if (quoted[at] === BACKSLASH) at++
    plain[length++] = quoted[at] as number
  }
  return textOf(plain.subarray(0, length))
}

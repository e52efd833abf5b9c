/** Controls, lone surrogates, and what reorders or breaks a line: the ways in which a text can pass itself off as another. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

const SHORT = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

const escaped = (unit: string): string => SHORT.get(unit) ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** `text` on one line, safe to show on a terminal and in a log, at most `max` UTF-16 units before escaping. */
export function printable(text: string, max = 500): string {
  const cut = text.length > max ? `${text.slice(0, max)}…` : text
  return cut.replace(UNPRINTABLE, escaped)
}

/** A text of several lines, each of them {@link printable}. */
export function printableLines(text: string): readonly string[] {
  return text.split(/\r?\n/).map((line) => printable(line).trimEnd())
}

/** JSON escapes only the controls below U+0020; this escapes the others too, which can stand nowhere but in strings. */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE, escaped)
}

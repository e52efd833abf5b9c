/** One record, and the line that it begins in, counted from 1. */
export interface CsvRecord {
  readonly line: number
  readonly fields: readonly string[]
}

/**
 * Reads CSV (RFC 4180): commas, records of one or more lines, fields in quotes with `""` for a quote. Records that are
 * empty are left out.
 *
 * @throws {SyntaxError} naming the line, and nothing in it
 */
export function* readCsv(text: string): Generator<CsvRecord> {
  let fields: string[] = []
  let line = 1
  let begin = 1
  let at = text.startsWith('\ufeff') ? 1 : 0
  while (at < text.length) {
    let field: string
    if (text[at] === '"') {
      field = ''
      for (at++; ; ) {
        const quote = text.indexOf('"', at)
        if (quote === -1) throw new SyntaxError(`line ${begin}: a quote is never closed`)
        field += text.slice(at, quote)
        at = quote + 1
        if (text[at] !== '"') break
        field += '"'
        at++
      }
      line += field.split('\n').length - 1
    } else {
      const end = nextBreak(text, at)
      field = text.slice(at, end)
      if (field.includes('"'))
        throw new SyntaxError(`line ${line}: a quote stands within a field that has none around it`)
      at = end
    }
    fields.push(field)
    if (text[at] === ',') {
      at++
      if (at === text.length) fields.push('')
      continue
    }
    if (text[at] === '\r') at++
    if (at < text.length && text[at] !== '\n') throw new SyntaxError(`line ${line}: something follows a closing quote`)
    if (fields.length > 1 || fields[0] !== '') yield { line: begin, fields }
    fields = []
    at++
    begin = ++line
  }
  if (fields.length > 1) yield { line: begin, fields }
}

/** Where a field without quotes ends: at a comma, a line end, or the end of all. */
function nextBreak(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const unit = text[at]
    if (unit === ',' || unit === '\n' || (unit === '\r' && (at + 1 === text.length || text[at + 1] === '\n'))) return at
  }
  return text.length
}

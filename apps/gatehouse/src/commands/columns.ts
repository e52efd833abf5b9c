/** A table for people: a heading, then a line for each row, in columns as wide as what stands in them. */
export function columns(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heading, ...rows]
  const widths = heading.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ''))))
  const padded = (text: string, column: number): string =>
    column === heading.length - 1 ? text : text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(text)))
  return all.map((row) => `${row.map(padded).join('  ')}\n`).join('')
}

/** Code points, not UTF-16 units. */
const widthOf = (text: string): number => Array.from(text).length

/** To the second, in UTC. */
export const secondOf = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z')

/** The candidate that `word` was probably meant to be: at most two slips of the keyboard away, letter case aside. */
export function nearMiss(word: string, candidates: Iterable<string>): string | undefined {
  const typed = word.toLowerCase()
  let best: string | undefined
  let least = 3
  for (const candidate of candidates) {
    const meant = candidate.toLowerCase()
    // Two slips in a word of three letters make any other word of three letters.
    const allowed = Math.min(2, Math.floor(meant.length / 2))
    if (Math.abs(meant.length - typed.length) > allowed) continue
    const slips = distance(typed, meant)
    if (slips <= allowed && slips < least) {
      least = slips
      best = candidate
    }
  }
  return best
}

/** Insertions, deletions, substitutions, and swaps of neighbours (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] ?? 0) + 1)
      }
      row.push(least)
    }
    before = above
    above = row
  }
  return above[b.length] ?? 0
}

const WIDTH = 30
const EVERY_MS = 100

/**
 * A bar on one line of a terminal, drawn at most ten times a second.
 * @param now milliseconds
 */
export function progressBar(
  total: number,
  write: (text: string) => void,
  now: () => number = () => performance.now(),
): { readonly update: (done: number) => void; readonly end: () => void } {
  let drawnAt = Number.NEGATIVE_INFINITY
  let drawn = false
  return {
    update(done) {
      if (done < total && now() - drawnAt < EVERY_MS) return
      drawnAt = now()
      drawn = true
      const filled = total === 0 ? WIDTH : Math.floor((done / total) * WIDTH)
      write(`\r[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${done} of ${total}`)
    },
    end() {
      if (drawn) write('\n')
    },
  }
}

/** What is wrong with one line. Thrown while it is parsed, and told as a {@link KeyProblem}: it is no fault. */
export class LineProblem extends Error {
  override readonly name = 'LineProblem'
}

/** A line that cannot be used, or a file that must not be. */
export interface KeyProblem {
  /** The file, or the name of the source. */
  readonly source: string
  /** From 1; absent when it is about the whole. */
  readonly line?: number
  readonly problem: string
}

export type Report = (problem: KeyProblem) => void

const REMEMBERED = 1000

/** Tells every problem to `onProblem`; without one, warns once about each, since some sources are read at every login. */
export function reporter(onProblem: Report | undefined): Report {
  if (onProblem) {
    return (problem) => {
      try {
        onProblem(problem)
      } catch (error) {
        // Whoever watches must not break what is watched.
        warn(`a watcher of keys failed: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  const told = new Set<string>()
  return ({ source, line, problem }) => {
    const message = `${source}${line === undefined ? '' : `:${line}`}: ${problem}`
    if (told.has(message)) return
    if (told.size >= REMEMBERED) told.clear()
    told.add(message)
    warn(message)
  }
}

function warn(message: string): void {
  process.emitWarning(message, { type: 'GatewrightWarning', code: 'GATEWRIGHT_PUBKEY' })
}

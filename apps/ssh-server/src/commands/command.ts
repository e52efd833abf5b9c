/** Something that can be typed. A new one is a file beside this one, and a line in `index.ts`. */
export interface Command {
  readonly name: string
  /** As it is typed, for `help`. */
  readonly usage: string
  /** A few words, for `help`. */
  readonly summary: string
  run(call: Call): Outcome
}

/** What was typed, and by whom. */
export interface Call {
  readonly args: readonly string[]
  /** Who is logged in. */
  readonly id: string
  /** Whether there is a screen. */
  readonly screen: boolean
  /** Every command there is. */
  readonly commands: readonly Command[]
}

/** What came of it. */
export interface Outcome {
  /** As for every program: 0 is success. */
  readonly code: number
  readonly out?: string
  readonly err?: string
  /** Whether this was the last command. */
  readonly quit?: true
}

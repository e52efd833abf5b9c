/** The caller's own `test` or `it`: vitest's, node:test's, or any other that takes a name and an async function. */
export type Test = (name: string, run: () => Promise<void>) => unknown

/** One promise that every implementation keeps, and one named test. */
export interface Law<Subject, Trial> {
  /** The name of its test. Part of the API: people write it down, and the README lists it. */
  readonly name: string
  /** What somebody loses when it is broken. */
  readonly why: string
  /** Where to look first. */
  readonly hint: string
  /** Whether the law has anything to say about this subject. @default always */
  readonly applies?: (subject: Subject) => boolean
  /**
   * Throws an `AssertionError` when the law is broken. A law speaks of its own matter only: what another law forbids it
   * passes over, so that one mistake fails one test.
   */
  readonly hold: (trial: Trial) => Promise<void>
}

/** The text of a broken law: what happened, which promise that breaks, what it costs, what to do. */
export function brokenLaw({ name, why, hint }: Pick<Law<never, never>, 'name' | 'why' | 'hint'>, what: string): string {
  return `${what}\nlaw: ${name}\nwhy: ${why}\nhint: ${hint}`
}

import type { Test } from '../src/index.ts'

/** One test of a suite that failed. */
export interface Failure {
  readonly name: string
  readonly error: unknown
}

/** A test runner of six lines: the tests that `suite` registers and that fail, in their order. */
export async function failing(suite: (test: Test) => void): Promise<readonly Failure[]> {
  const tests: (readonly [name: string, run: () => Promise<void>])[] = []
  suite((name, run) => tests.push([name, run]))
  const failures: Failure[] = []
  for (const [name, run] of tests) await run().catch((error: unknown) => failures.push({ name, error }))
  return failures
}

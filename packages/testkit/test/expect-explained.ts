import { expect } from 'vitest'

/** A broken law says what happened, which law that breaks, why it matters and what to do; and is told as a failed assertion. */
export function expectExplained(error: unknown, law: string): void {
  expect(error).toMatchObject({ code: 'ERR_ASSERTION' })
  const { message } = error as Error
  expect(message).toMatch(/^.+\nlaw: .+\nwhy: .+\nhint: .+$/s)
  expect(message).toContain(`law: ${law}\n`)
}

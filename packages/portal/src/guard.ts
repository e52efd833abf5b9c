import type { Attempt } from './attempt.ts'
import type { Credential } from './credential-kinds.ts'
import type { Verdict } from './verdict.ts'

/** The brute-force accountant: reserves a try before anything is compared, settles it after. */
export interface Guard {
  admit(credential: Credential, attempt: Attempt): Promise<Admission | HeldBack>
}

/** A reserved try. `settle` is called exactly once; a fault must give the try back. */
export interface Admission {
  settle(verdict: Verdict | 'fault'): Promise<void>
}

/** No try for now. */
export interface HeldBack {
  readonly retryAfterMs: number
}

/**
 * What a guard answered, believed.
 * @throws {TypeError} for anything else: what cannot be counted is not compared
 */
export function asAdmission(answer: unknown): Admission | HeldBack {
  const { settle, retryAfterMs } = (answer ?? {}) as Partial<Admission & HeldBack>
  if (typeof settle === 'function') return answer as Admission
  if (typeof retryAfterMs === 'number' && retryAfterMs >= 0) return { retryAfterMs }
  throw new TypeError('the guard answers with { settle } or { retryAfterMs }')
}

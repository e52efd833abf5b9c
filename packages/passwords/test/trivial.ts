import type { Attempt } from '@gatewright/portal'
import { type HashOptions, hash } from '../src/index.ts'

/** As cheap as each format gets. */
export const TRIVIAL: Record<'argon2id' | 'scrypt', HashOptions> = {
  argon2id: { memory: 8, passes: 1, allowWeak: true },
  scrypt: { scheme: 'scrypt', cost: 2, blockSize: 1, parallelization: 1, allowWeak: true },
}

/** Cheap on purpose, so that thousands of them are quick. */
export function trivialHash(password: string): Promise<string> {
  return hash(password, TRIVIAL.argon2id)
}

export function attempt(from: Partial<Attempt> = {}): Attempt {
  return { protocol: 'test', signal: new AbortController().signal, proofs: [], ...from }
}

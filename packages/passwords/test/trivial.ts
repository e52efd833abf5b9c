import type { Attempt } from '@gatewright/portal'
import { type HashOptions, hash } from '../src/index.ts'

/** As cheap as each format gets. */
export const TRIVIAL: Record<
  'argon2id' | 'bcrypt' | 'pbkdf2-sha256' | 'pbkdf2-sha512' | 'scrypt' | 'sha512-crypt' | 'yescrypt',
  HashOptions
> = {
  argon2id: { memory: 8, passes: 1, allowWeak: true },
  scrypt: { scheme: 'scrypt', cost: 2, blockSize: 1, parallelization: 1, allowWeak: true },
  bcrypt: { scheme: 'bcrypt', cost: 4, allowWeak: true },
  'pbkdf2-sha256': { scheme: 'pbkdf2-sha256', iterations: 1, allowWeak: true },
  'pbkdf2-sha512': { scheme: 'pbkdf2-sha512', iterations: 1, allowWeak: true },
  'sha512-crypt': { scheme: 'sha512-crypt', rounds: 1000, allowWeak: true },
  yescrypt: { scheme: 'yescrypt', cost: 4, blockSize: 1, allowWeak: true },
}

/** Cheap on purpose, so that thousands of them are quick. */
export function trivialHash(password: string): Promise<string> {
  return hash(password, TRIVIAL.argon2id)
}

export function attempt(from: Partial<Attempt> = {}): Attempt {
  return { protocol: 'test', signal: new AbortController().signal, proofs: [], ...from }
}

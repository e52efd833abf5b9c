import { anonymousChecker } from './anonymous-checker.ts'
import type { Checker } from './checker.ts'

/** Makes `--auth anonymous` work. */
export function create(): Checker<'anonymous'> {
  return anonymousChecker()
}

import type { Checker } from './checker.ts'
import { ANONYMOUS } from './identity.ts'
import { accept } from './verdict.ts'

/** Accepts everybody who asks to come in without a name. They reach only what the realm opened with `allowAnonymous`. */
export function anonymousChecker(): Checker<'anonymous'> {
  return { name: 'anonymous', accepts: ['anonymous'], check: () => accept(ANONYMOUS) }
}

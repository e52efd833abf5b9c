import type { UserSourceLaw } from '../source-trial.ts'
import { answersUndefined } from './answers-undefined.ts'
import { faultsAreNoAnswers } from './faults-are-no-answers.ts'
import { findsKnown } from './finds-known.ts'
import { findsTheSame } from './finds-the-same.ts'
import { handsOutUsers } from './hands-out-users.ts'
import { keepsCallsApart } from './keeps-calls-apart.ts'
import { keepsItsOwn } from './keeps-its-own.ts'
import { keepsNamesExact } from './keeps-names-exact.ts'
import { knowsNoHostileName } from './knows-no-hostile-name.ts'
import { leavesPrototypesAlone } from './leaves-prototypes-alone.ts'
import { printsNoSecret } from './prints-no-secret.ts'
import { replacesByComparison } from './replaces-by-comparison.ts'
import { settlesWhenAborted } from './settles-when-aborted.ts'
import { wellFormed } from './well-formed.ts'

/** Every law of a user source, in the order of its tests. Those that break the backend come last. */
export const SOURCE_LAWS: readonly UserSourceLaw[] = [
  wellFormed,
  findsKnown,
  findsTheSame,
  answersUndefined,
  knowsNoHostileName,
  keepsNamesExact,
  handsOutUsers,
  keepsItsOwn,
  keepsCallsApart,
  settlesWhenAborted,
  leavesPrototypesAlone,
  replacesByComparison,
  printsNoSecret,
  faultsAreNoAnswers,
]

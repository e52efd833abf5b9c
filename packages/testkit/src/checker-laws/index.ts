import type { CheckerLaw } from '../checker-trial.ts'
import { acceptsGood } from './accepts-good.ts'
import { acceptsNoBad } from './accepts-no-bad.ts'
import { answersBad } from './answers-bad.ts'
import { answersStrangersAlike } from './answers-strangers-alike.ts'
import { answersWithVerdicts } from './answers-with-verdicts.ts'
import { closesWell } from './closes-well.ts'
import { comparesToTheLastByte } from './compares-to-the-last-byte.ts'
import { faultsAreNoAnswers } from './faults-are-no-answers.ts'
import { keepsCallsApart } from './keeps-calls-apart.ts'
import { leavesPrototypesAlone } from './leaves-prototypes-alone.ts'
import { livesApart } from './lives-apart.ts'
import { printsNoSecret } from './prints-no-secret.ts'
import { recognizesItsKeys } from './recognizes-its-keys.ts'
import { repeatsItself } from './repeats-itself.ts'
import { saysNoSecret } from './says-no-secret.ts'
import { scribblesOnNothing } from './scribbles-on-nothing.ts'
import { settlesWhenAborted } from './settles-when-aborted.ts'
import { takesNamesForNames } from './takes-names-for-names.ts'
import { takesOddPasswords } from './takes-odd-passwords.ts'
import { tellsUsersApart } from './tells-users-apart.ts'
import { wellFormed } from './well-formed.ts'
import { worksAlike } from './works-alike.ts'

/** Every law of a checker, in the order of its tests. Those that break the backend come last. */
export const CHECKER_LAWS: readonly CheckerLaw[] = [
  wellFormed,
  acceptsGood,
  acceptsNoBad,
  answersBad,
  answersWithVerdicts,
  recognizesItsKeys,
  tellsUsersApart,
  comparesToTheLastByte,
  takesOddPasswords,
  takesNamesForNames,
  answersStrangersAlike,
  worksAlike,
  repeatsItself,
  keepsCallsApart,
  settlesWhenAborted,
  scribblesOnNothing,
  leavesPrototypesAlone,
  livesApart,
  closesWell,
  saysNoSecret,
  printsNoSecret,
  faultsAreNoAnswers,
]

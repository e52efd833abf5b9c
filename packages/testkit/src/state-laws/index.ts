import type { StateLaw } from '../state-trial.ts'
import { advancesStrictly } from './advances-strictly.ts'
import { claimsOnce } from './claims-once.ts'
import { countsAll } from './counts-all.ts'
import { countsInWindows } from './counts-in-windows.ts'
import { deletesAll } from './deletes-all.ts'
import { faultsAreNoAnswers } from './faults-are-no-answers.ts'
import { forgetsInTime } from './forgets-in-time.ts'
import { keepsKeysApart } from './keeps-keys-apart.ts'
import { keepsWhatWasPut } from './keeps-what-was-put.ts'
import { leavesPrototypesAlone } from './leaves-prototypes-alone.ts'
import { refusalsChangeNothing } from './refusals-change-nothing.ts'
import { refusesNonsense } from './refuses-nonsense.ts'
import { remembersLongEnough } from './remembers-long-enough.ts'
import { slidesWindows } from './slides-windows.ts'
import { takesOnce } from './takes-once.ts'
import { wellFormed } from './well-formed.ts'
import { windowsOnce } from './windows-once.ts'

/** Every law of a state store, in the order of its tests. The one that breaks the backend comes last. */
export const STATE_LAWS: readonly StateLaw[] = [
  wellFormed,
  claimsOnce,
  advancesStrictly,
  slidesWindows,
  windowsOnce,
  countsAll,
  countsInWindows,
  takesOnce,
  keepsWhatWasPut,
  forgetsInTime,
  remembersLongEnough,
  refusalsChangeNothing,
  keepsKeysApart,
  deletesAll,
  refusesNonsense,
  leavesPrototypesAlone,
  faultsAreNoAnswers,
]

import { keyChecker, keySubject } from '../../reference-checkers.ts'
import type { CheckerSpecimen } from '../../specimen-checker.ts'

/** Would take the key, but says that it would not, so no client ever signs with it. */
export const specimen: CheckerSpecimen = {
  breaks: 'recognizes the keys that it accepts',
  subject: { ...keySubject, create: () => ({ ...keyChecker(), recognizes: () => false }) },
}

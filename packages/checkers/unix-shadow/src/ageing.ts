/** The fields of shadow(5) that decide, in days; `undefined` where the field is empty. */
export interface Ageing {
  /** When the password was last changed. */
  readonly changed: number | undefined
  /** How long it may be used. */
  readonly max: number | undefined
  /** How long after that it may still be changed. */
  readonly inactive: number | undefined
  /** The first day on which the account cannot be used. */
  readonly expires: number | undefined
}

/**
 * What the calendar says of an account today, by whichever is strictest of shadow-utils (`isexpired()`), Linux-PAM
 * (`check_shadow_expiry()`) and OpenSSH (`auth-shadow.c`). They disagree about the last day: here, as in the first two, it is
 * over when it is reached. They disagree about an expiry of 0: here, as in the last two, it is long past. A field that is
 * empty, or the -1 that the C library puts in its place, is off, as shadow(5) says.
 *
 * Who chose a password that has to be changed proved nothing new, and there is nobody here to change it with: both are denied.
 */
export function ageing(
  { changed, max, inactive, expires }: Ageing,
  today: number,
): 'expired' | 'must-change' | undefined {
  if (isSet(expires) && today >= expires) return 'expired'
  // Not a date: `passwd --expire` and `chage -d 0` write it.
  if (changed === 0) return 'must-change'
  if (!isSet(changed) || !isSet(max)) return undefined
  const due = changed + max
  if (inactive !== undefined && inactive >= 0 && today >= due + inactive) return 'expired'
  return today >= due ? 'must-change' : undefined
}

function isSet(days: number | undefined): days is number {
  return days !== undefined && days !== -1
}

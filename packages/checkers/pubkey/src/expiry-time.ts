import { LineProblem } from './line-problem.ts'

const FORM = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z|UTC)?$/i

/**
 * `YYYYMMDD[Z]` or `YYYYMMDDHHMM[SS][Z]`, in milliseconds since the epoch. Without the `Z` it is the time zone of this
 * process. Days that no calendar has are a mistake, where sshd counts on into the next month.
 * @throws {LineProblem}
 */
export function parseExpiryTime(text: string): number {
  const found = FORM.exec(text)
  if (!found) throw new LineProblem('expiry-time is YYYYMMDD or YYYYMMDDHHMM[SS], with Z for UTC')
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  const fields = [year, month - 1, day, hour, minute, second] as const
  // Date.UTC takes years below 100 for those of the last century.
  if (year < 1970) throw new LineProblem('expiry-time is before 1970')
  const utc = new Date(Date.UTC(...fields))
  const counted = [
    utc.getUTCFullYear(),
    utc.getUTCMonth(),
    utc.getUTCDate(),
    utc.getUTCHours(),
    utc.getUTCMinutes(),
    utc.getUTCSeconds(),
  ]
  if (counted.some((field, i) => field !== fields[i])) throw new LineProblem('expiry-time is no time of any calendar')
  return found[7] === undefined ? new Date(...fields).getTime() : utc.getTime()
}

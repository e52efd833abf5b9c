import type { ErrorDetails } from '@gatewright/portal'

/** Of what kind a file is that was given for one of users and their passwords. */
export interface ForeignFile {
  readonly what: string
  readonly hint: NonNullable<ErrorDetails['hint']>
}

const UNIX = 'Accounts of this machine are checked by @gatewright/checker-unix-shadow: --auth unix.'
const isNumber = (field: string | undefined) => field !== undefined && /^\d{1,10}$/.test(field)
const isAge = (field: string | undefined) => field === '' || (field !== undefined && /^-?\d{1,10}$/.test(field))
const isHa1 = (field: string | undefined) => field !== undefined && /^(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{64})$/.test(field)

/**
 * Looks at one of the first lines. In passwd(5) the second field is an `x` for everybody: with that for a password, whoever
 * reads the file by the wrong program could log in.
 */
export function foreignLine(line: string): ForeignFile | undefined {
  const fields = line.split(':', 11)
  const [, , third, fourth] = fields
  if (fields.length === 7 && isNumber(third) && isNumber(fourth)) return { what: 'a passwd(5) file', hint: UNIX }
  if (fields.length === 10 && isNumber(third) && isNumber(fourth)) return { what: 'a master.passwd file', hint: UNIX }
  if (fields.length === 9 && fields.slice(2, 8).every(isAge)) return { what: 'a shadow(5) file', hint: UNIX }
  if (fields.length === 3 && isHa1(third)) {
    return { what: 'an htdigest file', hint: 'Use htdigestChecker() for it: --auth htdigest:PATH.' }
  }
  return undefined
}

/** A file that begins like UTF-16, as some shells write. */
export function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
}

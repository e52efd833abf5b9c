import { PasswordsError } from './errors.ts'

/** One derivation, with everything settled but the password. */
export interface Derivation {
  /** What it holds while it runs. */
  readonly memoryBytes: number
  /** Whether it falls short of today's floor: `hash()` refuses it, `verify()` answers `match-stale`. */
  readonly weak: boolean
  /** Never called on the event loop's time: whatever is expensive happens on another thread. */
  derive(password: Buffer): Promise<Buffer>
  /** Whether the format tells this password from every other one; if not, it never matches. @default every password */
  admits?(password: Buffer): boolean
}

/** What a stored string asks for: derive, and compare with what is expected. Comparing is done in one place for all formats. */
export interface Recipe extends Derivation {
  readonly expected: Buffer
}

/** A stored string in the making. */
export interface Draft extends Derivation {
  encode(derived: Buffer): string
}

/** One way of storing passwords. A format is one file, and one line in `formats.ts`. */
export interface Format {
  /** Whether a stored string means to be in this format; at most one format says so. */
  claims(stored: string): boolean
  /** @throws {PasswordsError} `MALFORMED`, `COST_ABOVE_LIMIT`; before anything is derived */
  parse(stored: string): Recipe
}

/** A string that claims a format and is not in it. Says which format, and nothing of the string. */
export function malformed(format: string): PasswordsError {
  return new PasswordsError('MALFORMED', `a stored password begins like ${format} and is malformed`, {
    hint: 'It may have been cut or edited; set the password of this user again.',
  })
}

/** A cost that would let whoever writes stored passwords, or mistypes one, exhaust the server. */
export function tooCostly(format: string, limit: string): PasswordsError {
  return new PasswordsError('COST_ABOVE_LIMIT', `a password hash in ${format} is above the limit: ${limit}`, {
    hint: 'Set the password of this user again, at a lower cost.',
  })
}

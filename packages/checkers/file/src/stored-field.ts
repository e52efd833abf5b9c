import { desCrypt, needsRehash, plain, type StoredUser } from '@gatewright/passwords'
import { type GatewrightError, PortalError } from '@gatewright/portal'
import { FileError } from './errors.ts'

/** How the password field of a line is read. */
export interface FieldOptions {
  /** Whether a field of no known format is the password itself. */
  readonly plaintext: boolean
  /** Whether a field of 13 characters that DES could have made is a DES hash. */
  readonly allowDes: boolean
}

/** How fields are read unless somebody says otherwise. */
export const STRICT: FieldOptions = { plaintext: false, allowDes: false }

/** What a password field says of its user. */
export type StoredField = Pick<StoredUser, 'password' | 'blocked'>

/**
 * Reads a password field. Nothing stored: no password will do. `!` or `*` before it: locked, as in shadow(5).
 * @throws {GatewrightError} for a field of no known format, and for one that is damaged
 */
export function readField(field: string, { plaintext, allowDes }: FieldOptions): StoredField {
  if (field === '') return {}
  if (allowDes && DES.test(field)) return { password: desCrypt(field) }
  if (plaintext) return { password: readPlainText(field) }
  if (field.startsWith('!') || field.startsWith('*')) return { blocked: 'locked' }
  needsRehash(field)
  return { password: field }
}

const DES = /^[./0-9A-Za-z]{13}$/

/** Known formats are what they are; a damaged one is no password. */
function readPlainText(field: string): string {
  try {
    needsRehash(field)
    return field
  } catch (error) {
    if (codeOf(error) !== 'UNKNOWN_FORMAT') throw error
    return plain(field)
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error ? Reflect.get(error, 'code') : undefined)

/** A line that its user cannot log in by, for a person to mend: which one, why, and never what is in it. */
export function badLine(where: string, error: unknown): FileError {
  const { message, hint } = error as Partial<GatewrightError<string>>
  return new FileError('BAD_LINE', `${where}: ${message ?? 'it cannot be read'}`, {
    cause: error,
    hint: hint ?? 'Set the password of this user again.',
  })
}

/** Whether a string can be stored as it is. */
export function isKnownFormat(stored: string): boolean {
  try {
    needsRehash(stored)
    return true
  } catch {
    return false
  }
}

/** A mistake in putting things together. */
export function bad(problem: string, hint: string): PortalError {
  return new PortalError('BAD_CONFIGURATION', problem, { hint })
}

import { PortalError } from '@gatewright/portal'
import type { EditStatements } from './edit-statements.ts'
import { SqlError } from './errors.ts'
import { refusalOf } from './refusal.ts'

/** What a database refused, in words that say what to do. */
export function explained(error: unknown, { create }: EditStatements): unknown {
  const cause = error instanceof Error ? error.cause : undefined
  switch (refusalOf(error)) {
    case 'no-table':
      return new SqlError('NO_TABLE', 'there is no such table', {
        cause,
        hint: `Check the name, its letter case too, or make it: ${create}`,
      })
    case 'needs-value':
      return new SqlError('NOT_INSERTED', `the table takes no row of name and password alone: ${says(cause)}`, {
        cause,
        hint: 'Another column needs a value: have the application insert the row, then set the password here; or give the column a default.',
      })
    case 'duplicate':
      return new SqlError('NAME_TAKEN', `the table has such a row already: ${says(cause)}`, {
        cause,
        hint: 'A unique index takes another user for this one. Choose another name.',
      })
    case 'aborted':
      return unstorable()
    case 'read-only':
      return readOnly()
    default:
      return error
  }
}

const says = (cause: unknown) => (cause instanceof Error ? cause.message : 'no reason given')

export const bad = (problem: string, hint: string): PortalError =>
  new PortalError('BAD_CONFIGURATION', problem, { hint })

export const ambiguous = (): SqlError =>
  new SqlError('AMBIGUOUS', 'the database knows more than one user by this name; nothing was changed', {
    hint: 'Make the column unique, by the collation that compares it.',
  })

export const taken = (): SqlError =>
  new SqlError('NAME_TAKEN', 'the database takes the name of another user for this one; nothing was changed', {
    hint: "The names differ in letter case, accents or spaces at the end. Use the name as 'list' shows it, or a binary collation.",
  })

export const badName = (where: string): SqlError =>
  new SqlError('BAD_NAME', `${where}nobody can have this name`, {
    hint: 'A name has 1 to 255 bytes of UTF-8 and no control characters.',
  })

export const unstorable = (): SqlError =>
  new SqlError('BAD_NAME', 'the column does not keep this name as it is; nothing was changed', {
    hint: 'Make it TEXT or VARCHAR(255), in UTF-8 (MySQL: utf8mb4).',
  })

export const readOnly = (): SqlError =>
  new SqlError('READ_ONLY', 'the SQLite file cannot be written', {
    hint: 'It takes leave to write the file and its directory. Run as their owner.',
  })

export const cut = (): SqlError =>
  new SqlError('TRUNCATED', 'the column did not keep the stored password as it is; nothing was changed', {
    hint: 'Make it TEXT or VARCHAR(255).',
  })

export const nameless = (): SqlError =>
  new SqlError('BAD_ROW', 'the name in a row is no text', { hint: 'Use a text column for names.' })

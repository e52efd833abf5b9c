import type { CredentialKind, Requirement } from '@gatewright/portal'
import { UsageError } from './errors.ts'
import { nearMiss } from './near-miss.ts'
import { printable } from './printable.ts'

const EXAMPLE = "Rows are separated by spaces, the kinds in a row by commas: 'publickey,totp password,totp'."

type Bad = (problem: string, hint?: string) => UsageError

/**
 * Reads what it takes to come in, in the grammar of OpenSSH's `AuthenticationMethods` (sshd_config(5)): any row, and every
 * kind in it. `any` alone asks for nothing beyond the default, as it does there.
 *
 * @param supports the kinds that the server understands; no other can be required
 * @param name where it was written, for the message
 * @throws {UsageError} `BAD_REQUIREMENT`
 */
export function parseRequire(
  text: string,
  supports: readonly CredentialKind[],
  name = '--require',
): Requirement | undefined {
  const bad: Bad = (problem, hint = EXAMPLE) => new UsageError('BAD_REQUIREMENT', `${name}: ${problem}`, { hint })
  const rows = text.split(/[ \t]+/).filter((row) => row !== '')
  if (rows.length === 0) throw bad('nothing is required')
  if (rows.includes('any')) {
    if (rows.length === 1) return undefined
    throw bad("'any' stands alone", "Leave 'any' out: the rows beside it say what is enough.")
  }
  return rows.map((row) => {
    const kinds = row.split(',').map((kind) => asKind(kind, supports, bad))
    const twice = kinds.find((kind, index) => kinds.indexOf(kind) !== index)
    if (twice !== undefined) throw bad(`'${twice}' stands twice in a row`, 'Two factors are two different kinds.')
    if (row === 'totp') throw bad("'totp' alone is never enough", 'Write password,totp: a code is a second factor.')
    return kinds
  })
}

function asKind(kind: string, supports: readonly CredentialKind[], bad: Bad): CredentialKind {
  const known = supports.find((supported) => supported === kind)
  if (known !== undefined) return known
  const shown = printable(kind, 64)
  const all = supports.join(', ')
  if (kind === '') throw bad('a kind is missing before or after a comma')
  if (kind === 'any') throw bad("'any' stands alone", "Leave 'any' out: the rows say what is enough.")
  if (/^keyboard-interactive(?::|$)/.test(kind)) {
    throw bad(`'${shown}' is a way of asking, not a kind`, `Name what is asked for: ${all}.`)
  }
  if (kind.includes(':')) {
    throw bad(`'${shown}' names a sub-method, and kinds have none`, `Leave out the colon and what follows: ${all}.`)
  }
  const meant = nearMiss(kind, supports)
  throw bad(
    `this server knows no '${shown}'`,
    meant === undefined ? `It knows ${all}.` : `Did you mean '${meant}'? It knows ${all}.`,
  )
}

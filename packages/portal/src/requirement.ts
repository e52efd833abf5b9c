import type { Proof } from './attempt.ts'
import type { CredentialKind } from './credential-kinds.ts'
import { PortalError } from './errors.ts'

/**
 * What it takes to come in: any row, every kind in it, in any order.
 * `[['publickey', 'totp'], ['password', 'totp']]` is a key or a password, and a code.
 */
export type Requirement = readonly (readonly CredentialKind[])[]

/** A one-time code is a second factor: what it adds to nothing is nothing. */
const NEVER_ALONE: CredentialKind = 'totp'

/**
 * A copy of `rows`, checked.
 * @throws {PortalError} `BAD_CONFIGURATION` when a row is empty or there is none, when a kind has no checker, or when a
 * one-time code would be enough by itself.
 */
export function checkRequirement(rows: Requirement, accepts: ReadonlySet<CredentialKind>): Requirement {
  const bad = (problem: string) =>
    new PortalError('BAD_CONFIGURATION', `require: ${problem}`, {
      hint: "A requirement is a list of rows of kinds, such as [['publickey', 'totp'], ['password', 'totp']].",
    })
  if (!Array.isArray(rows) || rows.length === 0) throw bad('there is no row, so nobody could log in')
  return rows.map((row) => {
    if (!Array.isArray(row) || row.length === 0) throw bad('a row without a kind would let everybody in')
    for (const kind of row) {
      if (!accepts.has(kind)) {
        throw bad(`no checker accepts '${String(kind)}'; there are checkers for ${[...accepts].join(', ')}`)
      }
    }
    const kinds = [...new Set<CredentialKind>(row)]
    if (kinds.length === 1 && kinds[0] === NEVER_ALONE) throw bad(`'${NEVER_ALONE}' alone is never enough`)
    return Object.freeze(kinds)
  })
}

/**
 * What these proofs still lack: an empty list when they are enough, `undefined` when nothing could make them so.
 * Only rows that hold every proven kind count: a proof cannot be taken back to start another row.
 */
export function missing(
  rows: Requirement | undefined,
  proofs: readonly Proof[],
): readonly CredentialKind[] | undefined {
  if (rows === undefined) return proofs.some(({ kind }) => kind !== NEVER_ALONE) ? ENOUGH : undefined
  const proven = proofs.map(({ kind }) => kind)
  const open = rows.filter((row) => proven.every((kind) => row.includes(kind)))
  if (open.length === 0) return undefined
  if (open.some((row) => row.length === proven.length)) return ENOUGH
  return Object.freeze([...new Set(open.flat())].filter((kind) => !proven.includes(kind)))
}

const ENOUGH: readonly CredentialKind[] = Object.freeze([])

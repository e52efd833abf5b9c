import assert from 'node:assert/strict'
import { needsRehash, type StoredUser } from '@gatewright/passwords'
import type { UserSourceLaw } from '../source-trial.ts'

/** Bytes of the hash of each algorithm of RFC 7616 section 6.1. */
const HA1_BYTES: ReadonlyMap<string, number> = new Map([
  ['MD5', 16],
  ['SHA-256', 32],
  ['SHA-512-256', 32],
])

const BLOCKED: ReadonlySet<unknown> = new Set(['locked', 'expired', 'disabled', 'must-change'])

/** What is wrong with a user, if anything is. */
function flaw({ id, password, ha1, blocked }: Partial<StoredUser>): string | undefined {
  if (typeof id !== 'string' || id === '') return 'its id is no name'
  if (password !== undefined && (typeof password !== 'string' || password === '')) {
    return 'its password is there, but is no stored password'
  }
  if (blocked !== undefined && !BLOCKED.has(blocked)) return `blocked is none of ${[...BLOCKED].join(', ')}`
  if (password !== undefined && blocked === undefined) {
    try {
      needsRehash(password)
    } catch (error) {
      return `its password is nothing that verify() could compare with (${error instanceof Error ? error.message : 'thrown'})`
    }
  }
  if (ha1 === undefined) return undefined
  if (!Array.isArray(ha1)) return 'its ha1 is no list'
  for (const { realm, algorithm, hash } of ha1 as readonly Partial<NonNullable<StoredUser['ha1']>[number]>[]) {
    if (typeof realm !== 'string') return 'an HA1 has no realm'
    const bytes = HA1_BYTES.get(String(algorithm))
    if (bytes === undefined)
      return `an HA1 is of the algorithm '${String(algorithm)}', not ${[...HA1_BYTES.keys()].join(', ')}`
    if (typeof hash !== 'string' || hash.length !== 2 * bytes || !/^[0-9a-fA-F]+$/.test(hash)) {
      return `an HA1 of ${String(algorithm)} is not ${2 * bytes} digits of hexadecimal`
    }
  }
  return undefined
}

export const handsOutUsers: UserSourceLaw = {
  name: 'hands out well-formed users',
  why: 'a user that cannot be compared with cannot log in, and a name that is no name could become somebody',
  hint: 'id is a non-empty string; leave password, ha1 and blocked out where there is nothing stored',
  async hold(trial) {
    const source = await trial.create()
    for (const name of trial.names()) {
      const finding = await trial.find(source, name)
      if (finding.outcome !== 'found') continue
      const wrong = flaw(finding.user)
      assert.equal(wrong, undefined, trial.broken(`of what find(${JSON.stringify(name)}) handed out, ${wrong}`))
    }
  },
}

import type { StoredUser, UserSource } from '@gatewright/passwords'
import type { UserSourceSubject } from '../src/index.ts'

/** A source that breaks the law of this name, and no other. */
export interface UserSourceSpecimen {
  readonly breaks: string
  readonly subject: UserSourceSubject
}

/** Of the right form, and of no password. */
const stored = (letter: string) => `$argon2id$v=19$m=19456,t=2,p=1$${letter.repeat(22)}$${letter.repeat(43)}`

const HA1 = [
  { realm: 'desk', algorithm: 'MD5', hash: 'a'.repeat(32) },
  { realm: 'desk', algorithm: 'SHA-256', hash: 'b'.repeat(64) },
] as const

export const STORED: ReadonlyMap<string, StoredUser> = new Map<string, StoredUser>([
  ['ada', { id: 'ada', password: stored('A') }],
  ['grace', { id: 'user-2', password: stored('Q'), ha1: HA1 }],
  ['zo\u00eb', { id: 'user-3', blocked: 'locked' }],
])

/** A copy that shares nothing. */
export function copied(user: StoredUser | undefined): StoredUser | undefined {
  return structuredClone(user)
}

/** The subject of a source that is honest but for what is given here. */
export function sourceOf(make: () => Partial<UserSource>, more: Partial<UserSourceSubject> = {}): UserSourceSubject {
  return {
    create: () => ({ name: 'specimen', find: (name) => copied(STORED.get(name)), ...make() }),
    known: [...STORED].map(([name, { id }]) => [name, id]),
    unknown: ['nobody'],
    ...more,
  }
}

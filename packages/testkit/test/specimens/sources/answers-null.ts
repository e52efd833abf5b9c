import type { StoredUser } from '@gatewright/passwords'
import { copied, STORED, sourceOf, type UserSourceSpecimen } from '../../specimen-source.ts'

/** Hands on what its database driver says when there is no row. */
export const specimen: UserSourceSpecimen = {
  breaks: 'answers undefined for the unknown',
  subject: sourceOf(() => ({ find: (name) => (copied(STORED.get(name)) ?? null) as StoredUser | undefined })),
}

import { type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

/** Finds users by a collation for which `adá` is `ada`: whoever can register the one, can be taken for the other. */
export const specimen: CheckerSpecimen = {
  breaks: "treats hostile names like any stranger's",
  subject: subjectOf(() => ({
    check: ({ username, password }) => honest({ username: username.normalize('NFD').replace(/\p{M}/gu, ''), password }),
  })),
}

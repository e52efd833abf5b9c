import { type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

/** Was debugged, once. */
export const specimen: CheckerSpecimen = {
  breaks: 'prints no password',
  subject: subjectOf(() => ({
    check: (credential) => {
      console.log('checking %s', `${credential.username}:${credential.password}`)
      return honest(credential)
    },
  })),
}

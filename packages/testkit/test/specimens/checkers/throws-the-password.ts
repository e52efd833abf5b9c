import { Backend, type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

const backend = new Backend()

/** Lets through the error of a driver that quotes the statement which failed, parameters and all. */
export const specimen: CheckerSpecimen = {
  breaks: 'keeps passwords out of verdicts and errors',
  subject: subjectOf(
    () => {
      backend.reset()
      return {
        check: (credential) => {
          try {
            backend.ask()
          } catch (cause) {
            const parameters = [credential.username, Buffer.from(credential.password).toString('base64')]
            throw new Error('query failed', {
              cause: Object.assign(new Error('ECONNREFUSED', { cause }), { parameters }),
            })
          }
          return honest(credential)
        },
      }
    },
    { sabotage: () => backend.sabotage() },
  ),
}

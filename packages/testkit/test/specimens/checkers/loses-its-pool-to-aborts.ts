import { setImmediate as turn } from 'node:timers/promises'
import { type CheckerSpecimen, honest, subjectOf } from '../../specimen-checker.ts'

/** Takes a connection from its pool, and does not give it back when the client has left. */
export const specimen: CheckerSpecimen = {
  breaks: 'settles when its attempt is aborted, and works on',
  subject: subjectOf(() => {
    let connections = 10
    return {
      async check(credential, { signal }) {
        if (connections <= 0) throw new Error('no connection left in the pool')
        await turn()
        if (signal.aborted) connections--
        signal.throwIfAborted()
        return honest(credential)
      },
    }
  }),
}

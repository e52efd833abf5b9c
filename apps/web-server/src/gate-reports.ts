import type { Log } from '@gatewright/auth-option'
import type { DoorOptions } from '@gatewright/http-login'
import { PortalError } from '@gatewright/portal'
import type { Response } from 'express'
import { answerProblem } from './answer.ts'

/** How a gate of this site turns people away, and what of it is logged. */
export function gateReports(log: Pick<Log, 'warn' | 'error'>): Pick<DoorOptions, 'deny' | 'observers' | 'onError'> {
  return {
    deny: ({ code }, _request, response) => answerProblem(response as Response, code),
    observers: [
      ({ type, attack, detail, scheme, method, target, peer }) => {
        // A query may hold anything.
        log.warn(type, { attack, detail, scheme, method, path: target.split('?', 1).join(), peer })
      },
    ],
    // The portal has told its observers of its own faults.
    onError: (error) => {
      if (!(error instanceof PortalError)) log.error('request', { error })
    },
  }
}

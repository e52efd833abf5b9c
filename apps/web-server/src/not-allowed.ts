import type { RequestHandler } from 'express'
import { answerProblem } from './answer.ts'

/** For whoever asks a page for more than it does. */
export function notAllowed(allow: string): RequestHandler {
  return (_request, response) => {
    // RFC 9110 section 15.5.6: the answer says what would do.
    response.set('Allow', allow)
    answerProblem(response, 405)
  }
}

import type { Log } from '@gatewright/auth-option'
import type { ErrorRequestHandler } from 'express'
import { answerProblem } from './answer.ts'

/** Answers what was thrown. The client learns whose fault it was, and the log what it was: its words may hold anything. */
export function trouble(log: Pick<Log, 'error'>): ErrorRequestHandler {
  return (error, request, response, next) => {
    const status = statusOf(error)
    if (status >= 500) log.error('request', { error, method: request.method, path: request.path })
    // Half an answer cannot be taken back; Express ends the connection.
    if (response.headersSent) next(error)
    else answerProblem(response, status)
  }
}

/** Errors of Express and its parsers know whether the client is to blame; any other is ours. */
function statusOf(error: unknown): number {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'status') : undefined
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500
}

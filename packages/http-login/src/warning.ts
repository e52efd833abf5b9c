import { inspect } from 'node:util'
import { GatewrightError } from '@gatewright/portal'

/** Tells whoever watches the process what nobody else could be told. */
export function warn(code: string, what: string, error: unknown): void {
  const detail = error instanceof Error ? [error.stack, ...advice(error)].join('\n') : undefined
  process.emitWarning(`${what}: ${described(error)}`, {
    type: 'GatewrightWarning',
    code,
    ...(detail === undefined ? {} : { detail }),
  })
}

/** Calls a listener of the application's. It is typed as sync, but async is easily written: neither may end the process. */
export function callListener(listener: () => unknown, failed: (error: unknown) => void): void {
  try {
    Promise.resolve(listener()).catch(failed)
  } catch (error) {
    failed(error)
  }
}

/** What to do about it, down to the cause that knows. Only our own errors are known to hold no secret; others stay in `cause`. */
function advice(error: unknown): string[] {
  const lines: string[] = []
  for (let at = error; at instanceof GatewrightError; at = at.cause) {
    if (at !== error) lines.push(`cause: ${at.message}`)
    if (at.hint !== undefined) lines.push(`hint: ${at.hint}`)
  }
  return lines
}

/** On one line: the message of an error may hold line ends. */
function described(error: unknown): string {
  return JSON.stringify(error instanceof Error ? error.message : inspect(error, { depth: 0 }))
}

import { inspect } from 'node:util'

/** Tells whoever watches the process what nobody else could be told. */
export function warn(code: string, what: string, error: unknown): void {
  const detail = error instanceof Error ? error.stack : undefined
  process.emitWarning(`${what}: ${described(error)}`, {
    type: 'GatewrightWarning',
    code,
    ...(detail === undefined ? {} : { detail }),
  })
}

/** On one line: the message of an error may hold line ends. */
function described(error: unknown): string {
  return JSON.stringify(error instanceof Error ? error.message : inspect(error, { depth: 0 }))
}

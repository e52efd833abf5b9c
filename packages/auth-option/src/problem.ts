import { debuglog } from 'node:util'
import { UsageError } from './errors.ts'
import { printable } from './printable.ts'

/** For whoever writes a program or a checker: the whole error, with `NODE_DEBUG=gatewright`. */
const debug = debuglog('gatewright')

/** The `code` that an error carries, if it is one that can be shown. */
export function codeOf(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : undefined
}

/** The first line of what an error says, or its name when it says nothing. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error))
  return printable(error.message.trim().split('\n', 1)[0] || error.name)
}

/** What an error advises; the errors of every Gatewright package may carry such a `hint`. */
export function hintOf(error: unknown): string | undefined {
  const hint: unknown = error instanceof Error ? Reflect.get(error, 'hint') : undefined
  return typeof hint === 'string' ? printable(hint) : undefined
}

/** 2 for what the person at the keyboard can mend (wrong usage, wrong configuration), 1 for all else. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return error instanceof UsageError || codeOf(error) === 'BAD_CONFIGURATION' ? 2 : 1
}

/**
 * Tells a person what went wrong: `error: ...`, then `hint: ...` if the error has one, of one line each. The stack is for
 * `NODE_DEBUG=gatewright` to show.
 *
 * @returns the exit code that goes with it
 */
export function printProblem(error: unknown, write: (text: string) => void): 1 | 2 {
  debug('%O', error)
  const hint = hintOf(error)
  write(`error: ${messageOf(error)}\n${hint === undefined ? '' : `hint: ${hint}\n`}`)
  return exitCodeOf(error)
}

import { UsageError } from './errors.ts'

/** Where the text of an argument comes from: the command line itself, the environment, a file. */
type ArgumentSource = 'literal' | 'env' | 'file'

/** An argument, and where it is. */
export interface Argument {
  readonly from: ArgumentSource
  /** The argument itself, the name of the variable, or the path of the file. */
  readonly text: string
}

/** One `--auth`, taken apart. */
export interface AuthSpec extends Argument {
  /** The type; for a module named outright, its path as it was typed. */
  readonly type: string
  /** Whether `type` is the path of a module. */
  readonly outright: boolean
}

/** What starts like this is a path; no type can. */
const PATH = /^(?:\.{1,2})?\//

const INDIRECTIONS = [
  ['@env:', 'env'],
  ['@file:', 'file'],
] as const

/**
 * Takes `TYPE[:ARG]` apart at its first colon. Nothing is trimmed, folded or unescaped; without a colon the argument is
 * empty. `@env:NAME` and `@file:PATH` in place of ARG say where it is to be read.
 *
 * @throws {UsageError} `BAD_SPEC` when there is no type, or when `@env:` and `@file:` name nothing
 */
export function parseAuthSpec(spec: string): AuthSpec {
  const colon = spec.indexOf(':')
  const type = colon < 0 ? spec : spec.slice(0, colon)
  const argument = colon < 0 ? '' : spec.slice(colon + 1)
  if (type === '') {
    throw new UsageError('BAD_SPEC', '--auth needs a type before the colon', {
      hint: 'Write --auth TYPE or --auth TYPE:ARG, such as --auth memory:ada:sesame.',
    })
  }
  const outright = PATH.test(type)
  return { type, outright, ...parseArgument(argument, '--auth') }
}

/**
 * What an argument says, or where it says that it is to be read.
 *
 * @param option where it was written, for the message
 * @throws {UsageError} `BAD_SPEC` when `@env:` or `@file:` names nothing
 */
export function parseArgument(argument: string, option: string): Argument {
  for (const [prefix, from] of INDIRECTIONS) {
    if (!argument.startsWith(prefix)) continue
    const text = argument.slice(prefix.length)
    if (text !== '') return { from, text }
    throw new UsageError('BAD_SPEC', `${option}: ${prefix} is followed by nothing`, {
      hint: from === 'env' ? 'Write @env:NAME, the name of a variable.' : 'Write @file:PATH, the path of a file.',
    })
  }
  return { from: 'literal', text: argument }
}

import { userChecker } from '@gatewright/passwords'
import { type Checker, PortalError } from '@gatewright/portal'
import { type MemoryUsers, memoryUsers } from './memory-users.ts'

/** What the command line knows of the checker it asks for. */
export interface MemoryPluginContext {
  /** Its name in events. @default 'memory' */
  readonly name?: string
  /** Keeps the passwords readable, in memory, for a server that asks by HTTP Digest. @default false */
  readonly digest?: boolean
}

/**
 * Makes `--auth memory:name:password:...` work.
 * @throws {PortalError} `BAD_CONFIGURATION`
 */
export function create(argument: string, context?: MemoryPluginContext): Checker<'password' | 'digest'> {
  return userChecker(source(argument, context))
}

/**
 * The users of `name:password:...`. Nothing is trimmed: a space may be part of a password.
 * @throws {PortalError} `BAD_CONFIGURATION`
 */
export function source(argument: string, { name, digest = false }: MemoryPluginContext = {}): MemoryUsers {
  return memoryUsers(pairsOf(argument), name === undefined ? { digest } : { name, digest })
}

function pairsOf(argument: string): readonly (readonly [string, string])[] {
  const words = typeof argument === 'string' && argument !== '' ? argument.split(':') : []
  if (words.length === 0 || words.length % 2 === 1) {
    const problem = words.length === 0 ? 'memory needs users' : 'a name in the memory list has no password'
    throw new PortalError('BAD_CONFIGURATION', problem, {
      hint: 'Write memory:name:password, and :name:password again for each further user; neither may hold a colon.',
    })
  }
  return Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i] ?? '', words[2 * i + 1] ?? ''] as const)
}

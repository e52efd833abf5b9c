import { type UserSource, userChecker } from '@gatewright/passwords'
import { type Checker, PortalError } from '@gatewright/portal'
import { unixUsers } from './unix-users.ts'

/** What the command line knows of the checker it asks for. */
export interface UnixPluginContext {
  /** Its name in events. @default 'unix' */
  readonly name?: string
}

/**
 * Makes `--auth unix` work.
 * @throws {PortalError} `BAD_CONFIGURATION` for an argument; {UnixError} when the files may not be read
 */
export function create(argument: string, context?: UnixPluginContext): Checker<'password' | 'digest'> {
  return userChecker(source(argument, context))
}

/**
 * The accounts of this machine.
 * @throws {PortalError} `BAD_CONFIGURATION` for an argument; {UnixError} when the files may not be read
 */
export function source(argument: string, context?: UnixPluginContext): UserSource {
  if (argument !== undefined && argument !== '') {
    throw new PortalError('BAD_CONFIGURATION', 'unix takes no argument', {
      hint: 'It reads /etc/passwd and /etc/shadow. For files elsewhere call unixUsers({ passwd, shadow }) in a program.',
    })
  }
  return unixUsers(context?.name === undefined ? {} : { name: context.name })
}

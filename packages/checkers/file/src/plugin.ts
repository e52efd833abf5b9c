import { resolve } from 'node:path'
import { type UserSource, userChecker } from '@gatewright/passwords'
import { type Checker, PortalError } from '@gatewright/portal'
import { type FileUsers, fileUsers } from './file-users.ts'
import { type HtdigestUsers, htdigestUsers } from './htdigest-users.ts'

/** What the command line knows of the checker it asks for. */
export interface FilePluginContext {
  /** `file` or `htdigest`. @default 'file' */
  readonly type?: string
  /** Its name in events. @default the type and the path */
  readonly name?: string
  /** What a relative path begins at. @default the working directory of the process */
  readonly cwd?: string
}

/**
 * Makes `--auth file:PATH` and `--auth htdigest:PATH` work.
 * @throws {PortalError} `BAD_CONFIGURATION`
 * @throws {FileError} when the file is missing, unreadable or of another kind: a server does not start without its users
 */
export async function create(argument: string, context?: FilePluginContext): Promise<Checker<'password' | 'digest'>> {
  const users = await source(argument, context)
  return { ...userChecker(users), close: () => users.close() }
}

/**
 * The users of a file.
 * @throws as {@link create} does
 */
export async function source(
  argument: string,
  context: FilePluginContext = {},
): Promise<UserSource & (FileUsers | HtdigestUsers)> {
  const { type = 'file', name, cwd = process.cwd() } = context
  if (type !== 'file' && type !== 'htdigest') {
    throw new PortalError('BAD_CONFIGURATION', `this plug-in reads no '${type}'`, { hint: 'It has file and htdigest.' })
  }
  if (typeof argument !== 'string' || argument === '') {
    throw new PortalError('BAD_CONFIGURATION', `${type} needs a path`, { hint: `Write ${type}:users.txt.` })
  }
  const options = { path: resolve(cwd, argument), name: name ?? `${type}:${argument}` }
  const users = type === 'file' ? fileUsers(options) : htdigestUsers(options)
  await users.ready()
  return users
}

import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * Where the host key is unless something else is said: the same wherever the server is started, so that nobody's client warns
 * of a changed key. XDG Base Directory Specification: state, which is kept between starts; a relative path is to be ignored.
 */
export function defaultHostKey({ XDG_STATE_HOME, HOME }: Readonly<Record<string, string | undefined>>): string {
  const state = XDG_STATE_HOME !== undefined && isAbsolute(XDG_STATE_HOME) ? XDG_STATE_HOME : undefined
  return join(state ?? join(HOME || homedir(), '.local', 'state'), 'gatewright', 'ssh-host-key')
}

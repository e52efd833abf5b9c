import { relative } from 'node:path'
import type { House } from './house.ts'

/** Six lines for whoever has just started it: how to add a user, and how to log in. */
export function welcome({ doors: [door] }: House, place: { readonly directory: string; readonly cwd: string }): string {
  const { host, port } = door ?? { host: '', port: 0 }
  const data = relative(place.cwd, place.directory)
  const where = data === 'gatehouse-data' ? '' : ` --data ${quoted(data === '' ? '.' : data)}`
  // Whoever listens on every address is reached at this one, too.
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return [
    'The door is open. In a second terminal, from this directory, add a user; it asks for a password:',
    `    npx gatehouse users add alice${where}`,
    'Then log in, with either of these:',
    `    nc ${reached} ${port}`,
    `    telnet ${reached} ${port}`,
    'and type: alice, a space, the password, Enter. What you type then comes back. Ctrl-C here closes the door.',
    '',
  ].join('\n')
}

/** For a shell. */
const quoted = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

import { relative } from 'node:path'
import type { Requirement } from '@gatewright/portal'
import type { OpenDoor } from './doors/door.ts'

/** What the welcome has to know. */
export interface Newcomer {
  readonly doors: readonly OpenDoor[]
  readonly required: Requirement | undefined
  /** Where the user database is. */
  readonly directory: string
  readonly cwd: string
}

/** A few lines for whoever has just started it: how to add a user, and how to come in by each door. */
export function welcome({ doors, required, directory, cwd }: Newcomer): string {
  const data = relative(cwd, directory)
  const where = data === 'gatehouse-data' ? '' : ` --data ${quoted(data === '' ? '.' : data)}`
  const needsKey = required?.every((row) => row.includes('publickey')) ?? false
  const byHand = doors.some(({ url }) => url.startsWith('tcp:'))
  const [ways, are, what] = doors.length === 1 ? ['', 'door is', 'door'] : [', by any of these', 'doors are', 'doors']
  return [
    `The ${are} open. In a second terminal, from this directory, add a user; it asks for a password:`,
    `    npx gatehouse users add alice${where}`,
    ...(needsKey ? [`    npx gatehouse users keys add alice ~/.ssh/id_ed25519.pub${where}`] : []),
    `Then come in${ways}:`,
    ...doors.map((door) => `    ${wayIn(door)}`),
    `${byHand ? 'At nc, type: alice, a space, the password, Enter. ' : ''}Ctrl-C here closes the ${what}.`,
    '',
  ].join('\n')
}

/** What to type, into a terminal or a browser, by what is spoken at the door. */
function wayIn({ url, host, port }: OpenDoor): string {
  // Whoever listens on every address is reached at this one, too.
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  switch (new URL(url).protocol) {
    case 'tcp:':
      return `nc ${reached} ${port}`
    case 'ssh:':
      return `ssh -p ${port} alice@${reached}`
    case 'http:':
      return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}/private`
    default:
      return url
  }
}

/** For a shell. */
const quoted = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

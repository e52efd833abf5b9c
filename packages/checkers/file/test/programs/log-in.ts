/** Logs in to a file of users each time it is told that there is a new version of it, and tells what went wrong. */
import { userChecker } from '@gatewright/passwords'
import { createPortal, password } from '@gatewright/portal'
import { fileUsers } from '../../src/index.ts'
import { AHEAD, guest, SECRET, stayer } from '../guests.ts'

const [path = '', each = ''] = process.argv.slice(2)
const portal = createPortal({
  realm: { desk: (id) => ({ id }) },
  checkers: [userChecker(fileUsers({ path }))],
})

/** @returns what was wrong with a login, if anything was */
async function tryAs(name: string, expected: 'granted' | 'refused'): Promise<string | undefined> {
  try {
    const { status } = await portal.login(password(name, SECRET), 'desk')
    return status === expected ? undefined : `${name} was ${status}`
  } catch (error) {
    return `${name}: ${String(error)}`
  }
}

/** Ten or so logins, each kind in turn. */
async function logIn(version: number): Promise<void> {
  const wrong: string[] = []
  for (let n = 0; n < Number(each); n++) {
    const found = await [
      () => tryAs(stayer(n), 'granted'),
      () => tryAs(guest(version), 'granted'),
      () => tryAs(guest(version - AHEAD - 1), 'refused'),
      () => tryAs(guest(version + AHEAD + 1), 'refused'),
    ][n % 4]?.()
    if (found !== undefined) wrong.push(`at version ${version}: ${found}`)
  }
  process.send?.({ version, wrong })
}

process.on('message', (version: number) => void logIn(version))
process.send?.('ready')

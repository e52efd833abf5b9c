import { type PasswordCredential, password } from '@gatewright/portal'
import type { LoginFormat } from './login-format.ts'

/**
 * The first line is `user password`: the name up to the first space, the password everything after it, unchanged.
 * One try; a login that needs a second factor is denied.
 */
export function lineLogin(): LoginFormat {
  return {
    presents: 'password',
    converse: (dialogue) => dialogue.readLine().then((line) => dialogue.present(credentialOf(line))),
  }
}

/** What is no text is presented as nobody: the portal refuses it like a wrong password, and its log hears of it. */
function credentialOf(line: string | undefined): PasswordCredential {
  if (line === undefined) return password('', '')
  const space = line.indexOf(' ')
  return space === -1 ? password(line, '') : password(line.slice(0, space), line.slice(space + 1))
}

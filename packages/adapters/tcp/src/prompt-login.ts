import { password, totp } from '@gatewright/portal'
import { TcpError } from './errors.ts'
import type { LoginAnswer, LoginDialogue, LoginFormat } from './login-format.ts'

export interface PromptLoginOptions {
  /** Wrong passwords and codes until the connection is closed. @default 3 */
  readonly tries?: number
  /** @default 'login: ' */
  readonly name?: string
  /** @default 'Password: ' */
  readonly password?: string
  /** @default 'Code: ' */
  readonly code?: string
  /** Said before the next try, without the line end. @default 'Login incorrect' */
  readonly incorrect?: string
}

/**
 * Asks for the name, for the password with telnet's echo off, and for a one-time code if the login needs one.
 * @throws {TcpError} `BAD_CONFIGURATION` when `tries` is no positive whole number
 */
export function promptLogin(options: PromptLoginOptions = {}): LoginFormat {
  const { tries = 3, incorrect = 'Login incorrect' } = options
  if (!Number.isSafeInteger(tries) || tries < 1) {
    throw new TcpError('BAD_CONFIGURATION', `promptLogin: tries is a whole number from 1, not ${String(tries)}`)
  }
  return {
    presents: 'password',
    telnet: true,
    async converse(dialogue) {
      let pending: Extract<LoginAnswer, { status: 'pending' }> | undefined
      for (let wrong = 0; wrong < tries; ) {
        const answer = pending
          ? await pending.next(totp((await ask(dialogue, options.code ?? 'Code: ', 'secret')) ?? ''))
          : await askPassword(dialogue, options)
        if (answer.status === 'granted') return
        if (answer.status === 'pending') {
          if (!answer.needs.includes('totp')) return
          pending = answer
        } else if (++wrong < tries) dialogue.write(`${incorrect}\r\n`)
      }
    },
  }
}

async function askPassword(dialogue: LoginDialogue, options: PromptLoginOptions): Promise<LoginAnswer> {
  const name = await ask(dialogue, options.name ?? 'login: ')
  const secret = await ask(dialogue, options.password ?? 'Password: ', 'secret')
  // A line that is no text makes the login nobody's.
  return dialogue.present(name === undefined || secret === undefined ? password('', '') : password(name, secret))
}

function ask(dialogue: LoginDialogue, prompt: string, secret?: 'secret'): Promise<string | undefined> {
  // Reading first: the client's echo is off before the prompt invites anybody to type.
  const line = dialogue.readLine(secret)
  dialogue.write(prompt)
  return line
}

import { GatehouseError } from '../errors.ts'
import type { Input } from '../terminal/input.ts'
import { Keyboard } from '../terminal/keyboard.ts'
import { readPiped } from '../terminal/read-piped.ts'

/** NIST SP 800-63B-4 section 3.1.1.2, beside a second factor: at least eight, and no rules about what they are made of. */
const LEAST_CHARACTERS = 8

/** As in every login: longer ones are refused before a checker sees them. */
const MOST_BYTES = 1024

/** Where a new password comes from, and what it may be. */
export interface NewPasswordOptions {
  readonly input: Input
  /** Writes the questions. */
  readonly write: (text: string) => void
  /** Takes less than eight characters. @default false */
  readonly allowShort?: boolean
}

/**
 * A password for somebody: asked for twice at a terminal, which does not show it; else the one line that was piped in.
 *
 * @throws {GatehouseError} `BAD_PASSWORD`, `INTERRUPTED`, `CANCELLED`
 */
export async function newPassword(name: string, options: NewPasswordOptions): Promise<string> {
  const { input, write, allowShort = false } = options
  const password = input.isTTY === true ? await askTwice(name, input, write) : await readLine(input)
  if (password === '') throw bad('no password was given', 'It comes from the terminal, or from standard input.')
  if (/[\r\n]/.test(password)) throw bad('a password is one line', 'What was piped in has more of them.')
  // NIST SP 800-63B-4 section 3.1.1.2: each code point counts as one character.
  if (!allowShort && Array.from(password).length < LEAST_CHARACTERS) {
    throw bad(`the password has less than ${LEAST_CHARACTERS} characters`, 'A few words in a row are a good one.')
  }
  return password
}

async function askTwice(name: string, input: Input, write: (text: string) => void): Promise<string> {
  const keyboard = new Keyboard(input, write)
  try {
    const first = textOf(await keyboard.ask(`Password for ${name}: `, 'hidden'))
    const second = textOf(await keyboard.ask('The same again: ', 'hidden'))
    if (first === second) return first
    throw bad('these were two different passwords', 'Nothing was changed; try again.')
  } finally {
    keyboard.close()
  }
}

/** The end of its line does not belong to it, and whoever pipes in a file has no second chance to type. */
async function readLine(input: Input): Promise<string> {
  const bytes = await readPiped(input, MOST_BYTES + '\r\n'.length)
  if (bytes === undefined) throw tooLong()
  const end = bytes.at(-1) !== 0x0a ? 0 : bytes.at(-2) === 0x0d ? 2 : 1
  return textOf(bytes.subarray(0, bytes.length - end))
}

function textOf(bytes: Uint8Array): string {
  if (bytes.length > MOST_BYTES) throw tooLong()
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw bad('the password is not UTF-8', 'No login could ever repeat it; choose another.')
  }
}

const tooLong = () => bad(`the password is longer than ${MOST_BYTES} bytes`, 'No login could ever repeat it.')

const bad = (problem: string, hint: string) => new GatehouseError('BAD_PASSWORD', problem, { hint })

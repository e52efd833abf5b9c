import { UsageError } from '@gatewright/auth-option'

/** Where passwords come from. `process.stdin` is one. */
export interface Terminal extends AsyncIterable<Buffer | string> {
  readonly isTTY?: boolean
  setRawMode?(raw: boolean): unknown
  pause?(): unknown
}

/** Longer than any password, with room for what is wrong with it to be told by who hashes it. */
const MAX_BYTES = 4_096
const INTERRUPT = '\u0003'
const END = '\u0004'
const ERASE = new Set(['\u007f', '\b'])
const ERASE_ALL = '\u0015'

/**
 * A password: typed without being shown where there is a terminal, else the first line of standard input, without its line
 * end. Never an argument: those are in every process list and in the shell's history.
 *
 * @param twice has it typed again, because nobody could see what was typed
 * @throws {UsageError} `BAD_OPTION` when there is none, or the two differ
 */
export async function askPassword(terminal: Terminal, say: (text: string) => void, twice: boolean): Promise<string> {
  if (terminal.isTTY !== true || !terminal.setRawMode) return firstLine(terminal)
  terminal.setRawMode(true)
  try {
    const keys = keysOf(terminal)
    const typed = await hidden(keys, say, 'Password: ')
    if (twice && (await hidden(keys, say, 'Again: ')) !== typed) {
      throw new UsageError('BAD_OPTION', 'the two passwords differ', { hint: 'Nothing was changed; try again.' })
    }
    return typed
  } finally {
    terminal.setRawMode(false)
    terminal.pause?.()
  }
}

async function hidden(keys: AsyncIterator<string>, say: (text: string) => void, prompt: string): Promise<string> {
  say(prompt)
  const typed: string[] = []
  try {
    for (;;) {
      const { value: key, done } = await keys.next()
      if (done === true || key === INTERRUPT || key === END) {
        throw new UsageError('BAD_OPTION', 'no password was given', { hint: 'Nothing was changed.' })
      }
      if (key === '\r' || key === '\n') return typed.join('')
      if (ERASE.has(key)) typed.pop()
      else if (key === ERASE_ALL) typed.length = 0
      else if (typed.length < MAX_BYTES) typed.push(key)
    }
  } finally {
    say('\n')
  }
}

async function* keysOf(terminal: Terminal): AsyncGenerator<string> {
  const decoder = strict()
  for await (const chunk of terminal) {
    yield* typeof chunk === 'string' ? chunk : textOf(() => decoder.decode(chunk, { stream: true }))
  }
}

/** Bytes that are no text must not all become one and the same character: then one password would be as good as another. */
const strict = () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** @throws {UsageError} `BAD_OPTION` */
function textOf(decode: () => string): string {
  try {
    return decode()
  } catch {
    throw new UsageError('BAD_OPTION', 'the password is not UTF-8', {
      hint: 'Nothing was changed. Use a terminal in UTF-8, or convert the input, such as by iconv.',
    })
  }
}

async function firstLine(terminal: Terminal): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of terminal) {
    const bytes = Buffer.from(chunk)
    chunks.push(bytes)
    length += bytes.length
    if (bytes.includes(0x0a) || length > MAX_BYTES) break
  }
  const bytes = Buffer.concat(chunks)
  const end = bytes.indexOf(0x0a)
  const line = bytes.subarray(0, end === -1 ? bytes.length : end)
  const text = textOf(() => strict().decode(line.at(-1) === 0x0d ? line.subarray(0, -1) : line))
  if (text !== '') return text
  throw new UsageError('BAD_OPTION', 'there is no password on standard input', {
    hint: 'Type it at the prompt of a terminal, or give it as the first line of standard input.',
  })
}

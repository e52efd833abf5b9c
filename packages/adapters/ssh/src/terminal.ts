import { on, once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { PassThrough, Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import type { StreamSession } from './avatar.ts'

/** How a terminal behaves. */
export interface TerminalOptions {
  /** Stands before what is typed. @default '$ ' */
  readonly prompt?: string
  /** What Tab can complete the first word to. @default nothing */
  readonly words?: readonly string[]
  /** Characters in one line; a longer one is thrown away, and the client told. @default 1024 */
  readonly lineLength?: number
  /** Lines that the arrow keys bring back. @default 100 */
  readonly historyLength?: number
}

/** A conversation by lines. */
export interface Terminal {
  /** What was typed, line by line; it ends with Ctrl-D, with the client, and with the server. */
  readonly lines: AsyncIterable<string>
  /** Answers. A line ends in `\n`, which a terminal gets as `\r\n`. Resolves when the client can take more. */
  readonly write: (text: string) => Promise<void>
}

/**
 * The lines of a session: on a pty with echo, editing, history and the keys that people expect of a shell, which are those of
 * `node:readline`; without one, plain lines. While a line is answered no other is read, so what is typed ahead waits.
 *
 * Bytes that are no UTF-8 become U+FFFD.
 */
export function openTerminal(session: StreamSession, options: TerminalOptions = {}): Terminal {
  const keys = chunksOf(session)
  const { lineLength = 1024 } = options
  if (session.pty === undefined) {
    const tell = () => send(session, session.stderr, `${TOO_LONG}\n`)
    return {
      lines: untilGone(session, plainLines(keys, lineLength, tell)),
      write: (text) => send(session, session.stdout, text),
    }
  }
  const screen = new Screen(session)
  return {
    lines: untilGone(session, editedLines(session, { ...options, keys, screen, lineLength })),
    // By the same way as the editor's, for what is said to come after what was typed.
    write: (text) => send(session, screen, text.replaceAll(/\r?\n/g, '\r\n')),
  }
}

const TOO_LONG = 'line too long'

async function send({ signal }: StreamSession, to: Writable, text: string): Promise<void> {
  if (!to.write(text)) await once(to, 'drain', { signal })
}

/** A client that is gone is the end of its lines, and no error. */
async function* untilGone({ signal }: StreamSession, lines: AsyncIterable<string>): AsyncGenerator<string> {
  try {
    yield* lines
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/**
 * What the client sends. Unlike the stream's own iterator it ends with the session, whatever its reader is about to do, and
 * does not destroy the stream, which may be the way out as well.
 */
async function* chunksOf({ stdin, signal }: StreamSession): AsyncGenerator<Buffer> {
  const chunks = on(stdin, 'data', { signal, close: ['end', 'close'], highWaterMark: 1, lowWaterMark: 1 })
  for await (const [chunk] of chunks) yield chunk as Buffer
}

async function* plainLines(
  keys: AsyncIterable<Buffer>,
  most: number,
  tell: () => Promise<void>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  let skipped = false
  for await (const chunk of keys) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = pieces.pop() ?? ''
    for (const piece of pieces) {
      if (piece.length > most && !skipped) await tell()
      else if (!skipped) yield piece.replace(/\r$/, '')
      skipped = false
    }
    if (rest.length <= most) continue
    if (!skipped) await tell()
    skipped = true
    rest = ''
  }
  rest += decoder.decode()
  if (rest !== '' && !skipped) yield rest
}

interface EditorOptions extends TerminalOptions {
  readonly keys: AsyncIterable<Buffer>
  readonly screen: Screen
  readonly lineLength: number
}

async function* editedLines(
  session: StreamSession,
  { keys, screen, prompt = '$ ', words = [], historyLength = 100, lineLength }: EditorOptions,
): AsyncGenerator<string> {
  const typed: string[] = []
  let open = true
  // readline listens to 'data' alone. Emitting it, where writing would only schedule it, makes a key done on return.
  const keyboard = new PassThrough()
  const editor = createInterface({
    input: keyboard,
    output: screen,
    terminal: true,
    prompt,
    historySize: historyLength,
    // \r\n is one end of line however long the \n takes.
    crlfDelay: Number.POSITIVE_INFINITY,
    completer: (line: string): [string[], string] => [words.filter((word) => word.startsWith(line)), line],
  })
  const throwAway = (why: string): void => {
    const { line } = editor
    // The erased text is shown again, as a shell leaves it standing.
    for (const name of ['e', 'u']) editor.write(null, { ctrl: true, name })
    screen.write(`${line.slice(0, lineLength)}${why}\r\n`)
    editor.prompt()
  }
  const interrupt = (): void => throwAway('^C')
  editor
    .on('line', (line: string) => typed.push(line))
    .on('close', () => (open = false))
    .on('SIGINT', interrupt)
    // Without a listener, readline answers Ctrl-Z by stopping this very process.
    .on('SIGTSTP', () => undefined)
  session.onSignal((name) => {
    if (name === 'INT' && open) interrupt()
  })
  try {
    editor.prompt()
    for await (const key of bytesOf(keys)) {
      keyboard.emit('data', key)
      // What Tab completes to is looked up asynchronously.
      if (key[0] === TAB) await turn()
      for (const line of typed.splice(0)) {
        yield line
        editor.prompt()
      }
      if (!open) {
        await send(session, screen, '\r\n')
        return
      }
      if (editor.line.length > lineLength) throwAway(`\r\n${TOO_LONG}`)
      // A key in the middle of a line draws the whole line: who does not read what is drawn types no more of them.
      if (screen.writableNeedDrain) await once(screen, 'drain', { signal: session.signal })
    }
  } finally {
    editor.close()
  }
}

const TAB = 0x09

/** Keys between two turns of the event loop: others want theirs, however much is pasted here. */
const KEYS_A_TURN = 32

/**
 * One by one: of several characters at once readline thinks as pasted, and draws them carelessly; and none may be looked at
 * before the line in front of it is answered.
 */
async function* bytesOf(keys: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const bytes of keys) {
    for (let at = 0; at < bytes.length; at++) {
      if (at % KEYS_A_TURN === KEYS_A_TURN - 1) await turn()
      yield bytes.subarray(at, at + 1)
    }
  }
}

/** Where the client's window ends, when it does not say. */
const SIZE = { columns: 80, rows: 24 }

/** The client's window as readline wants it: something with a size, which may change. */
class Screen extends Writable {
  columns: number = SIZE.columns
  rows: number = SIZE.rows
  readonly #stdout: Writable

  constructor({ stdout, pty, onResize }: Pick<StreamSession, 'stdout' | 'pty' | 'onResize'>) {
    // So that `drain` means: all of it has been handed on, and nothing is lost when the session ends now.
    super({ decodeStrings: false, highWaterMark: 1 })
    this.#stdout = stdout
    this.#resize(pty ?? SIZE)
    onResize((size) => {
      this.#resize(size)
      this.emit('resize')
    })
    // The session tells of it, too.
    this.on('error', () => undefined)
  }

  override _write(text: string, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#stdout.write(text, encoding)) done()
    else this.#stdout.once('drain', done)
  }

  /** RFC 4254 section 6.2: zero is to be ignored. */
  #resize({ columns, rows }: { readonly columns: number; readonly rows: number }): void {
    this.columns = columns || SIZE.columns
    this.rows = rows || SIZE.rows
  }
}

import { describe, expect, it } from 'vitest'
import { openTerminal, type TerminalOptions } from '../src/terminal.ts'
import { Desk } from './desk.ts'

/** A program at the other end that remembers what it was told, and says so. */
function listen(desk: Desk, options?: TerminalOptions) {
  const told: string[] = []
  const { lines, write } = openTerminal(desk.session, options)
  const done = (async () => {
    for await (const line of lines) {
      told.push(line)
      await write(`<${line}>\n`)
    }
  })()
  return { told, done }
}

const UP = '\x1b[A'
const DOWN = '\x1b[B'
const RIGHT = '\x1b[C'
const LEFT = '\x1b[D'

/** What is typed, and the line that comes of it. */
const EDITS: readonly (readonly [what: string, keys: readonly string[], line: string])[] = [
  ['arrow keys', ['helo', LEFT, 'l', RIGHT, '!'], 'hello!'],
  ['Home and End', ['ello', '\x1b[H', 'h', '\x1b[F', '!'], 'hello!'],
  ['Home and End of other terminals', ['ello', '\x1bOH', 'h', '\x1bOF', '!'], 'hello!'],
  ['Home and End of yet others', ['ello', '\x1b[1~', 'h', '\x1b[4~', '!'], 'hello!'],
  ['Ctrl-A and Ctrl-E', ['ello', '\x01', 'h', '\x05', '!'], 'hello!'],
  ['Ctrl-B and Ctrl-F', ['hll', '\x02', '\x02', 'e', '\x06', '\x06', 'o'], 'hello'],
  ['Backspace as DEL and as BS', ['helpp', '\x7f', '\b', 'lo'], 'hello'],
  ['Backspace on an empty line', ['\x7f', '\x7f', 'a'], 'a'],
  ['Delete', ['xa', '\x01', '\x1b[3~'], 'a'],
  ['Ctrl-D in a line, which deletes', ['xa', '\x01', '\x04'], 'a'],
  ['Ctrl-U up to the start', ['nonsense', LEFT, '\x15'], 'e'],
  ['Ctrl-K up to the end', ['hello nonsense', '\x01', ...Array(5).fill(RIGHT), '\x0b'], 'hello'],
  ['Ctrl-W a word back', ['one two three', '\x17', '3'], 'one two 3'],
  ['Ctrl-Y what was cut', ['one two', '\x15', '\x19', '!'], 'one two!'],
  ['a key cut in two', ['ab', '\x1b', '[', 'D', 'x'], 'axb'],
  ['keys that are none', ['a', '\x1b[99~', '\x1b[200;5X', '\x00', '\x07', '\x1a', 'b'], 'ab'],
  ['bracketed paste', ['\x1b[200~pasted\x1b[201~'], 'pasted'],
]

describe('at a terminal', () => {
  it.each(EDITS)('edits: %s', async (_what, keys, line) => {
    const desk = new Desk()
    const { told } = listen(desk)
    await desk.type(...keys)
    expect(await desk.screen()).toEqual([`$ ${line}`])
    await desk.type('\r')
    expect(told).toEqual([line])
    expect(await desk.screen()).toEqual([`$ ${line}`, `<${line}>`, '$'])
  })

  it('brings earlier lines back, to be edited, and the last first', async () => {
    const desk = new Desk()
    const { told } = listen(desk)
    await desk.type('one\r', 'two\r', UP, UP, '!', '\r', UP, UP, UP, DOWN, '\r', 'draft', UP, DOWN, '\r')
    expect(told).toEqual(['one', 'two', 'one!', 'two', 'draft'])
  })

  it('remembers as many lines as it was told, and nothing of another session', async () => {
    const desk = new Desk()
    const { told } = listen(desk, { historyLength: 2 })
    await desk.type('one\r', 'two\r', 'three\r', UP, UP, '\r')
    await desk.type(UP, UP, UP, '\r')
    expect(told).toEqual(['one', 'two', 'three', 'two', ''])
    const other = new Desk()
    const { told: toldOther } = listen(other)
    await other.type(UP, '\r')
    expect(toldOther).toEqual([''])
  })

  it('takes UTF-8 that is cut anywhere, and wide characters as two columns', async () => {
    const text = 'aé世界😀👩‍🚀z'
    for (let cut = 1; cut < Buffer.byteLength(text); cut++) {
      const desk = new Desk()
      const { told } = listen(desk)
      const bytes = Buffer.from(text)
      await desk.type(bytes.subarray(0, cut), bytes.subarray(cut), '\r')
      expect(told).toEqual([text])
    }
    const desk = new Desk()
    listen(desk)
    await desk.type('世界', LEFT, 'x')
    expect(await desk.screen()).toEqual(['$ 世x界'])
    expect(await desk.column()).toBe(5)
    await desk.type('\x7f', '\x7f')
    expect(await desk.screen()).toEqual(['$ 界'])
  })

  it('makes U+FFFD of bytes that are no UTF-8', async () => {
    const desk = new Desk()
    const { told } = listen(desk)
    await desk.type(Uint8Array.of(0x61, 0xff, 0xc3, 0x28), '\r')
    expect(told).toEqual(['a\ufffd\ufffd('])
  })

  it('ends a line at \\r, \\n or both, and takes each of several that were typed at once by itself', async () => {
    const desk = new Desk()
    const { told } = listen(desk)
    await desk.type('one\rtwo\nthree\r\n\rfour\r', '\n')
    expect(told).toEqual(['one', 'two', 'three', '', 'four'])
    expect(await desk.screen()).toEqual([
      ...['$ one', '<one>', '$ two', '<two>', '$ three', '<three>', '$', '<>', '$ four', '<four>', '$'],
    ])
  })

  it('draws a line that is longer than the window, and draws it anew when the window changes', async () => {
    const desk = new Desk({ columns: 10 })
    const { told } = listen(desk)
    await desk.type('0123456789abcdef')
    expect(await desk.screen()).toEqual(['$ 01234567', '89abcdef'])
    await desk.type('\x01', 'x')
    expect(await desk.screen()).toEqual(['$ x0123456', '789abcdef'])
    // A terminal wraps what it shows by itself; what is drawn next is drawn for the new width.
    await desk.resize(30, 10)
    await desk.type('\x05', '!')
    expect((await desk.screen()).at(-1)).toBe('$ x0123456789abcdef!')
    await desk.type('\r')
    expect(told).toEqual(['x0123456789abcdef!'])
  })

  it.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [0xffff_ffff, 0xffff_ffff],
  ])('stands a window of %i by %i', async (columns, rows) => {
    const desk = new Desk({ columns, rows })
    const { told } = listen(desk)
    await desk.type('x', '\x7f')
    await desk.resize(columns, rows)
    await desk.type('世a', LEFT, 'b', UP, '\r')
    expect(told).toEqual(['世ba'])
  })

  it('gives a line up at Ctrl-C, and leaves it standing', async () => {
    const desk = new Desk()
    const { told } = listen(desk)
    await desk.type('never mind', LEFT, LEFT, '\x03', 'ok')
    expect(await desk.screen()).toEqual(['$ never mind^C', '$ ok'])
    await desk.type('\r', UP, '\r')
    expect(told).toEqual(['ok', 'ok'])
  })

  it('takes the signal INT for Ctrl-C, at any time', async () => {
    const desk = new Desk()
    const { told, done } = listen(desk)
    await desk.type('half')
    desk.signal('INT')
    await desk.type('ok\r')
    expect(told).toEqual(['ok'])
    await desk.type('\x04')
    await done
    desk.signal('INT')
    expect((await desk.screen()).at(-1)).toBe('$')
  })

  it('stops nobody at Ctrl-Z', async () => {
    const desk = new Desk()
    const { told } = listen(desk)
    await desk.type('a', '\x1a', 'b', '\r')
    expect(told).toEqual(['ab'])
  })

  it('ends at Ctrl-D on an empty line, and reads nothing after it', async () => {
    const desk = new Desk()
    const { told, done } = listen(desk)
    await desk.type('one\r', '\x04ignored\r')
    await done
    expect(told).toEqual(['one'])
    expect(desk.out.endsWith('\r\n')).toBe(true)
  })

  it('has handed on all that was said when a write resolves', async () => {
    const desk = new Desk({ slow: true })
    const { lines, write } = openTerminal(desk.session)
    const ended = desk.type('say\r', '\x04')
    for await (const line of lines) {
      expect(line).toBe('say')
      await write('a long answer, longer than all that waits\n')
      expect(desk.out).toMatch(/waits\r\n$/)
    }
    await ended
    expect(desk.out).toMatch(/\r\n$/)
  })

  it('completes the first word at Tab', async () => {
    const desk = new Desk()
    const { told } = listen(desk, { words: ['hello', 'world'] })
    await desk.type('he', '\t', ' x', '\t', '\r')
    expect(told).toEqual(['hello x'])
  })

  it('throws away a line that is too long, says so, and goes on', async () => {
    const desk = new Desk({ columns: 80 })
    const { told } = listen(desk, { lineLength: 20 })
    await desk.type('x'.repeat(20), '\r', 'y'.repeat(10_000), '\x15', 'ok\r')
    expect(told).toEqual(['x'.repeat(20), 'ok'])
    expect(await desk.screen()).toContain('line too long')
  })

  it('draws no further ahead of a client that does not read than a few kilobytes', async () => {
    const desk = new Desk({ stalled: true })
    listen(desk)
    await desk.type('x'.repeat(500), '\x01')
    await desk.type(...Array.from({ length: 20 }, () => 'y'.repeat(5000)))
    expect(desk.out.length).toBeLessThan(10_000)
    expect(desk.waiting).toBeGreaterThan(10_000)
  })

  it.each(['x'.repeat(300), '\x1b[A', '\x1b[D', '\x1b['])('draws little for a flood of %j', async (keys) => {
    const desk = new Desk()
    listen(desk)
    const flood = Array.from({ length: 30 }, () => keys.repeat(1000 / keys.length))
    await desk.type('0123456789', ...flood, '\x03')
    expect(desk.out.length).toBeLessThan(30 * flood.join('').length)
    expect((await desk.screen()).at(-1)).toBe('$')
  })
})

describe('without a terminal', () => {
  it('takes plain lines, echoes nothing, and prompts nobody', async () => {
    const desk = new Desk({ pty: false })
    const { told, done } = listen(desk)
    await desk.type('one\ntwo\r\n\nth', 'ree')
    await desk.eof()
    await done
    expect(told).toEqual(['one', 'two', '', 'three'])
    expect([desk.out, desk.err]).toEqual(['<one>\n<two>\n<>\n<three>\n', ''])
  })

  it('takes UTF-8 that is cut anywhere', async () => {
    const bytes = Buffer.from('é世😀\n')
    for (let cut = 1; cut < bytes.length; cut++) {
      const desk = new Desk({ pty: false })
      const { told } = listen(desk)
      await desk.type(bytes.subarray(0, cut), bytes.subarray(cut))
      expect(told).toEqual(['é世😀'])
    }
  })

  it('throws away lines that are too long, says so once for each, and goes on', async () => {
    const desk = new Desk({ pty: false })
    const { told, done } = listen(desk, { lineLength: 10 })
    await desk.type('x'.repeat(11), 'x'.repeat(100_000), 'x\n', `${'y'.repeat(11)}\nok\n`, 'z'.repeat(11))
    await desk.eof()
    await done
    expect(told).toEqual(['ok'])
    expect(desk.err).toBe('line too long\n'.repeat(3))
  })
})

describe.each([{ pty: false as const }, {}])('with %j', (options) => {
  it('ends with the client, whether it was read from or written to', async () => {
    const desk = new Desk(options)
    const { told, done } = listen(desk)
    await desk.type('one\r\n', 'half a line')
    desk.hangUp()
    await done
    expect(told).toEqual(['one'])
  })

  it('ends at once when the client is gone already', async () => {
    const desk = new Desk(options)
    desk.hangUp()
    const { told, done } = listen(desk)
    await done
    expect(told).toEqual([])
  })

  it('ends when its reader has had enough', async () => {
    const desk = new Desk(options)
    const { lines } = openTerminal(desk.session)
    await desk.type('one\ntwo\n')
    for await (const line of lines) {
      expect(line).toBe('one')
      break
    }
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineReader } from '../src/line-reader.ts'

/** A tap that only says whether it runs. */
function tap() {
  return {
    running: true,
    pause() {
      this.running = false
    },
    resume() {
      this.running = true
    },
  }
}

const reader = (lineBytes = 64) => new LineReader(tap(), lineBytes)
const bytes = (text: string) => Buffer.from(text)

async function all(lines: LineReader): Promise<string[]> {
  const read: string[] = []
  for await (const line of lines) read.push(line)
  return read
}

describe('lines come out whole, however the bytes come in', () => {
  const text = 'one\r\ntwo\n\r\n\nfür 😀\r\r\n tail \r\nlost'
  const lines = ['one', 'two', '', '', 'für 😀\r', ' tail ']

  it('split in two at every byte, before and while somebody reads', async () => {
    const whole = bytes(text)
    for (let cut = 0; cut <= whole.length; cut++) {
      const early = reader()
      early.push(Buffer.from(whole.subarray(0, cut)))
      early.push(Buffer.from(whole.subarray(cut)))
      early.end()
      expect(await all(early), `cut at ${cut}`).toEqual(lines)

      const late = reader()
      const read = all(late)
      late.push(Buffer.from(whole.subarray(0, cut)))
      await Promise.resolve()
      late.push(Buffer.from(whole.subarray(cut)))
      late.end()
      expect(await read, `cut at ${cut}`).toEqual(lines)
    }
  })

  it('in single bytes', async () => {
    const single = reader()
    for (const byte of bytes(text)) single.push(Buffer.of(byte))
    single.end()
    expect(await all(single)).toEqual(lines)
  })

  it('in any pieces, read at any time', async () => {
    const line = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replaceAll(/[\r\n]/g, ' '))
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { maxLength: 12 }),
        fc.array(fc.nat(9), { maxLength: 40 }),
        async (sent, cuts) => {
          const lines = reader(100)
          const whole = bytes(sent.map(([text, end]) => text + end).join(''))
          const got: string[] = []
          let at = 0
          for (const cut of cuts) {
            lines.push(Buffer.from(whole.subarray(at, at + cut)))
            at += cut
            // A read that would wait forever is asked for only at the end.
            if (
              cut % 3 === 0 &&
              whole.subarray(0, Math.min(at, whole.length)).filter((b) => b === 10).length > got.length
            ) {
              const next = await lines.next()
              if (next.done !== true) got.push(next.value)
            }
          }
          lines.push(Buffer.from(whole.subarray(Math.min(at, whole.length))))
          lines.end()
          got.push(...(await all(lines)))
          expect(got).toEqual(sent.map(([text]) => text))
        },
      ),
      { seed: 21, numRuns: 300 },
    )
  })
})

describe('the longest line is the longest line', () => {
  it.each(['\n', '\r\n'])('with %j at its end, whole and in single bytes', async (end) => {
    for (const pieces of [(b: Buffer) => [b], (b: Buffer) => [...b].map((byte) => Buffer.of(byte))]) {
      const fits = reader(8)
      for (const piece of pieces(bytes(`12345678${end}`))) fits.push(piece)
      expect(await fits.next()).toEqual({ done: false, value: '12345678' })

      const long = reader(8)
      const read = long.next()
      for (const piece of pieces(bytes(`123456789${end}`))) long.push(piece)
      await expect(read).rejects.toMatchObject({ code: 'LINE_TOO_LONG' })
      await expect(long.next()).rejects.toMatchObject({ code: 'LINE_TOO_LONG' })
    }
  })

  it('and needs no end to be too long', async () => {
    const lines = reader(8)
    const read = lines.next()
    lines.push(bytes('1234567890'))
    await expect(read).rejects.toMatchObject({ code: 'LINE_TOO_LONG' })
  })

  it('but what came before it is read first', async () => {
    const lines = reader(8)
    lines.push(bytes('first\n123456789\nlast\n'))
    expect(await lines.next()).toMatchObject({ value: 'first' })
    await expect(lines.next()).rejects.toMatchObject({ code: 'LINE_TOO_LONG' })
  })
})

describe('what nobody reads is bounded', () => {
  it('pauses the tap past the high-water mark, and lets it run when there is room', async () => {
    const source = tap()
    const lines = new LineReader(source, 8)
    lines.highWater = 16
    lines.push(bytes('1234567\n1234567\n'))
    expect(source.running).toBe(true)
    lines.push(bytes('x\n'))
    expect(source.running).toBe(false)
    await lines.next()
    expect(source.running).toBe(true)
  })

  it('never pauses while somebody waits for the rest of a line', () => {
    const source = tap()
    const lines = new LineReader(source, 64)
    lines.highWater = 4
    void lines.next()
    lines.push(bytes('a line without an end'))
    expect(source.running).toBe(true)
  })

  it('keeps no large chunk for the beginning of a line', async () => {
    const lines = reader()
    lines.push(bytes(`${'x\n'.repeat(30_000)}rest`))
    for (let n = 0; n < 30_000; n++) await lines.next()
    lines.push(bytes(' of it\n'))
    expect(await lines.next()).toMatchObject({ value: 'rest of it' })
  })

  it('takes nothing after it was stopped', async () => {
    const lines = reader()
    lines.push(bytes('unread\n'))
    lines.stop()
    lines.push(bytes('late\n'))
    expect(await all(lines)).toEqual([])
  })
})

describe('a line that is no UTF-8', () => {
  const bad = [[0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x61, 0x80]]

  it.each(bad)('ends a session: %j', async (...line) => {
    const lines = reader()
    lines.push(Buffer.from([...bytes('good\n'), ...line, 10, ...bytes('after\n')]))
    expect(await lines.next()).toMatchObject({ value: 'good' })
    await expect(lines.next()).rejects.toMatchObject({ code: 'NOT_TEXT' })
    await expect(lines.next()).rejects.toMatchObject({ code: 'NOT_TEXT' })
  })

  it('is nothing that a login could use, and not its end', async () => {
    const lines = reader()
    lines.push(Buffer.from([0xff, 10, ...bytes('after\n')]))
    expect(await lines.read()).toBeUndefined()
    expect(await lines.read()).toBe('after')
  })

  it('is not one that says so: U+FFFD, NUL and a byte order mark are text', async () => {
    const lines = reader()
    lines.push(bytes('\uFFFD\u0000\uFEFF\n'))
    expect(await lines.next()).toMatchObject({ value: '\uFFFD\u0000\uFEFF' })
  })
})

describe('a reader', () => {
  it('goes on after a loop that was left early', async () => {
    const lines = reader()
    lines.push(bytes('one\ntwo\n'))
    lines.end()
    for await (const line of lines) {
      expect(line).toBe('one')
      break
    }
    expect(await all(lines)).toEqual(['two'])
  })

  it('refuses a second one beside it', async () => {
    const lines = reader()
    const first = lines.next()
    await expect(lines.next()).rejects.toThrow('one at a time')
    await expect(lines.read()).rejects.toThrow('one at a time')
    lines.push(bytes('mine\n'))
    expect(await first).toMatchObject({ value: 'mine' })
  })
})

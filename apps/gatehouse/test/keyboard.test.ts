import { EventEmitter } from 'node:events'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Keyboard } from '../src/terminal/keyboard.ts'
import { Tty } from './place.ts'

/** What comes of typing this, in pieces, at one hidden question. */
async function typed(...pieces: readonly (string | Uint8Array)[]): Promise<string> {
  const tty = new Tty()
  const keyboard = new Keyboard(tty, () => undefined)
  try {
    const line = keyboard.ask('? ', 'hidden')
    for (const piece of pieces) tty.write(piece)
    return (await line).toString()
  } finally {
    keyboard.close()
  }
}

it.each([
  ['Enter', 'secret\r', 'secret'],
  ['a line feed', 'secret\n', 'secret'],
  ['backspace', 'secres\x7ft\r', 'secret'],
  ['the other backspace', 'secres\bt\r', 'secret'],
  ['more backspaces than characters', 'ab\x7f\x7f\x7f\x7fsecret\r', 'secret'],
  ['backspace after two bytes', 'é\x7fsecret\r', 'secret'],
  ['backspace after four bytes', 'x🔑\x7f\x7fsecret\r', 'secret'],
  ['Ctrl-U', 'wrong 🔑\x15secret\r', 'secret'],
  ['arrows', 'sec\x1b[D\x1b[1;5Cret\x1bOA\r', 'secret'],
  ['a pasted text', '\x1b[200~secret\x1b[201~\r', 'secret'],
  ['Escape before Enter', 'secret\x1b\r', 'secret'],
  ['keys that mean nothing', '\x01sec\x00ret\x1a\t\r', 'secret'],
  ['spaces', ' sec ret \r', ' sec ret '],
  ['nothing', '\r', ''],
])('understands %s', async (_key, text, line) => {
  expect(await typed(text)).toBe(line)
  // However the terminal cuts it up.
  expect(await typed(...Array.from(Buffer.from(text), (byte) => Uint8Array.of(byte)))).toBe(line)
})

it('follows the model: characters, backspace, Ctrl-U', async () => {
  const key = fc.oneof(
    { weight: 5, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
    fc.constant('\x7f'),
    fc.constant('\x15'),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(key, { maxLength: 40 }), async (keys) => {
      let model: string[] = []
      for (const one of keys) {
        if (one === '\x7f') model.pop()
        else if (one === '\x15') model = []
        else model.push(...Array.from(one))
      }
      expect(await typed(...keys, '\r')).toBe(model.join(''))
    }),
    { seed: 7, numRuns: 200 },
  )
})

it('shows what may be seen, and takes it back', async () => {
  const tty = new Tty()
  let screen = ''
  const keyboard = new Keyboard(tty, (text) => {
    screen += text
  })
  const line = keyboard.ask('Sure? ', 'shown')
  tty.write('yx\x7f\r')
  expect((await line).toString()).toBe('y')
  expect(screen).toBe('Sure? yx\b \b\n')
  keyboard.close()
})

it('keeps what was typed ahead for the next question, unseen', async () => {
  const tty = new Tty()
  let screen = ''
  const keyboard = new Keyboard(tty, (text) => {
    screen += text
  })
  tty.write('first\rsec')
  expect((await keyboard.ask('1? ', 'hidden')).toString()).toBe('first')
  const second = keyboard.ask('2? ', 'hidden')
  tty.write('ond\r')
  expect((await second).toString()).toBe('second')
  expect(screen).toBe('1? \n2? \n')
  keyboard.close()
})

it.each([
  ['Ctrl-C', '\x03', 'INTERRUPTED'],
  ['Ctrl-C after Escape', '\x1b\x03', 'INTERRUPTED'],
  ['Ctrl-D', '\x04', 'CANCELLED'],
  ['an endless line', 'x'.repeat(5000), 'CANCELLED'],
  ['an endless line in pieces', Array.from({ length: 50 }, () => 'x'.repeat(100)), 'CANCELLED'],
])('ends at %s, and puts the terminal back', async (_key, keys, code) => {
  const tty = new Tty()
  const keyboard = new Keyboard(tty, () => undefined)
  const line = keyboard.ask('? ', 'hidden')
  for (const piece of [keys].flat()) tty.write(piece)
  await expect(line).rejects.toEqual(expect.objectContaining({ code }))
  await expect(keyboard.ask('again? ', 'hidden')).rejects.toEqual(expect.objectContaining({ code }))
  keyboard.close()
  expect(tty.modes).toEqual([true, false])
  expect(tty.listenerCount('data')).toBe(0)
})

it.each(['SIGHUP', 'SIGQUIT'] as const)('ends at %s, asked or not, and puts the terminal back', async (signal) => {
  const tty = new Tty()
  const signals = new EventEmitter<Record<'SIGHUP' | 'SIGQUIT', []>>()
  const keyboard = new Keyboard(tty, () => undefined, signals)
  const line = keyboard.ask('? ', 'hidden')
  tty.write('half a pass')
  signals.emit(signal)
  await expect(line).rejects.toEqual(expect.objectContaining({ code: 'INTERRUPTED' }))
  signals.emit(signal)
  await expect(keyboard.ask('again? ', 'hidden')).rejects.toEqual(expect.objectContaining({ code: 'INTERRUPTED' }))
  keyboard.close()
  expect(tty.modes).toEqual([true, false])
  expect(signals.eventNames()).toEqual([])
})

it('outlives a terminal that has hung up and has no modes any more', () => {
  const tty = new Tty()
  const keyboard = new Keyboard(tty, () => undefined)
  tty.setRawMode = () => void tty.emit('error', new Error('EIO'))
  expect(() => keyboard.close()).not.toThrow()
})

it('ends when the terminal is gone', async () => {
  const tty = new Tty()
  const keyboard = new Keyboard(tty, () => undefined)
  const line = keyboard.ask('? ', 'hidden')
  tty.end()
  await expect(line).rejects.toEqual(expect.objectContaining({ code: 'CANCELLED' }))
  keyboard.close()
})

import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { DemoAvatar } from '../src/demo-avatar.ts'
import { Sitting } from './sitting.ts'

const ada = new DemoAvatar('ada')

it('is a shell at a terminal: a greeting, a prompt, and everything in its order', async () => {
  const sitting = new Sitting('at a terminal')
  sitting.type('whoami\rls\r\recho hi\rquit\rwhoami\r')
  expect(await ada.shell(sitting.session)).toBe(0)
  await sitting.written()
  expect(stripVTControlCharacters(sitting.out).replaceAll('$ $ ', '$ ')).toBe(
    'Welcome, ada. Try help.\r\n$ whoami\r\nada\r\n$ ls\r\nls: no such command; try help\r\n$ \r\n$ echo hi\r\nhi\r\n$ quit\r\nGoodbye.\r\n',
  )
  expect(sitting.err).toBe('')
})

it('is a shell for a pipe: no greeting, no prompt, and errors on their own stream', async () => {
  const sitting = new Sitting('at a pipe')
  sitting.type('whoami\nls\nclear\necho hi\nquit\nwhoami\n')
  expect(await ada.shell(sitting.session)).toBe(0)
  await sitting.written()
  expect([sitting.out, sitting.err]).toEqual(['ada\nhi\nGoodbye.\n', 'ls: no such command; try help\n'])
})

it.each([
  ['quit\n', 0],
  ['ls\nquit\n', 0],
  ['ls\n', 127],
  ['ls\n\n', 127],
  ['ls\nwhoami\n', 0],
  ['', 0],
])('ends %j with the code of the last command: %i', async (typed, code) => {
  const sitting = new Sitting('at a pipe')
  sitting.type(typed)
  sitting.leave()
  expect(await ada.shell(sitting.session)).toBe(code)
})

it('leaves by Ctrl-D with the code of the last command', async () => {
  const sitting = new Sitting('at a terminal')
  sitting.type('ls\r\x04')
  expect(await ada.shell(sitting.session)).toBe(127)
})

it.each([
  ['echo hi there', 0, 'hi there\n', ''],
  ['whoami', 0, 'ada\n', ''],
  ['quit', 0, 'Goodbye.\n', ''],
  ['', 0, '', ''],
  ['ls -la', 127, '', 'ls: no such command; try help\n'],
])('runs %j by itself', async (command, code, out, err) => {
  const sitting = new Sitting('at a pipe')
  expect(ada.exec({ ...sitting.session, command })).toBe(code)
  await sitting.written()
  expect([sitting.out, sitting.err]).toEqual([out, err])
})

it('runs a command at a terminal in lines that a terminal understands', async () => {
  const sitting = new Sitting('at a terminal')
  expect(ada.exec({ ...sitting.session, command: 'help' })).toBe(0)
  expect(ada.exec({ ...sitting.session, command: 'ls' })).toBe(127)
  await sitting.written()
  expect(sitting.out).toMatch(/^clear .*\r\necho .*\r\n.*\r\n.*\r\n.*\r\nls: no such command; try help\r\n$/)
  expect(sitting.err).toBe('')
})

it('has files only if there are any', () => {
  expect('sftp' in ada).toBe(false)
  expect('sftp' in new DemoAvatar('ada', () => ({}) as never)).toBe(true)
})

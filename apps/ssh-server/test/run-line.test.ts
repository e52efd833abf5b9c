import { expect, it } from 'vitest'
import { runLine } from '../src/run-line.ts'

const run = (line: string, screen = true) => runLine(line, { id: 'ada', screen })

it.each(['', ' ', '\t \t', '\u00a0'])('answers nothing to %j', (line) => {
  expect(run(line)).toBeUndefined()
})

it.each([
  ['whoami', 'ada\n'],
  ['  whoami\t', 'ada\n'],
  ['echo', '\n'],
  ['echo  hello   there ', 'hello there\n'],
  ['echo "quotes" $are `ordinary` ; characters', '"quotes" $are `ordinary` ; characters\n'],
  ['clear', '\x1b[H\x1b[2J'],
])('answers %j', (line, out) => {
  expect(run(line)).toEqual({ code: 0, out })
})

it('lists every command in help, in columns', () => {
  expect(run('help')?.out).toBe(
    'clear       clear the screen\n' +
      'echo WORDS  say them again\n' +
      'help        this list\n' +
      'quit        leave; so does Ctrl-D\n' +
      'whoami      who is logged in\n',
  )
})

it('has nothing to clear where there is no screen', () => {
  expect(run('clear', false)).toEqual({ code: 0, out: '' })
})

it('ends with quit', () => {
  expect(run('quit')).toEqual({ code: 0, out: 'Goodbye.\n', quit: true })
})

it.each(['ls', 'WHOAMI', 'echo;', '__proto__', 'constructor', 'toString'])('knows no %j, and answers 127', (name) => {
  expect(run(`${name} -la`)).toEqual({ code: 127, err: `${name}: no such command; try help\n` })
})

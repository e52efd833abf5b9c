import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { createCommand, createProgram, type Program, parseCommand } from '../src/index.ts'
import { Terminal, type Transcript } from './scratch.ts'

/** A program with commands of its own. */
const house: Program = createProgram(async (surroundings) => {
  const command: Command = createCommand('house', surroundings).description('Doors and users.').version('1.0.0')
  const users = command.command('users').description('Who there is.')
  users
    .command('add <name>')
    .description('One more.')
    .action((name: string) => surroundings.out(`added ${name}\n`))
  users.command('fail').action(() => Promise.reject(new Error('no luck')))
  await parseCommand(command, surroundings.args)
  return 0
})

const run = (...args: readonly string[]): Promise<Transcript> => new Terminal('/').run(house, ...args)

describe('a program with commands', () => {
  test('runs the one that is named', async () => {
    expect(await run('users', 'add', 'ada')).toEqual({ code: 0, out: 'added ada\n', err: '' })
  })

  test('shows help and version of each', async () => {
    expect(await run('--version')).toEqual({ code: 0, out: '1.0.0\n', err: '' })
    expect(await run('users', 'add', '--help')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Usage: house users add \[options\] <name>\n\nOne more\.\n/) as string,
      err: '',
    })
  })

  test('tells what a command throws, as its own error', async () => {
    expect(await run('users', 'fail')).toEqual({ code: 1, out: '', err: 'error: no luck\n' })
  })

  test.each<[readonly string[], string]>([
    [['nonsense'], "error: unknown command 'nonsense'\nhint: house --help lists what there is.\n"],
    [['user'], "error: unknown command 'user'\nhint: Did you mean users? house --help lists what there is.\n"],
    [['users', 'add'], "error: missing required argument 'name'\nhint: house --help lists what there is.\n"],
    [
      ['users', 'add', '--shell=sesame', 'ada'],
      'error: there is no option --shell\nhint: house --help lists what there is.\n',
    ],
  ])('refuses %j', async (args, err) => {
    expect(await run(...args)).toEqual({ code: 2, out: '', err })
  })

  test('repeats no stray argument, which may be a password', async () => {
    const { code, err } = await run('users', 'add', 'ada', 'sesame')
    expect(code).toBe(2)
    expect(err).toMatch(/^error: there is an argument too many/)
    expect(err).not.toContain('sesame')
  })

  test('speaks of no option that the command does not have', async () => {
    expect((await run('users', 'add', 'ada', 'sesame')).err).not.toContain('--auth')
  })

  test('shows its help when a command is missing', async () => {
    const { code, out, err } = await run('users')
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/^Usage: house users [\s\S]*\nerror: a command is missing\nhint: house --help/)
  })
})

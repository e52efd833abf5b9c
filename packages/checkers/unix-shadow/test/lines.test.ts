import { setImmediate as turn } from 'node:timers/promises'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Accounts } from '../src/accounts.ts'
import { unixChecker, unixUsers } from '../src/index.ts'
import { anyShell } from '../src/shells.ts'
import { answer, attempt, cheapHash, faultOf, machine, passwdLine, shadowLine } from './machine.ts'

let good: string
beforeAll(async () => {
  good = await cheapHash('sesame')
})

let warnings: string[]
const hear = (warning: Error & { code?: string }) => {
  if (warning.code === 'GATEWRIGHT_UNIX_LINES') warnings.push(warning.message)
}
beforeEach(() => {
  warnings = []
  const others = process.listeners('warning')
  process.removeAllListeners('warning').on('warning', hear)
  return () => {
    process.off('warning', hear)
    for (const other of others) process.on('warning', other)
  }
})

const bytes = (...parts: readonly (string | Buffer)[]) => Buffer.concat(parts.map((part) => Buffer.from(part)))

/** A machine with these lines between ada's and bob's, both of whom can log in whatever stands there. */
async function between(passwd: string | Buffer, shadow: string | Buffer) {
  const around = (line: (name: string) => string, middle: string | Buffer) => bytes(line('ada'), middle, line('bob'))
  const made = machine(
    around((name) => passwdLine(name), passwd),
    around((name) => shadowLine(name, good), shadow),
  )
  const checker = unixChecker(made.options)
  for (const name of ['ada', 'bob']) expect(await answer(checker, name, 'sesame')).toBe(`accept ${name}`)
  await turn()
  // One of an earlier test may come late: the system tells them in its own time.
  const own = warnings.filter((text) => text.includes(made.directory))
  return { checker, passwd: made.passwd, heard: own.map((text) => text.replaceAll(made.directory, '')) }
}

describe('a bad line hides no good one', () => {
  const eve = () => shadowLine('eve', good)

  test.each<
    [what: string, passwd: () => string | Buffer, shadow: () => string | Buffer, verdict: string, said: RegExp]
  >([
    [
      '6 fields in passwd',
      () => 'eve:x:1:1::/home\n',
      eve,
      'fault BAD_ENTRY',
      /^\/passwd:2 has 6 fields instead of 7$/,
    ],
    ['8 fields in passwd', () => 'eve:x:1:1::/:/bin/sh:\n', eve, 'fault BAD_ENTRY', /^\/passwd:2 has 8 fields/],
    [
      '8 fields in shadow',
      () => passwdLine('eve'),
      () => `eve:${good}:1:::::\n`,
      'fault BAD_ENTRY',
      /^\/shadow:2 has 8 fields instead of 9$/,
    ],
    [
      '10 fields in shadow',
      () => passwdLine('eve'),
      () => `eve:${good}:1:::::::\n`,
      'fault BAD_ENTRY',
      /^\/shadow:2 has 10 fields/,
    ],
    ['a name alone', () => 'eve:\n', eve, 'fault BAD_ENTRY', /^\/passwd:2 has 2 fields/],
    ['no colon', () => 'eve\n', () => '', 'pass', /^\/passwd:2 is not used: there is no colon$/],
    [
      'a uid that is no number',
      () => 'eve:x:1e3:1::/:/bin/sh\n',
      eve,
      'fault BAD_ENTRY',
      /^\/passwd:2 has a uid or gid/,
    ],
    ['a negative gid', () => 'eve:x:1:-2::/:/bin/sh\n', eve, 'fault BAD_ENTRY', /^\/passwd:2 has a uid or gid/],
    [
      'a day that is no number',
      () => passwdLine('eve'),
      () => shadowLine('eve', good, '1e3:::::'),
      'fault BAD_ENTRY',
      /^\/shadow:2 has a day/,
    ],
    [
      'a user twice in passwd',
      () => passwdLine('eve') + passwdLine('eve'),
      eve,
      'fault BAD_ENTRY',
      /^\/passwd:3 names the user of line 2 again$/,
    ],
    [
      'a user twice in shadow',
      () => passwdLine('eve'),
      () => eve() + shadowLine('eve', '!'),
      'fault BAD_ENTRY',
      /^\/shadow:3 names the user of line 2 again$/,
    ],
    [
      'three times, once badly',
      () => passwdLine('eve'),
      () => `${eve()}eve:\n${eve()}`,
      'fault BAD_ENTRY',
      /^\/shadow:3 names the user of line 2 again; \/shadow:4 names the user of line 2 again$/,
    ],
    [
      'another encoding in a field',
      () => bytes('eve:x:1:1:', Buffer.of(0xe9), ':/:/bin/sh\n'),
      eve,
      'fault BAD_ENTRY',
      /^\/passwd:2 is not UTF-8$/,
    ],
    [
      'another encoding in the hash',
      () => passwdLine('eve'),
      () => bytes('eve:', good, Buffer.of(0xff), ':1::::::\n'),
      'fault BAD_ENTRY',
      /^\/shadow:2 is not UTF-8$/,
    ],
    ['CRLF', () => 'eve:x:1:1::/:/usr/sbin/nologin\r\n', eve, 'fault BAD_ENTRY', /^\/passwd:2 has control characters$/],
    [
      'a NUL',
      () => 'eve:x:1:1::/:/usr/sbin/nologin\0\n',
      eve,
      'fault BAD_ENTRY',
      /^\/passwd:2 has control characters$/,
    ],
    [
      '10 MB',
      () => `eve:x:1:1:${'x'.repeat(10_000_000)}:/:/bin/sh\n`,
      eve,
      'fault BAD_ENTRY',
      /^\/passwd:2 is longer than 8192 bytes$/,
    ],
    [
      '10 MB without a colon',
      () => `${'x'.repeat(10_000_000)}\n`,
      () => '',
      'pass',
      /^\/passwd:2 is not used: there is no colon$/,
    ],
    ['a BOM', () => `\ufeff${passwdLine('eve')}`, eve, 'pass', /./],
  ])('%s', async (_what, passwd, shadow, verdict, said) => {
    const { checker, heard } = await between(passwd(), shadow())
    expect(await answer(checker, 'eve', 'sesame')).toBe(verdict)
    expect(heard).toHaveLength(1)
    expect(heard[0]).toMatch(said)
  })

  test.each([
    ['+', '+::::::\n', '+::::::::\n', /^\/passwd:2 is not used: NIS is not asked; \/shadow:2 is not used: NIS/],
    ['+eve', '+eve::::::\n', '', /NIS is not asked$/],
    ['-eve', '-eve::::::\n', '', /NIS is not asked$/],
    ['+@netgroup', '+@admins\n', '', /NIS is not asked$/],
    ['no name', ':x:0:0::/:/bin/sh\n', '', /nobody can log in by such a name$/],
    ['a blank name', ' :x:0:0::/:/bin/sh\n', '', /nobody can log in/],
    ['a name behind a blank', ' eve:x:0:0::/:/bin/sh\n', '', /nobody can log in/],
    ['a name in NFD', 'e\u0301ve:x:0:0::/:/bin/sh\n', '', /nobody can log in/],
    ['a name in another encoding', bytes(Buffer.of(0xe9), 've:x:0:0::/:/bin/sh\n'), '', /nobody can log in/],
    ['a name of 256 bytes', `${'e'.repeat(256)}:x:0:0::/:/bin/sh\n`, '', /nobody can log in/],
    ['a name with a bell', 'e\u0007ve:x:0:0::/:/bin/sh\n', '', /nobody can log in/],
  ])('nobody is called %s', async (_what, passwd, shadow, said) => {
    const { checker, heard } = await between(passwd, shadow)
    for (const name of [
      '+',
      '-',
      '+eve',
      '-eve',
      'eve',
      '+@admins',
      ' ',
      ' eve',
      'éve',
      'e\u0301ve',
      'e'.repeat(256),
    ]) {
      expect(await answer(checker, name, 'sesame')).toBe('pass')
    }
    expect(heard).toHaveLength(1)
    expect(heard[0]).toMatch(said)
  })

  test('comments and empty lines are no lines, and the last needs no end', async () => {
    const { checker, heard } = await between(`# eve:x:0:0::/:/bin/sh\n\n\n${passwdLine('eve')}`, `\n#\n${eve()}`)
    expect(await answer(checker, 'eve', 'sesame')).toBe('accept eve')
    expect(heard).toEqual([])
    const { options } = machine(passwdLine('ada').trimEnd(), shadowLine('ada', good).trimEnd())
    expect(await answer(unixChecker(options), 'ada', 'sesame')).toBe('accept ada')
  })
})

test('names of JavaScript are names like others', async () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then']
  const { options } = machine(
    passwdLine('then') + passwdLine('__proto__'),
    names.map((name) => shadowLine(name, good)).join(''),
  )
  const checker = unixChecker(options)
  const answers = await Promise.all(names.map((name) => answer(checker, name, 'sesame')))
  expect(answers).toEqual(['accept __proto__', 'pass', 'pass', 'pass', 'accept then'])
  expect(Object.prototype).not.toHaveProperty('password')
})

describe('what is said about bad lines', () => {
  test('is where they are, and nothing of what stands there', async () => {
    const { heard, checker, passwd } = await between(
      'eve:canary\ncanary\n',
      `mallory:${good}canary:1::::::\neve:canary:x:::::\n`,
    )
    expect(heard).toEqual([
      '/passwd:2 has 2 fields instead of 7; /passwd:3 is not used: there is no colon; ' +
        '/shadow:2 is of nobody in /passwd; /shadow:3 has 8 fields instead of 9',
    ])
    const fault = await faultOf(() => unixUsers({ passwd, shadow: passwd }).find('eve', attempt()))
    expect(fault).toMatchObject({ name: 'UnixError', code: 'BAD_ENTRY', hint: expect.stringContaining('vipw') })
    expect(`${fault.stack} ${fault.hint} ${await answer(checker, 'eve', 'x')}`).not.toContain('canary')
  })

  test('is five of them at most', async () => {
    const { heard } = await between('x\n'.repeat(1_000), '')
    expect(heard[0]?.split('; ')).toHaveLength(6)
    expect(heard[0]).toMatch(/; and 995 more$/)
  })

  test('is said once, and again when it is something else', async () => {
    const ada = passwdLine('ada')
    const made = machine('', shadowLine('ada', good))
    const source = unixUsers(made.options)
    for (const passwd of [`${ada}+\n`, `+\n${ada}`, `+\n${ada}\n`, `+\n\n${ada}`, `${ada}+\n`, ada, `${ada}+\n`]) {
      made.replace(made.passwd, passwd, 0o644)
      for (let i = 0; i < 3; i++) await source.find('ada', attempt())
    }
    await turn()
    const lines = warnings.filter((text) => text.includes(made.directory)).map((text) => /passwd:(\d)/.exec(text)?.[1])
    expect(lines).toEqual(['2', '1', '2', '2'])
  })
})

test('100,000 accounts are understood in turns with everybody else', async () => {
  const names = Array.from({ length: 100_000 }, (_, i) => `user${i}`)
  const passwd = Buffer.from(names.map((name) => passwdLine(name)).join(''))
  const shadow = Buffer.from(names.map((name) => shadowLine(name, good)).join(''))
  let turns = 0
  let reading = true
  const others = (async () => {
    for (; reading; turns++) await turn()
  })()
  const paths = { passwd: 'passwd', shadow: 'shadow' }
  const accounts = await Accounts.read(passwd, shadow, { paths, mayLogIn: anyShell, allowDes: false })
  reading = false
  await others
  expect(accounts.find('user99999', 20_000)).toMatchObject({ id: 'user99999' })
  // 200,000 lines, a thousand at a time.
  expect(turns).toBeGreaterThan(190)
})

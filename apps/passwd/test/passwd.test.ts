import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { createProgram } from '@gatewright/auth-option'
import { hash } from '@gatewright/passwords'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readCsv } from '../src/csv.ts'
import { passwd, type Terminal } from '../src/index.ts'
import { progressBar } from '../src/progress-bar.ts'

interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

const nobody = { on: () => undefined, off: () => undefined }

function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-passwd-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Runs the program with this on standard input. */
async function run(cwd: string, args: readonly string[], input: string | Terminal = '', watched = false): Promise<Run> {
  let [out, err] = ['', '']
  const stdin = typeof input === 'string' ? Readable.from([Buffer.from(input)]) : input
  const program = createProgram((surroundings) => passwd(surroundings, stdin, watched))
  const code = await program({
    args,
    cwd,
    env: {},
    signals: nobody,
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
  })
  return { code, out, err }
}

/** A terminal at which these keys are pressed. */
function keyboard(...keys: (string | Buffer)[]): Terminal & { readonly raw: boolean[] } {
  const raw: boolean[] = []
  const stream = new PassThrough()
  for (const key of keys) stream.write(key)
  return Object.assign(stream, { isTTY: true, raw, setRawMode: (on: boolean) => raw.push(on) })
}

describe('a transcript', () => {
  test('add, verify, list, change, remove', async () => {
    const cwd = scratch()
    expect(await run(cwd, ['add', 'users.txt', 'ada'], 'sesame\n')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^error: there is no file .*users\.txt\nhint: .*--create/),
    })
    expect(await run(cwd, ['add', '--create', 'users.txt', 'ada'], 'sesame\n')).toEqual({
      code: 0,
      out: 'added "ada"\n',
      err: '',
    })
    expect(await run(cwd, ['add', 'file:users.txt', 'zoë'], 'two words ')).toMatchObject({
      code: 0,
      out: 'added "zoë"\n',
    })
    expect(await run(cwd, ['verify', 'users.txt', 'ada'], 'sesame\r\n')).toEqual({ code: 0, out: 'right\n', err: '' })
    expect(await run(cwd, ['verify', 'users.txt', 'ada'], 'Sesame')).toEqual({ code: 1, out: 'wrong\n', err: '' })
    expect(await run(cwd, ['verify', 'users.txt', 'zoë'], 'two words ')).toMatchObject({ code: 0 })
    expect(await run(cwd, ['verify', 'users.txt', 'eve'], 'sesame')).toMatchObject({ code: 1, out: 'wrong\n' })
    expect(await run(cwd, ['list', 'users.txt'])).toEqual({ code: 0, out: 'ada\nzoë\n', err: '' })
    expect(await run(cwd, ['add', 'users.txt', 'ada'], 'changed')).toMatchObject({ code: 0, out: 'changed "ada"\n' })
    expect(await run(cwd, ['verify', 'users.txt', 'ada'], 'sesame')).toMatchObject({ code: 1 })
    expect(await run(cwd, ['remove', 'users.txt', 'ada'])).toEqual({ code: 0, out: 'removed "ada"\n', err: '' })
    expect(await run(cwd, ['remove', 'users.txt', 'ada'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^error: .*\nhint: .*\n$/),
    })
  })

  test.each(['argon2id', 'bcrypt', 'scrypt', 'yescrypt', 'sha512-crypt', 'pbkdf2-sha256', 'pbkdf2-sha512'])(
    '--scheme %s stores what then verifies',
    async (scheme) => {
      const cwd = scratch()
      expect(await run(cwd, ['add', '--create', '--scheme', scheme, 'u', 'ada'], 'sesame')).toMatchObject({
        code: 0,
        err: '',
      })
      const stored = readFileSync(join(cwd, 'u'), 'utf8')
      const prefix = { bcrypt: '$2', yescrypt: '$y$', 'sha512-crypt': '$6$' }[scheme] ?? `$${scheme.split('-')[0]}`
      expect(stored.startsWith(`ada:${prefix}`)).toBe(true)
      expect(await run(cwd, ['verify', 'u', 'ada'], 'sesame')).toMatchObject({ code: 0 })
    },
  )
})

describe('a password', () => {
  test('is typed twice at a terminal, and never shown', async () => {
    const cwd = scratch()
    const keys = keyboard('sesamx\u007fe\rsesamex\u007f\r')
    const typed = await run(cwd, ['add', '--create', 'users.txt', 'ada'], keys)
    expect(typed).toEqual({ code: 0, out: 'added "ada"\n', err: 'Password: \nAgain: \n' })
    expect(keys.raw).toEqual([true, false])
    expect(await run(cwd, ['verify', 'users.txt', 'ada'], keyboard('sesame\r'))).toMatchObject({ code: 0 })
  })

  test.each([
    ['typed differently the second time', 'sesame\rSesame\r'],
    ['given up by Ctrl-C', 'ses\u0003'],
    ['given up by Ctrl-D', '\u0004'],
    ['empty', '\r\r'],
  ])('%s changes nothing, and the terminal is as it was', async (_what, keys) => {
    const cwd = scratch()
    const terminal = keyboard(keys)
    const { code, err } = await run(cwd, ['add', '--create', 'users.txt', 'ada'], terminal)
    expect(code).not.toBe(0)
    expect(err).toMatch(/error: /)
    expect(err).not.toContain('ses')
    expect(terminal.raw).toEqual([true, false])
    expect(() => readFileSync(join(cwd, 'users.txt'))).toThrow('ENOENT')
  })

  test('is never an argument', async () => {
    const { code, err } = await run(scratch(), ['add', '--create', 'users.txt', 'ada', 'canary-password'])
    expect(code).toBe(2)
    expect(err).not.toContain('canary')
  })

  test('that is missing on standard input is an error', async () => {
    expect(await run(scratch(), ['add', '--create', 'users.txt', 'ada'], '\n')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no password on standard input'),
    })
  })
})

describe('bytes that are no text', () => {
  const LATIN1 = Buffer.from('caf\xe9\n', 'latin1')

  test('are no password on standard input: else every such byte would be as good as another', async () => {
    const { code, err } = await run(scratch(), ['add', '--create', 'users.txt', 'ada'], Readable.from([LATIN1]))
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/^error: the password is not UTF-8\nhint: /) })
  })

  test('are none at a terminal either, and the terminal is as it was', async () => {
    const terminal = keyboard(LATIN1)
    const { code, err } = await run(scratch(), ['add', '--create', 'users.txt', 'ada'], terminal)
    expect(code).toBe(2)
    expect(err).toContain('error: the password is not UTF-8\n')
    expect(terminal.raw).toEqual([true, false])
  })

  test('but a character may come in pieces', async () => {
    const cwd = scratch()
    const pieces = Array.from(Buffer.from('\ufeffcafé\u{1f511}\n'), (byte) => Buffer.from([byte]))
    expect(await run(cwd, ['add', '--create', 'users.txt', 'ada'], Readable.from(pieces))).toMatchObject({ code: 0 })
    const typed = keyboard(...pieces)
    expect(await run(cwd, ['verify', 'users.txt', 'ada'], typed)).toMatchObject({ code: 0, out: 'right\n' })
  })
})

test('names are shown so that they say nothing to a terminal', async () => {
  const cwd = scratch()
  writeFileSync(join(cwd, 'users.txt'), '')
  const name = 'a\u009b2Jb\u202e\u001b]0;x\u0007'
  const { code, err } = await run(cwd, ['remove', 'users.txt', name])
  expect(code).toBe(1)
  expect(err).toMatch(/^[\x20-\x7e\n]+$/)
})

describe('import', () => {
  test('takes htpasswd files', async () => {
    const cwd = scratch()
    const stored = await hash('sesame')
    writeFileSync(join(cwd, '.htpasswd'), `# old\nada:${stored}\r\n\nbob:${stored}:comment\n`)
    expect(await run(cwd, ['import', '.htpasswd', '--to', 'new', '--create'])).toEqual({
      code: 0,
      out: 'added 2, changed 0\n',
      err: '',
    })
    expect(await run(cwd, ['verify', 'new', 'bob'], 'sesame')).toMatchObject({ code: 0 })
  })

  test('takes CSV with passwords and hashes, and shows how far it is', async () => {
    const cwd = scratch()
    const stored = await hash('sesame')
    writeFileSync(join(cwd, 'users.csv'), `Username,Password\r\nada,"${stored}"\r\n"bob","a ""quoted"", one"\r\n\r\n`)
    const { code, out, err } = await run(cwd, ['import', 'users.csv', '--to', 'new', '--create'], '', true)
    expect({ code, out }).toEqual({ code: 0, out: 'added 2, changed 0\n' })
    expect(err).toMatch(/^\r\[[#.]{30}\] 1 of 2\r\[#{30}\] 2 of 2\n$/)
    expect(await run(cwd, ['verify', 'new', 'ada'], 'sesame')).toMatchObject({ code: 0 })
    expect(await run(cwd, ['verify', 'new', 'bob'], 'a "quoted", one')).toMatchObject({ code: 0 })
  })

  test.each([
    ['an unknown hash', 'users.csv', 'ada,$9$canary$x\n', ':1: '],
    ['a locked hash', 'users.csv', 'ada,x\nbob,!canary\n', ':2: '],
    ['three fields', 'users.csv', 'ada,canary,x\n', ':1: '],
    ['an open quote', 'users.csv', 'ada,"canary\n', 'line 1: '],
    ['no colon', 'htpasswd', 'canary\n', ':1: '],
    ['plain text', 'htpasswd', '# x\nada:canary\n', ':2: '],
    ['bytes that are no text', 'htpasswd', Buffer.from([0x61, 0x3a, 0xff]), 'not UTF-8'],
  ])('refuses %s by its line, shows nothing of it, and changes nothing', async (_what, name, content, where) => {
    const cwd = scratch()
    writeFileSync(join(cwd, name), content)
    writeFileSync(join(cwd, 'users.txt'), '')
    const { code, err } = await run(cwd, ['import', name, '--to', 'users.txt'])
    expect(code).toBe(2)
    expect(err).toMatch(/^error: .*\nhint: .*\n$/)
    expect(err).toContain(where)
    expect(err).not.toContain('canary')
    expect(readFileSync(join(cwd, 'users.txt'), 'utf8')).toBe('')
  })
})

test.each([
  [['add', 'memory:ada:x', 'ada'], 'cannot be edited here'],
  [['list', 'file:'], 'the path is empty'],
  [['add', '--scheme', 'md5', 'users.txt', 'ada'], 'argon2id'],
  [['frobnicate'], 'frobnicate'],
  [['import', 'x'], '--to'],
])('wrong usage ends in 2: %j', async (args, says) => {
  expect(await run(scratch(), args, 'sesame')).toMatchObject({ code: 2, out: '', err: expect.stringContaining(says) })
})

test('--help shows the commands, and ends in 0', async () => {
  const { code, out } = await run(scratch(), ['--help'])
  expect(code).toBe(0)
  for (const command of ['add', 'remove', 'verify', 'list', 'import']) expect(out).toContain(`  ${command} `)
})

describe('readCsv', () => {
  test.each<[string, readonly (readonly string[])[]]>([
    [
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\r\n"c","d"\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['"a\nb","c""d"', [['a\nb', 'c"d']]],
    [
      '\ufeffa,\n,\n\n',
      [
        ['a', ''],
        ['', ''],
      ],
    ],
    ['a,', [['a', '']]],
    ['', []],
    ['a\rb,c', [['a\rb', 'c']]],
  ])('%j', (text, expected) => {
    expect([...readCsv(text)].map(({ fields }) => fields)).toEqual(expected)
  })

  test.each(['"a', 'a"b,c', '"a"b,c'])('refuses %j', (text) => {
    expect(() => [...readCsv(text)]).toThrow(SyntaxError)
  })
})

test('the progress bar is drawn ten times a second at most, and at the end', () => {
  let time = 0
  const drawn: string[] = []
  const bar = progressBar(
    1_000,
    (text) => drawn.push(text),
    () => time,
  )
  for (let done = 1; done <= 1_000; done++) {
    time += 1
    bar.update(done)
  }
  bar.end()
  expect(drawn.length).toBeLessThanOrEqual(13)
  expect(drawn.at(-2)).toBe(`\r[${'#'.repeat(30)}] 1000 of 1000`)
  expect(drawn.at(-1)).toBe('\n')
})

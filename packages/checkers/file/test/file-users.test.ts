import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'
import { hash, plain, userChecker, verify } from '@gatewright/passwords'
import { password, prepareUsername } from '@gatewright/portal'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type FileUsersOptions, fileChecker, fileUsers, type LineProblem, openPasswordFile } from '../src/index.ts'
import { foldCase } from '../src/layout.ts'
import { attempt, SESAME, scratchDirectory, scratchFile, stored } from './scratch.ts'

const fault = (code: string, message: RegExp | string = '') =>
  expect.objectContaining({
    name: 'FileError',
    code,
    message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
    hint: expect.any(String),
  })

/** Users of a file with this in it, and the problems that it has. */
function usersOf(content: string | Uint8Array, options: Omit<FileUsersOptions, 'path'> = {}) {
  const problems: LineProblem[] = []
  const path = scratchFile(content)
  const users = fileUsers({ path, onProblem: (problem) => problems.push(problem), ...options })
  return { users, problems, path }
}

const idOf = async (users: { find: ReturnType<typeof fileUsers>['find'] }, name: string) =>
  (await users.find(name, attempt))?.id

describe('lines', () => {
  test('are name, colon and stored password; what follows a second colon is no part of it', async () => {
    const { users, problems } = usersOf(`ada:${stored(1)}\nbob:${stored(2)}:a comment:more\n`)
    expect(await users.find('ada', attempt)).toEqual({ id: 'ada', password: stored(1) })
    expect(await users.find('bob', attempt)).toEqual({ id: 'bob', password: stored(2) })
    expect(await users.find('eve', attempt)).toBeUndefined()
    expect(problems).toEqual([])
  })

  test.each([
    ['after a byte order mark', `\ufeffada:${SESAME}\n`],
    ['ended by CRLF', `ada:${SESAME}\r\nbob:x\r\n`],
    ['without an end', `bob:x\nada:${SESAME}`],
    ['ended by CRLF, the last by nothing', `bob:x\r\nada:${SESAME}`],
    ['before blanks', `ada:${SESAME} \t\nbob:x`],
    ['between comments and blank lines', `# users\n\n   \n\r\n#ada:x\nada:${SESAME}\n\n# end`],
    ['after 10 MB of one line', `${'x'.repeat(10_000_000)}\nada:${SESAME}\n`],
    ['after 10 MB of one comment', `#${'x'.repeat(10_000_000)}\nada:${SESAME}\n`],
    ['after a name of 300 bytes', `${'n'.repeat(300)}:${SESAME}\nada:${SESAME}`],
    ['among a million line ends', `${'\n'.repeat(500_000)}ada:${SESAME}${'\n'.repeat(500_000)}`],
  ])('are found %s', async (_where, content) => {
    const { users } = usersOf(content)
    const found = await users.find('ada', attempt)
    expect(found?.id).toBe('ada')
    expect(await verify(found?.password ?? '', 'sesame')).toBe('match')
  })

  test('that are bad are passed over, reported by number, and hide no good one', async () => {
    const lines: [string | Buffer, string | undefined][] = [
      [`ada:${stored(1)}`, undefined],
      ['no colon', 'it has too few fields'],
      [Buffer.concat([Buffer.from('b\xffd:', 'latin1'), Buffer.from(stored(2))]), 'it is not UTF-8'],
      [Buffer.concat([Buffer.from(`\xc3\x28:`, 'latin1'), Buffer.from(stored(2))]), 'it is not UTF-8'],
      [`nul\0:${stored(3)}`, 'it holds a control character'],
      [`mac:${stored(4)}\rmac2:${stored(4)}`, 'it holds a control character'],
      [`:${stored(5)}`, 'nobody can have its name'],
      [`bidi\u202e:${stored(5)}`, 'nobody can have its name'],
      [`${'n'.repeat(256)}:${stored(5)}`, 'nobody can have its name'],
      [`long:${'x'.repeat(8_200)}`, 'it is longer than 8,192 bytes'],
      [`zoë:${stored(6)}`, undefined],
    ]
    const content = Buffer.concat(lines.flatMap(([line]) => [Buffer.from(line), Buffer.from('\n')]))
    const { users, problems, path } = usersOf(content)
    expect(await idOf(users, 'ada')).toBe('ada')
    expect(await idOf(users, 'zoë')).toBe('zoë')
    for (const name of ['no colon', 'nul', 'nul\0', 'mac', 'mac2', '', 'long', '\ufffd', 'b\ufffdd']) {
      expect(await idOf(users, name)).toBeUndefined()
    }
    const expected = lines.flatMap(([, problem], i) => (problem ? [{ path, line: i + 1, problem }] : []))
    expect(problems).toEqual(expected)
    expect(inspect(problems)).not.toContain('argon2')
  })

  test('that are bad and reported to nobody become one process warning', async () => {
    const path = scratchFile(`bad\nworse\nada:${SESAME}`)
    const heard: string[] = []
    const listen = (warning: Error & { readonly code?: string }) => {
      if (warning.code === 'GATEWRIGHT_FILE') heard.push(warning.message)
    }
    process.on('warning', listen)
    onTestFinished(() => void process.off('warning', listen))
    const users = fileUsers({ path })
    await users.ready()
    await new Promise((resolve) => setImmediate(resolve))
    expect(heard).toEqual([`${path}:1 was passed over: it has too few fields; 1 more lines cannot be used either`])
  })

  test('bad by the hundred thousand are counted, and the first hundred told', async () => {
    const { users, problems } = usersOf(`${'bad\n'.repeat(100_000)}ada:${SESAME}`)
    expect(await idOf(users, 'ada')).toBe('ada')
    expect(problems.length).toBe(100)
  })

  test.each([
    ['of no known format', 'sesame', 'in no known format'],
    ['of an unknown format', '$9$abc$def', 'in format $9$'],
    ['cut', SESAME.slice(0, -10), 'malformed'],
    ['that claims 2 GiB', '$argon2id$v=19$m=2097152,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA', 'above the limit'],
  ])(
    'with a stored password %s are a fault for their user, by number, and for nobody else',
    async (_what, bad, says) => {
      const { users, path } = usersOf(`# users\nada:${SESAME}\nbob:${bad}\neve:${SESAME}\n`)
      const error = await Promise.resolve()
        .then(() => users.ready())
        .then(() => users.find('bob', attempt))
        .catch((thrown: unknown) => thrown)
      expect(error).toEqual(fault('BAD_LINE', `${path}:3`))
      expect(String(error)).toContain(says)
      expect(inspect(error, { depth: 9 })).not.toContain(bad)
      expect(await idOf(users, 'ada')).toBe('ada')
      expect(await idOf(users, 'eve')).toBe('eve')
    },
  )

  test('are numbered rightly far into a file', async () => {
    const lines = Array.from({ length: 5_000 }, (_, i) => (i % 7 === 0 ? '# comment' : `user${i}:nonsense`))
    const { users, path } = usersOf(lines.join('\n'))
    await users.ready()
    for (const i of [1, 1_022, 1_023, 1_024, 1_025, 2_047, 2_048, 4_999]) {
      if (i % 7 !== 0) expect(() => users.find(`user${i}`, attempt)).toThrow(fault('BAD_LINE', `${path}:${i + 1}:`))
    }
  })

  test('with nothing stored let nobody in, and locked ones say so', async () => {
    const { users } = usersOf(`ada:\nbob:!${SESAME}\neve:*\n`)
    expect(await users.find('ada', attempt)).toEqual({ id: 'ada' })
    expect(await users.find('bob', attempt)).toEqual({ id: 'bob', blocked: 'locked' })
    expect(await users.find('eve', attempt)).toEqual({ id: 'eve', blocked: 'locked' })
    const checker = userChecker(users)
    for (const [name, secret] of [
      ['ada', ''],
      ['ada', ' '],
      ['bob', 'sesame'],
      ['bob', `!${SESAME}`],
      ['eve', '*'],
    ] as const) {
      expect(await checker.check(password(name, secret), attempt)).toMatchObject({ outcome: 'reject' })
    }
  })

  test('of one name are a fault for it that names both, and no choice between them', async () => {
    const { users, problems, path } = usersOf(`ada:${stored(1)}\nbob:${stored(2)}\nada:${stored(3)}\n`)
    await users.ready()
    expect(() => users.find('ada', attempt)).toThrow(fault('BAD_LINE', `${path}:1 and line 3 are of one user`))
    expect(await idOf(users, 'bob')).toBe('bob')
    expect(problems).toEqual([{ path, line: 3, problem: 'its name stands in line 1 too' }])
  })

  test('of one name a hundred thousand times slow nobody down', async () => {
    const { users } = usersOf(`${`ada:${stored(1)}\n`.repeat(100_000)}bob:${stored(2)}\n`)
    const began = performance.now()
    await users.ready()
    expect(() => users.find('ada', attempt)).toThrow(fault('BAD_LINE', 'line 2'))
    expect(await idOf(users, 'bob')).toBe('bob')
    expect(performance.now() - began).toBeLessThan(5_000)
  })

  test('of names that are prepared alike are of one name', async () => {
    const { users } = usersOf(`zoe\u0308:${stored(1)}\n`)
    expect(await idOf(users, 'zo\u00eb')).toBe('zo\u00eb')
    expect(await idOf(users, 'zoe\u0308')).toBe('zo\u00eb')
    const { users: two } = usersOf(`zoe\u0308:${stored(1)}\nzo\u00eb:${stored(2)}\n`)
    await two.ready()
    expect(() => two.find('zoë', attempt)).toThrow(fault('BAD_LINE'))
  })

  test('of any bytes are read as a slow and simple reader reads them', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'ada',
        'bob',
        'zoë',
        ':',
        '\n',
        '\r\n',
        '\r',
        '#',
        ' ',
        '\t',
        '\0',
        '::',
        stored(1),
        stored(2),
        '\ufeff',
      ),
      fc.string({ maxLength: 6 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const content = pieces.join('').toWellFormed()
        if (content.startsWith('\ufeff')) return
        const { users } = usersOf(content)
        try {
          await users.ready()
        } catch (error) {
          expect(error).toEqual(fault('WRONG_FILE'))
          return
        }
        const model = simply(content)
        for (const name of new Set([...model.keys(), 'ada', 'bob', 'zoë'])) {
          const lines = model.get(name) ?? []
          const found = await Promise.resolve()
            .then(() => users.find(name, attempt))
            .catch((error: { readonly code: string }) => error.code)
          const [only] = lines
          if (only === undefined || prepareUsername(name) !== name) expect(found).toBeUndefined()
          else if (lines.length > 1 || !(only === '' || /^[!*]/.test(only) || only === stored(1) || only === stored(2)))
            expect(found).toBe('BAD_LINE')
          else expect(found).toMatchObject({ id: name })
        }
      }),
      { seed: 3, numRuns: 80 },
    )
  })
})

/** What the lines of a file say, read without any haste. */
function simply(content: string): Map<string, string[]> {
  const users = new Map<string, string[]>()
  for (const raw of content.split('\n')) {
    const line = raw.replace(/[ \t-\r]+$/, '')
    const [name, field] = line.split(':')
    if (line.startsWith('#') || name === undefined || field === undefined || name === '') continue
    if (/[^\P{Cc}\t\x80-\x9f]/u.test(line) || /[\t\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(name)) continue
    const key = name.normalize('NFC')
    users.set(key, [...(users.get(key) ?? []), field])
  }
  return users
}

describe("options under Twisted's names", () => {
  test('delim and fields', async () => {
    const { users } = usersOf(`1||${stored(1)}||x||ada\n2||${stored(2)}||y||bob||more\n3||${stored(3)}||z\n`, {
      delim: '||',
      usernameField: 3,
      passwordField: 1,
    })
    expect(await users.find('ada', attempt)).toEqual({ id: 'ada', password: stored(1) })
    expect(await users.find('bob', attempt)).toEqual({ id: 'bob', password: stored(2) })
    expect(await users.find('z', attempt)).toBeUndefined()
  })

  test('delim may be a tab, or be written in several bytes', async () => {
    for (const delim of ['\t', 'ü', ' : ']) {
      const { users } = usersOf(`ada${delim}${stored(1)}\n`, { delim })
      expect(await users.find('ada', attempt)).toEqual({ id: 'ada', password: stored(1) })
    }
  })

  test('caseSensitive: false finds every spelling, and answers with the stored one', async () => {
    const { users } = usersOf(`Ada:${stored(1)}\nÜNAL:${stored(2)}\nbob:${stored(3)}\n`, { caseSensitive: false })
    for (const name of ['Ada', 'ada', 'ADA']) expect(await idOf(users, name)).toBe('Ada')
    for (const name of ['ünal', 'ÜNAL', 'u\u0308nal']) expect(await idOf(users, name)).toBe('ÜNAL')
    expect(await idOf(users, 'BOB')).toBe('bob')
    const { users: twins } = usersOf(`Ada:${stored(1)}\nada:${stored(2)}\n`, { caseSensitive: false })
    await twins.ready()
    expect(() => twins.find('ADA', attempt)).toThrow(fault('BAD_LINE', 'line 2'))
  })

  test('folding a folded name changes nothing, for every character there is', () => {
    const restless: string[] = []
    for (let point = 0; point < 0x110000; point++) {
      if (point >= 0xd800 && point < 0xe000) continue
      for (const name of [String.fromCodePoint(point), `A${String.fromCodePoint(point)}\u0301`]) {
        const once = foldCase(name.normalize('NFC'))
        if (foldCase(once) !== once || once.normalize('NFC') !== once) restless.push(name)
      }
    }
    expect(restless).toEqual([])
  })

  test('plaintext reads unknown formats as the password, and known ones as what they are', async () => {
    const { users } = usersOf(`ada:sesame\nbob:${SESAME}\neve:${SESAME.slice(0, -4)}\nlen:\nmax:!x\n`, {
      plaintext: true,
    })
    expect(await users.find('ada', attempt)).toEqual({ id: 'ada', password: plain('sesame') })
    expect(await users.find('bob', attempt)).toEqual({ id: 'bob', password: SESAME })
    expect(await users.find('max', attempt)).toEqual({ id: 'max', password: plain('!x') })
    expect(() => users.find('eve', attempt)).toThrow(fault('BAD_LINE'))
    expect(await users.find('len', attempt)).toEqual({ id: 'len' })
    const checker = userChecker(users)
    expect(await checker.check(password('ada', 'sesame'), attempt)).toMatchObject({ outcome: 'accept' })
    expect(await checker.check(password('bob', SESAME), attempt)).toMatchObject({ outcome: 'reject' })
  })

  test('allowDes verifies what htpasswd -d makes, and without it such a line is a fault', async () => {
    const line = 'ada:CCNf8Sbh3HDfQ\nbob:thirteen chars\n'
    const { users } = usersOf(line, { allowDes: true })
    const checker = userChecker(users)
    const outcome = async (name: string, typed: string) =>
      (await Promise.resolve(checker.check(password(name, typed), attempt)).catch((error) => error)) as unknown
    expect(await outcome('ada', 'U*U*U*U*')).toMatchObject({ outcome: 'accept', id: 'ada' })
    expect(await outcome('ada', 'U*U*U*U')).toMatchObject({ outcome: 'reject' })
    expect(await outcome('ada', 'CCNf8Sbh3HDfQ')).toMatchObject({ outcome: 'reject' })
    expect(await outcome('bob', 'thirteen chars')).toEqual(fault('BAD_LINE'))
    const { users: strict } = usersOf(line)
    await expect(strict.ready().then(() => strict.find('ada', attempt))).rejects.toEqual(fault('BAD_LINE'))
  })

  test('rehash replaces plain text and DES too, as they stand in the file', async () => {
    const { users, path } = usersOf('ada:sesame\nbob:CCNf8Sbh3HDfQ\n', {
      plaintext: true,
      allowDes: true,
      rehash: true,
    })
    const replace = async (name: string, next: string) =>
      users.replacePassword?.(name, (await users.find(name, attempt))?.password ?? '', next)
    expect(await users.replacePassword?.('ada', plain('Sesame'), stored(1))).toBe(false)
    expect(await users.replacePassword?.('ada', 'sesame', stored(1))).toBe(false)
    expect(await users.replacePassword?.('eve', plain('sesame'), stored(1))).toBe(false)
    expect(readFileSync(path, 'utf8')).toBe('ada:sesame\nbob:CCNf8Sbh3HDfQ\n')
    expect(await replace('ada', stored(1))).toBe(true)
    expect(await replace('bob', stored(2))).toBe(true)
    expect(readFileSync(path, 'utf8')).toBe(`ada:${stored(1)}\nbob:${stored(2)}\n`)
  })

  test('rehash replaces a stale string when its owner logs in, and nothing else', async () => {
    const weak = await hash('sesame', { memory: 8192, passes: 1, allowWeak: true })
    const { users, path } = usersOf(`# ours\nada:${weak}:staff\n`, { rehash: true })
    const checker = userChecker(users)
    expect(await checker.check(password('ada', 'guess!'), attempt)).toMatchObject({ outcome: 'reject' })
    expect((await users.find('ada', attempt))?.password).toBe(weak)
    expect(await checker.check(password('ada', 'sesame'), attempt)).toMatchObject({ outcome: 'accept' })
    // A slow disk may take longer than a login waits for it.
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).not.toContain(weak), { timeout: 20_000 })
    const now = (await users.find('ada', attempt))?.password ?? ''
    expect(now).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(readFileSync(path, 'utf8')).toBe(`# ours\nada:${now}:staff\n`)
  })

  test.each<[string, object]>([
    ['no path', {}],
    ['an empty path', { path: '' }],
    ['a path with NUL', { path: 'a\0b' }],
    ['an empty delim', { path: 'x', delim: '' }],
    ['a delim with a line end', { path: 'x', delim: ':\n' }],
    ['a negative field', { path: 'x', usernameField: -1 }],
    ['one field for both', { path: 'x', passwordField: 0 }],
    ['a case that is no boolean', { path: 'x', caseSensitive: 'no' }],
    ['a plaintext that is no boolean', { path: 'x', plaintext: 1 }],
    ['an allowDes that is no boolean', { path: 'x', allowDes: 'yes' }],
    ['too many bytes', { path: 'x', maxBytes: 2 ** 40 }],
    ['a negative recheckMs', { path: 'x', recheckMs: -1 }],
    ['a slip', { path: 'x', delimiter: ':' }],
    ["Twisted's hash", { path: 'x', hash: () => '' }],
    ["Twisted's cache", { path: 'x', cache: true }],
    ['no name', { path: 'x', name: '' }],
  ])('are refused at once, with a hint: %s', (_what, options) => {
    const path = scratchFile('')
    const given = 'path' in options && options.path === 'x' ? { ...options, path } : options
    expect(() => fileUsers(given as FileUsersOptions)).toThrow(
      expect.objectContaining({ name: 'PortalError', code: 'BAD_CONFIGURATION', hint: expect.any(String) }),
    )
  })

  test('a path may be a URL, and is resolved at once', async () => {
    const path = scratchFile(`ada:${SESAME}\n`)
    expect(await idOf(fileUsers({ path: new URL(`file://${path}`) }), 'ada')).toBe('ada')
    expect(fileUsers({ path }).name).toBe(`file:${path}`)
  })
})

describe('files of other kinds are refused, with a hint to what reads them', () => {
  test.each([
    ['passwd(5)', 'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/usr/sbin/nologin\n', 'auth unix'],
    ['shadow(5)', 'root:*:19000:0:99999:7:::\nada:$6$salt$hash:19000:0:99999:7:::\n', 'auth unix'],
    ['shadow(5) without ages', 'root:!:::::::\n', 'auth unix'],
    ['master.passwd', 'root:$2b$x:0:0:daemon:0:0:Charlie:/root:/bin/sh\n', 'auth unix'],
    ['passwd(5) after a comment', '# FreeBSD\n\nroot:*:0:0:Charlie:/root:/bin/sh\n', 'auth unix'],
    ['htdigest', `ada:desk:${'0'.repeat(32)}\n`, 'auth htdigest'],
    ['UTF-16', Buffer.from(`\ufeffada:${SESAME}\n`, 'utf16le'), 'UTF-8'],
  ])('%s', async (_what, content, hint) => {
    const { users } = usersOf(content)
    const refusal = expect.objectContaining({ code: 'WRONG_FILE', hint: expect.stringContaining(hint) })
    await expect(users.ready()).rejects.toEqual(refusal)
    await expect(users.find('root', attempt)).rejects.toEqual(refusal)
  })

  test('unless its layout says that it is meant', async () => {
    const { users } = usersOf(`x:${stored(1)}:0:0:ada:/root:/bin/sh\n`, { usernameField: 4 })
    expect(await idOf(users, 'ada')).toBe('ada')
  })
})

describe('what is no readable file is a fault, at once', () => {
  const directory = () => scratchDirectory()

  test.each<[string, string, (path: string) => void]>([
    ['a missing one', 'MISSING', () => undefined],
    ['a directory', 'NOT_A_FILE', (path) => mkdirSync(path)],
    ['a FIFO', 'NOT_A_FILE', (path) => execFileSync('mkfifo', [path])],
    ['a dangling link', 'MISSING', (path) => symlinkSync('nowhere', path)],
    ['a looping link', 'UNREADABLE', (path) => symlinkSync(path, path)],
    ['a link to a device', 'NOT_A_FILE', (path) => symlinkSync('/dev/zero', path)],
    ['a file below a file', 'MISSING', (path) => writeFileSync(path, '')],
  ])('%s', async (what, code, make) => {
    const path = join(directory(), 'users')
    make(path)
    const asked = what.startsWith('a file below') ? join(path, 'users') : path
    expect(() => fileUsers({ path: asked })).toThrow(fault(code))
    expect(() => fileChecker({ path: asked })).toThrow(fault(code))
  })

  test('a socket', async () => {
    const path = join(directory(), 'socket')
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(path, resolve))
    try {
      expect(() => fileUsers({ path })).toThrow(fault('NOT_A_FILE'))
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })

  test('and when it becomes one later, and back again', async () => {
    const { users, path } = usersOf(`ada:${SESAME}\n`)
    expect(await idOf(users, 'ada')).toBe('ada')
    for (const [code, make] of [
      ['MISSING', () => undefined],
      ['NOT_A_FILE', () => mkdirSync(path)],
      ['NOT_A_FILE', () => execFileSync('mkfifo', [path])],
      ['WRONG_FILE', () => writeFileSync(path, 'root:x:0:0:root:/root:/bin/bash\n')],
    ] as const) {
      execFileSync('rm', ['-rf', path])
      make()
      // Four threads could be lost to a FIFO; the fifth look-up would wait for ever.
      for (let i = 0; i < 6; i++) await expect(users.find('ada', attempt)).rejects.toEqual(fault(code))
    }
    unlinkSync(path)
    writeFileSync(path, `ada:${SESAME}\n`)
    expect(await idOf(users, 'ada')).toBe('ada')
  })

  test('a file above maxBytes, whose size is looked at before it is read', async () => {
    const { users } = usersOf(`ada:${SESAME}\n`, { maxBytes: 20 })
    await expect(users.find('ada', attempt)).rejects.toEqual(fault('TOO_LARGE', 'more than 20'))
  })

  test.each([0o602, 0o606, 0o666, 0o777])('one that everybody may write to: mode %o', async (mode) => {
    const { users, path } = usersOf(`ada:${SESAME}\n`)
    expect(await idOf(users, 'ada')).toBe('ada')
    chmodSync(path, mode)
    await expect(users.find('ada', attempt)).rejects.toEqual(fault('UNSAFE'))
    expect(() => fileUsers({ path })).toThrow(fault('UNSAFE'))
    await expect(openPasswordFile(path)).rejects.toEqual(fault('UNSAFE'))
    chmodSync(path, 0o660)
    expect(await idOf(users, 'ada')).toBe('ada')
  })

  test('one that was swapped for another, however often, is one of them whole or no file', async () => {
    const directory = scratchDirectory()
    const at = (name: string) => join(directory, name)
    writeFileSync(at('mine'), `ada:${SESAME}\n`)
    writeFileSync(at('unsafe'), `eve:${SESAME}\n`)
    chmodSync(at('unsafe'), 0o666)
    execFileSync('mkfifo', [at('fifo')])
    const point = (target: string) => {
      symlinkSync(target, at('next'))
      renameSync(at('next'), at('users'))
    }
    point('mine')
    const users = fileUsers({ path: at('users') })
    const seen = new Set<string>()
    for (let i = 0; i < 300; i++) {
      const asked = Promise.resolve()
        .then(() => users.find('eve', attempt))
        .then((user) => user?.id ?? 'nobody')
        .catch((error: { readonly code: string }) => error.code)
      point(['unsafe', 'mine', 'fifo', 'nowhere'][i % 4] as string)
      seen.add(await asked)
    }
    expect(seen).not.toContain('eve')
    expect([...seen].filter((end) => !['nobody', 'UNSAFE', 'NOT_A_FILE', 'MISSING'].includes(end))).toEqual([])
  })

  test('one that may not be read', () => {
    const path = scratchFile(`ada:${SESAME}\n`)
    chmodSync(dirname(path), 0o755)
    chmodSync(path, 0o000)
    // Root may read everything, so it is nobody who asks.
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const program = join(import.meta.dirname, 'programs/open.ts')
    const said = execFileSync(process.execPath, ['--conditions=@gatewright/source', program, path], {
      ...nobody,
      encoding: 'utf8',
    })
    expect(said).toMatch(/^UNREADABLE Let the user that this process runs as read it/)
  })
})

describe('changes are seen by the next look-up', () => {
  const change: [string, (path: string) => void][] = [
    ['written anew in place', (path) => writeFileSync(path, `bob:${SESAME}\n`)],
    [
      'replaced by a rename',
      (path) => (writeFileSync(`${path}.new`, `bob:${SESAME}\n`), renameSync(`${path}.new`, path)),
    ],
    [
      'replaced by one of the same size and time',
      (path) => {
        const then = new Date(2_000_000_000_000)
        utimesSync(path, then, then)
        writeFileSync(`${path}.new`, `bob:${SESAME}\n`)
        utimesSync(`${path}.new`, then, then)
        renameSync(`${path}.new`, path)
      },
    ],
    [
      'replaced by an older one',
      (path) => {
        writeFileSync(`${path}.new`, `bob:${SESAME}\n`)
        utimesSync(`${path}.new`, 1, 1)
        renameSync(`${path}.new`, path)
      },
    ],
    [
      'written in place, its time set back',
      (path) => {
        writeFileSync(path, `bob:${SESAME}\n`)
        utimesSync(path, 1, 1)
      },
    ],
  ]

  test.each(change)('%s', async (_how, make) => {
    const { users, path } = usersOf(`ada:${SESAME}\n`)
    for (let time = 0; time < 3; time++) {
      expect(await idOf(users, 'ada')).toBe('ada')
      make(path)
      expect(await idOf(users, 'bob')).toBe('bob')
      expect(await idOf(users, 'ada')).toBeUndefined()
      writeFileSync(path, `ada:${SESAME}\n`)
    }
  })

  test('a link that points elsewhere', async () => {
    const directory = scratchDirectory()
    const at = (name: string) => join(directory, name)
    writeFileSync(at('one'), `ada:${SESAME}\n`)
    writeFileSync(at('two'), `bob:${SESAME}\n`)
    symlinkSync('one', at('users'))
    const users = fileUsers({ path: at('users') })
    for (const [target, name, other] of [
      ['two', 'bob', 'ada'],
      ['one', 'ada', 'bob'],
    ] as const) {
      symlinkSync(target, at('next'))
      renameSync(at('next'), at('users'))
      expect(await idOf(users, name)).toBe(name)
      expect(await idOf(users, other)).toBeUndefined()
    }
  })

  test('a hundred changes in place within a few ticks of the clock', async () => {
    const { users, path } = usersOf('')
    for (let i = 100; i < 200; i++) {
      writeFileSync(path, `user${i}:${SESAME}\n`)
      expect(await idOf(users, `user${i}`)).toBe(`user${i}`)
    }
  })

  test('nobody who is in both versions is ever denied while 40 changes meet 4,000 look-ups', async () => {
    const { users, path } = usersOf(`both:${SESAME}\n`)
    for (let i = 0; i < 40; i++) {
      writeFileSync(`${path}.new`, `user${i}:${SESAME}\nboth:${SESAME}\n`)
      renameSync(`${path}.new`, path)
      const found = await Promise.all(Array.from({ length: 100 }, () => idOf(users, 'both')))
      expect(new Set(found)).toEqual(new Set(['both']))
      expect(await idOf(users, `user${i}`)).toBe(`user${i}`)
      expect(await idOf(users, `user${i - 1}`)).toBeUndefined()
    }
  })

  test('an unchanged file is not read again, and answers within the turn', async () => {
    const done: number[] = []
    const { users } = usersOf(`ada:${SESAME}\n`, { onProgress: (bytes) => done.push(bytes) })
    await Promise.all([users.ready(), idOf(users, 'ada'), idOf(users, 'eve'), users.sample?.()])
    for (let i = 0; i < 10; i++) expect(users.find('ada', attempt)).toMatchObject({ id: 'ada' })
    expect(done.length).toBe(1)
  })

  test('with recheckMs, once that time is over', async () => {
    let { users, path } = usersOf(`ada:${SESAME}\n`, { recheckMs: 3_600_000 })
    expect(await idOf(users, 'ada')).toBe('ada')
    appendFileSync(path, `bob:${SESAME}\n`)
    expect(await idOf(users, 'bob')).toBeUndefined()
    ;({ users, path } = usersOf(`ada:${SESAME}\n`, { recheckMs: 1 }))
    expect(await idOf(users, 'ada')).toBe('ada')
    appendFileSync(path, `bob:${SESAME}\n`)
    const began = performance.now()
    while (performance.now() - began < 2);
    expect(await idOf(users, 'bob')).toBe('bob')
  })

  test('with staleMs, the last good version serves for a while, and the system is warned', async () => {
    const { users, path } = usersOf(`ada:${SESAME}\n`, { staleMs: 3_600_000 })
    expect(await idOf(users, 'ada')).toBe('ada')
    unlinkSync(path)
    expect(await idOf(users, 'ada')).toBe('ada')
    writeFileSync(path, `bob:${SESAME}\n`)
    expect(await idOf(users, 'ada')).toBeUndefined()
    const strict = usersOf(`ada:${SESAME}\n`)
    expect(await idOf(strict.users, 'ada')).toBe('ada')
    unlinkSync(strict.path)
    await expect(strict.users.find('ada', attempt)).rejects.toEqual(fault('MISSING'))
  })
})

describe('the source', () => {
  test('samples a stored password of its users, whatever stands beside it', async () => {
    const { users } = usersOf(`a:\nb:!\nc:nonsense\nd:${SESAME}\n`)
    expect(await users.sample?.()).toBe(SESAME)
    expect(await usersOf('a:\nb:!\n').users.sample?.()).toBeUndefined()
    expect(await usersOf('').users.sample?.()).toBeUndefined()
  })

  test('once closed is unavailable, and denies nobody', async () => {
    const { users } = usersOf(`ada:${SESAME}\n`)
    await users.ready()
    await users.close()
    await users.close()
    expect(() => users.find('ada', attempt)).toThrow(expect.objectContaining({ code: 'CLOSED' }))
  })

  test('shows nothing of the file in print', async () => {
    const { users } = usersOf(`ada:${SESAME}\n`)
    await users.ready()
    expect(inspect(users, { depth: 9, showHidden: true }) + JSON.stringify(users)).not.toContain(SESAME.slice(-20))
  })

  test('is not harmed by a watcher that throws', async () => {
    const path = scratchFile(`bad\nada:${SESAME}\n`)
    const fail = () => {
      throw new Error('a watcher')
    }
    const users = fileUsers({ path, onProblem: fail, onProgress: fail })
    expect(await idOf(users, 'ada')).toBe('ada')
  })
})

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { disk } from '../src/disk.ts'
import { takeLock } from '../src/file-lock.ts'
import { openPasswordFile } from '../src/index.ts'
import { SESAME, scratchDirectory, scratchFile, stored } from './scratch.ts'

const read = (path: string) => readFileSync(path, 'utf8')
const fault = (code: string) => expect.objectContaining({ name: 'FileError', code, hint: expect.any(String) })

describe('set', () => {
  test('adds, changes, and leaves everything else as it is', async () => {
    const path = scratchFile(`\ufeff# users of the desk\n\nada:${stored(1)}:staff\nnonsense\nbob:${stored(2)}`)
    const file = await openPasswordFile(path)
    expect(await file.set('ada', { stored: stored(3) })).toBe(false)
    expect(await file.set('eve', { stored: stored(4) })).toBe(true)
    expect(read(path)).toBe(
      `\ufeff# users of the desk\n\nada:${stored(3)}:staff\nnonsense\nbob:${stored(2)}\neve:${stored(4)}\n`,
    )
  })

  test('hashes a password, which then verifies', async () => {
    const file = await openPasswordFile(scratchFile(''))
    await file.set('ada', 'sesame')
    expect(await file.verify('ada', 'sesame')).toBe(true)
    expect(await file.verify('ada', 'Sesame')).toBe(false)
    expect(await file.verify('bob', 'sesame')).toBe(false)
  })

  test('hashes as it was told', async () => {
    const path = scratchFile('')
    await (await openPasswordFile(path, { hash: { scheme: 'scrypt' } })).set('ada', 'sesame')
    expect(read(path)).toMatch(/^ada:\$scrypt\$/)
  })

  test('ends lines as the file does, also one that had no end', async () => {
    const path = scratchFile(`ada:${stored(1)}\r\n`)
    const file = await openPasswordFile(path)
    await file.set('bob', { stored: stored(2) })
    expect(read(path)).toBe(`ada:${stored(1)}\r\nbob:${stored(2)}\r\n`)
    await file.set('ada', { stored: stored(3) })
    expect(read(path)).toBe(`ada:${stored(3)}\r\nbob:${stored(2)}\r\n`)
  })

  test('leaves one line where there were several of one user', async () => {
    const path = scratchFile(`ada:${stored(1)}\nbob:${stored(2)}\nada:${stored(3)}\nada:${stored(4)}`)
    const file = await openPasswordFile(path)
    await file.set('ada', { stored: stored(5) })
    expect(read(path)).toBe(`ada:${stored(5)}\nbob:${stored(2)}\n`)
  })

  test('writes in any layout what is read back in it', async () => {
    const path = scratchFile('')
    const layout = { delim: '||', usernameField: 3, passwordField: 1, caseSensitive: false }
    const file = await openPasswordFile(path, layout)
    await file.set('Ada', { stored: stored(1) })
    await file.set('ADA', { stored: stored(2) })
    expect(read(path)).toBe(`||${stored(2)}||||Ada\n`)
    expect(await file.list()).toEqual(['Ada'])
  })

  test.each([
    'a:b',
    'a\nb',
    'a\rb',
    'a\0b',
    '#a',
    'a#b',
    '',
    ' a',
    'a ',
    '\ufeffa',
    'a\ud800',
    'n'.repeat(256),
    'a\u2028b',
  ])('refuses a name that could not be read back: %j', async (name) => {
    const path = scratchFile(`ada:${SESAME}\n`)
    const file = await openPasswordFile(path)
    await expect(file.set(name, { stored: stored(1) })).rejects.toEqual(fault('UNSTORABLE'))
    await expect(file.import([{ name, stored: stored(1) }])).rejects.toEqual(fault('UNSTORABLE'))
    expect(read(path)).toBe(`ada:${SESAME}\n`)
  })

  test.each([
    '',
    'sesame',
    `${SESAME}\neve:${SESAME}`,
    `${SESAME}:x`,
    `${SESAME} `,
    '!',
    SESAME.slice(0, -9),
    '$9$x$y',
  ])('refuses a stored string that nobody could log in with: %j', async (bad) => {
    const path = scratchFile(`ada:${SESAME}\n`)
    const file = await openPasswordFile(path)
    const error = await file.set('ada', { stored: bad }).catch((thrown: unknown) => thrown)
    expect(error).toEqual(fault('UNSTORABLE'))
    if (bad.length > 8) expect(inspect(error)).not.toContain(bad)
    expect(read(path)).toBe(`ada:${SESAME}\n`)
  })

  test('refuses a hash that the delimiter would cut', async () => {
    const file = await openPasswordFile(scratchFile(''), { delim: ',' })
    await expect(file.set('ada', 'sesame')).rejects.toEqual(fault('UNSTORABLE'))
  })

  test('makes the file if it may, for its owner alone', async () => {
    const path = join(scratchDirectory(), 'users')
    await expect(openPasswordFile(path)).rejects.toEqual(fault('MISSING'))
    const file = await openPasswordFile(path, { create: true })
    await file.set('ada', { stored: stored(1) })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(await file.list()).toEqual(['ada'])
  })

  test('keeps mode and owner', async () => {
    const path = scratchFile(`ada:${SESAME}\n`)
    chmodSync(path, 0o640)
    if (process.getuid?.() === 0) chownSync(path, 1234, 2345)
    const { uid, gid } = statSync(path)
    await (await openPasswordFile(path)).set('bob', { stored: stored(1) })
    expect(statSync(path)).toMatchObject({ uid, gid, mode: 0o100640 })
  })

  test('keeps a symbolic link, and replaces what it leads to', async () => {
    const directory = scratchDirectory()
    mkdirSync(join(directory, 'data'))
    writeFileSync(join(directory, 'data/users'), `ada:${SESAME}\n`)
    symlinkSync('data/users', join(directory, 'users'))
    await (await openPasswordFile(join(directory, 'users'))).set('bob', { stored: stored(1) })
    expect(readlinkSync(join(directory, 'users'))).toBe('data/users')
    expect(read(join(directory, 'data/users'))).toBe(`ada:${SESAME}\nbob:${stored(1)}\n`)
    expect(readdirSync(join(directory, 'data'))).toEqual(['users'])
  })

  test('of any names, as often as one likes, is what a Map would hold', { timeout: 120_000 }, async () => {
    const path = scratchFile('# begin\n')
    const file = await openPasswordFile(path)
    const model = new Map<string, string>()
    const names = fc.sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), { seed: 11, numRuns: 150 })
    const usable: { name: string; stored: string }[] = []
    for (const [i, name] of [
      ...names,
      '__proto__',
      'constructor',
      'zoe\u0308',
      'zo\u00eb',
      'a"b',
      "a'b",
      'a,b',
      '-',
    ].entries()) {
      const row = { name, stored: stored(i) }
      const refused = await file.import([row]).then(
        () => false,
        () => true,
      )
      if (refused) continue
      usable.push(row)
      model.delete(name.normalize('NFC'))
      model.set(name.normalize('NFC'), row.stored)
    }
    expect(usable.length).toBeGreaterThan(100)
    expect(new Set(await file.list())).toEqual(new Set(model.keys()))
    for (const [name, value] of model) expect(await file.replace(name, value, value)).toBe(true)
    const [some] = model.keys()
    expect(await file.remove(some ?? '')).toBe(true)
    expect(new Set(await file.list())).toEqual(new Set([...model.keys()].slice(1)))
    expect(read(path).startsWith('# begin\n')).toBe(true)
  })
})

describe('remove', () => {
  test('takes away every line of the user, and no other', async () => {
    const path = scratchFile(`ada:${stored(1)}\n# ada\nada:${stored(2)}\nadam:${stored(3)}\nada:${stored(4)}`)
    const file = await openPasswordFile(path)
    expect(await file.remove('ada')).toBe(true)
    expect(read(path)).toBe(`# ada\nadam:${stored(3)}\n`)
    expect(await file.remove('ada')).toBe(false)
  })

  test('of the last user leaves an empty file', async () => {
    const path = scratchFile(`ada:${stored(1)}`)
    await (await openPasswordFile(path)).remove('ada')
    expect(read(path)).toBe('')
  })
})

describe('replace', () => {
  test('replaces what it was told to expect, and nothing else', async () => {
    const path = scratchFile(`ada:${stored(1)}:staff\nbob:${stored(1)}\n`)
    const file = await openPasswordFile(path)
    expect(await file.replace('ada', stored(2), stored(3))).toBe(false)
    expect(await file.replace('eve', stored(1), stored(3))).toBe(false)
    expect(await file.replace('ada', stored(1), stored(3))).toBe(true)
    expect(read(path)).toBe(`ada:${stored(3)}:staff\nbob:${stored(1)}\n`)
  })
})

describe('verify', () => {
  test('of a locked user, or one with nothing stored, is false; of a bad or double line a fault', async () => {
    const file = await openPasswordFile(scratchFile(`a:!${SESAME}\nb:\nc:nonsense\nd:${SESAME}\nd:${SESAME}\n`))
    expect(await file.verify('a', 'sesame')).toBe(false)
    expect(await file.verify('b', '')).toBe(false)
    await expect(file.verify('c', 'nonsense')).rejects.toEqual(fault('BAD_LINE'))
    await expect(file.verify('d', 'sesame')).rejects.toEqual(fault('BAD_LINE'))
  })
})

describe('import', () => {
  test('takes passwords and stored strings, in one edit', async () => {
    const path = scratchFile(`ada:${stored(1)}\n`)
    const file = await openPasswordFile(path)
    const done: number[] = []
    const report = await file.import(
      [
        { name: 'ada', stored: stored(2) },
        { name: 'bob', password: 'sesame' },
        { name: 'eve', stored: stored(3) },
        { name: 'eve', stored: stored(4) },
      ],
      { onProgress: (count) => done.push(count) },
    )
    expect(report).toEqual({ added: 2, changed: 1 })
    expect(done).toEqual([1, 2, 3, 4])
    expect(await file.list()).toEqual(['ada', 'bob', 'eve'])
    expect(await file.verify('bob', 'sesame')).toBe(true)
    expect(read(path)).toContain(`eve:${stored(4)}\n`)
    expect(read(path)).not.toContain(stored(3))
  })

  test('takes ten thousand from a generator, at once', async () => {
    const path = scratchFile('')
    const file = await openPasswordFile(path)
    async function* rows() {
      for (let i = 0; i < 10_000; i++) yield { name: `user${i}`, stored: stored(i) }
    }
    expect(await file.import(rows())).toEqual({ added: 10_000, changed: 0 })
    expect((await file.list()).length).toBe(10_000)
    expect(await file.import([{ name: 'user5', stored: stored(1) }])).toEqual({ added: 0, changed: 1 })
  })

  test('names the row that is wrong, shows nothing of it, and changes nothing', async () => {
    const path = scratchFile(`ada:${stored(1)}\n`)
    const file = await openPasswordFile(path)
    const rows = [
      { name: 'bob', stored: stored(2) },
      { name: 'a:b', password: 'canary-password' },
    ]
    const error = await file.import(rows).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'UNSTORABLE', message: expect.stringContaining('row 2') })
    expect(inspect(error, { depth: 9 })).not.toContain('canary')
    await expect(file.import([{ name: 'bob', password: '' }])).rejects.toMatchObject({
      message: expect.stringContaining('row 1'),
    })
    expect(read(path)).toBe(`ada:${stored(1)}\n`)
  })

  test('that is aborted changes nothing', async () => {
    const path = scratchFile(`ada:${stored(1)}\n`)
    const file = await openPasswordFile(path)
    const controller = new AbortController()
    function* rows() {
      yield { name: 'bob', stored: stored(2) }
      controller.abort(new Error('enough'))
      yield { name: 'eve', stored: stored(3) }
    }
    await expect(file.import(rows(), { signal: controller.signal })).rejects.toThrow('enough')
    expect(read(path)).toBe(`ada:${stored(1)}\n`)
  })
})

describe('the lock', () => {
  test('of a living process is waited for, and then is a clear error', async () => {
    const path = scratchFile(`ada:${stored(1)}\n`)
    const lock = await takeLock(disk, `${path}.lock`, { shown: path, waitMs: 0 })
    const file = await openPasswordFile(path, { waitMs: 20 })
    await expect(file.set('bob', { stored: stored(2) })).rejects.toEqual(
      expect.objectContaining({ code: 'LOCKED', message: expect.stringContaining(`process ${process.pid}`) }),
    )
    expect(await file.list()).toEqual(['ada'])
    const waiting = (await openPasswordFile(path)).set('bob', { stored: stored(2) })
    await lock.release()
    expect(await waiting).toBe(true)
    expect(readdirSync(dirname(path))).toEqual(['users.txt'])
  })

  test('of another machine is believed', async () => {
    const path = scratchFile(`ada:${stored(1)}\n`)
    const elsewhere = { pid: 1, start: '1', host: 'elsewhere 0 0', nonce: '0123456789abcdef' }
    writeFileSync(`${path}.lock`, JSON.stringify(elsewhere))
    const file = await openPasswordFile(path, { waitMs: 10 })
    await expect(file.remove('ada')).rejects.toMatchObject({ message: expect.stringContaining('on elsewhere') })
    expect(readdirSync(dirname(path)).sort()).toEqual(['users.txt', 'users.txt.lock'])
  })

  test.each(['', '\0\0\0\0', '{', '{"pid":-1}', 'null', '{"pid":1,"start":"","host":"","nonce":"../../x"}'])(
    'that a power failure left says nothing, and holds nobody up: %j',
    async (content) => {
      const path = scratchFile(`ada:${stored(1)}\n`)
      writeFileSync(`${path}.lock`, content)
      await (await openPasswordFile(path)).set('bob', { stored: stored(2) })
      expect(readdirSync(dirname(path))).toEqual(['users.txt'])
    },
  )

  test.each<[string, (path: string) => unknown]>([
    ['a FIFO, which would hold a thread for ever', (path) => execFileSync('mkfifo', [path])],
    ['a directory', (path) => mkdirSync(path)],
    ['a link to a device without end', (path) => symlinkSync('/dev/zero', path)],
    ['a link to nothing', (path) => symlinkSync('nowhere', path)],
    ['a file of a megabyte', (path) => writeFileSync(path, 'x'.repeat(1_000_000))],
  ])(
    'in whose place somebody put %s is taken by nobody, and no one waits longer than they would',
    async (_what, put) => {
      const path = scratchFile(`ada:${stored(1)}\n`)
      put(`${path}.lock`)
      const file = await openPasswordFile(path, { waitMs: 10 })
      for (let i = 0; i < 6; i++) await expect(file.remove('ada')).rejects.toEqual(fault('LOCKED'))
      expect(readdirSync(dirname(path)).sort()).toEqual(['users.txt', 'users.txt.lock'])
      expect(read(path)).toBe(`ada:${stored(1)}\n`)
    },
  )

  test('shows no control character of whoever wrote it', async () => {
    const path = scratchFile(`ada:${stored(1)}\n`)
    const elsewhere = { pid: 1, start: '1', host: '\u001b]0;owned\u0007\u009b2J\u202e 0 0', nonce: '0123456789abcdef' }
    writeFileSync(`${path}.lock`, JSON.stringify(elsewhere))
    const file = await openPasswordFile(path, { waitMs: 1 })
    const error = (await file.remove('ada').catch((thrown: unknown) => thrown)) as Error
    expect(error.message).toMatch(/^[\x20-\x7e]+$/)
  })

  test('of a process whose number was given to another is dead', async () => {
    const path = scratchFile(`ada:${stored(1)}\n`)
    const lock = await takeLock(disk, `${path}.lock`, { shown: path, waitMs: 0 })
    expect(lock.broken).toBe(false)
    const mine = JSON.parse(read(`${path}.lock`))
    writeFileSync(`${path}.lock`, JSON.stringify({ ...mine, start: '1' }))
    await (await openPasswordFile(path)).set('bob', { stored: stored(2) })
    expect(readdirSync(dirname(path))).toEqual(['users.txt'])
  })

  test('broken by twenty at once is still held by one at a time', async () => {
    const path = scratchFile(`ada:${stored(1)}\n`)
    const mine = await takeLock(disk, `${path}.lock`, { shown: path, waitMs: 0 }).then(() =>
      JSON.parse(read(`${path}.lock`)),
    )
    writeFileSync(`${path}.lock`, JSON.stringify({ ...mine, start: '1' }))
    let inside = 0
    let most = 0
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const lock = await takeLock(disk, `${path}.lock`, { shown: path, waitMs: 10_000 })
        most = Math.max(most, ++inside)
        await new Promise((resolve) => setImmediate(resolve))
        inside--
        await lock.release()
      }),
    )
    expect(most).toBe(1)
    expect(readdirSync(dirname(path))).toEqual(['users.txt'])
  })
})

test('what killed processes left beside the file is removed by the next edit, and nothing else', async () => {
  const path = scratchFile(`ada:${stored(1)}\n`)
  const directory = dirname(path)
  const left = [
    '.users.txt.0123456789abcdef.tmp',
    'users.txt.lock.0123456789abcdef',
    'users.txt.lock.silent',
    'users.txt.lock.0123456789abcdef.card',
  ]
  const others = [
    '.users.txt.tmp',
    '.other.txt.0123456789abcdef.tmp',
    'users.txt.bak',
    '.users.txt.0123456789abcdef.tmp2',
  ]
  for (const name of [...left, ...others]) writeFileSync(join(directory, name), '')
  await (await openPasswordFile(path)).set('bob', { stored: stored(2) })
  expect(readdirSync(directory).sort()).toEqual([...others, 'users.txt'].sort())
})

test.each<[string, object]>([
  ['a slip', { delimiter: ':' }],
  ['a waitMs below 0', { waitMs: -1 }],
  ['a create that is no boolean', { create: 'yes' }],
  ['one field for both', { usernameField: 1 }],
])('options are refused at once: %s', async (_what, options) => {
  await expect(openPasswordFile(scratchFile(''), options)).rejects.toMatchObject({ code: 'BAD_CONFIGURATION' })
})

test('files of other kinds are not edited', async () => {
  const passwd = 'root:x:0:0:root:/root:/bin/bash\n'
  const path = scratchFile(passwd)
  await expect(openPasswordFile(path)).rejects.toEqual(fault('WRONG_FILE'))
  expect(read(path)).toBe(passwd)
})

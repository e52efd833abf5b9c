import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { AccountFiles, MAX_FILE_BYTES } from '../src/account-files.ts'
import { unixChecker, unixUsers } from '../src/index.ts'
import { answer, attempt, cheapHash, faultOf, type Machine, machine, passwdLine, shadowLine } from './machine.ts'

let sesame: string
let other: string
beforeAll(async () => {
  ;[sesame, other] = await Promise.all([cheapHash('sesame'), cheapHash('other')])
})

const ada = () => machine(passwdLine('ada'), shadowLine('ada', sesame))

/** Everything but a file, put in the place of one. */
const NO_FILES: readonly (readonly [what: string, put: (path: string) => unknown, code: string])[] = [
  ['nothing', () => undefined, 'UNREADABLE'],
  ['a link to nothing', (path) => symlinkSync('/nonexistent', path), 'UNREADABLE'],
  ['a link to itself', (path) => symlinkSync(path, path), 'UNREADABLE'],
  ['a directory', (path) => mkdirSync(path), 'NOT_A_FILE'],
  ['a pipe that nobody writes to', (path) => spawnSync('mkfifo', ['-m', '600', path]), 'NOT_A_FILE'],
  ['a link to /dev/zero', (path) => symlinkSync('/dev/zero', path), 'NOT_A_FILE'],
  ['a link to a terminal', (path) => symlinkSync('/dev/tty', path), 'NOT_A_FILE'],
  [
    'a file that is too large',
    (path) => (writeFileSync(path, '', { mode: 0o600 }), truncateSync(path, MAX_FILE_BYTES + 1)),
    'TOO_LARGE',
  ],
  ['a file that everybody may write to', (path) => (writeFileSync(path, ''), chmodSync(path, 0o602)), 'UNSAFE'],
]

describe.each(['passwd', 'shadow'] as const)('in the place of %s', (which) => {
  test.each(NO_FILES)('%s is refused at the start, and is a fault later', async (what, put, code) => {
    const made = ada()
    const users = unixUsers(made.options)
    const checker = unixChecker(made.options)
    expect(await answer(checker, 'ada', 'sesame')).toBe('accept ada')
    unlinkSync(made[which])
    put(made[which])

    const faults = [await faultOf(() => unixUsers(made.options)), await faultOf(() => users.find('ada', attempt()))]
    for (const fault of faults) {
      // A container without a terminal has no /dev/tty to open.
      if (what.endsWith('terminal')) expect(['NOT_A_FILE', 'UNREADABLE']).toContain(fault.code)
      else expect(fault).toMatchObject({ name: 'UnixError', code, hint: expect.any(String) })
      expect(fault.message).toContain(made[which])
    }
    for (const name of ['ada', 'nobody']) expect(await answer(checker, name, 'sesame')).toMatch(/^fault/)

    rmSync(made[which], { recursive: true, force: true })
    made.write(passwdLine('ada'), shadowLine('ada', sesame))
    expect(await answer(checker, 'ada', 'sesame')).toBe('accept ada')
  })
})

test('a socket is no file', async () => {
  const made = ada()
  const path = join(made.directory, 'socket')
  const server = createServer().listen(path)
  await new Promise((resolve) => server.once('listening', resolve))
  try {
    chmodSync(path, 0o600)
    expect(await faultOf(() => unixUsers({ ...made.options, shadow: path }))).toMatchObject({ code: 'NOT_A_FILE' })
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
})

test('pipes hold up no thread, however many ask', async () => {
  const made = ada()
  const users = unixUsers(made.options)
  unlinkSync(made.shadow)
  spawnSync('mkfifo', ['-m', '600', made.shadow])
  // Were one of them to wait, nothing would ever open another file.
  await Promise.all(Array.from({ length: 20 }, () => faultOf(() => users.find('ada', attempt()))))
  await readFile(made.passwd)
})

describe('a change is seen by the next login', () => {
  test.each<[what: string, change: (made: Machine) => void]>([
    ['another file in its place', (made) => made.replace(made.shadow, shadowLine('ada', other))],
    ['written over', (made) => writeFileSync(made.shadow, shadowLine('ada', other))],
    [
      'another file of the same size and time',
      (made) => {
        made.replace(made.shadow, shadowLine('ada', other))
        utimesSync(made.shadow, 1, 1)
      },
    ],
  ])('%s', async (_what, change) => {
    const made = ada()
    utimesSync(made.shadow, 1, 1)
    const checker = unixChecker(made.options)
    expect(await answer(checker, 'ada', 'sesame')).toBe('accept ada')
    change(made)
    expect(await answer(checker, 'ada', 'sesame')).toBe('reject wrong password')
    expect(await answer(checker, 'ada', 'other')).toBe('accept ada')
  })

  test('a link that points elsewhere', async () => {
    const [one, two] = [ada(), machine(passwdLine('ada'), shadowLine('ada', other))]
    const link = join(one.directory, 'link')
    symlinkSync(one.shadow, link)
    const checker = unixChecker({ passwd: one.passwd, shadow: link })
    expect(await answer(checker, 'ada', 'sesame')).toBe('accept ada')
    symlinkSync(two.shadow, `${link}+`)
    renameSync(`${link}+`, link)
    expect(await answer(checker, 'ada', 'sesame')).toBe('reject wrong password')
  })

  test('40 times within one tick of the clock that stamps files', async () => {
    const made = machine(passwdLine('ada'), shadowLine('ada', '$6$salt$0000'))
    const users = unixUsers(made.options)
    for (let i = 0; i < 40; i++) {
      const field = `$6$salt$${String(i).padStart(4, '0')}`
      // In place and of the same size, so that nothing but its time tells one from the next.
      writeFileSync(made.shadow, shadowLine('ada', field))
      expect(await users.find('ada', attempt())).toEqual({ id: 'ada', password: field })
    }
  })

  test('made while others are being looked up', async () => {
    const made = machine(passwdLine('ada'), shadowLine('ada', '$6$salt$0000'))
    const users = unixUsers(made.options)
    const looking: Promise<unknown>[] = []
    for (let i = 0; i < 50; i++) {
      looking.push(Promise.resolve(users.find('ada', attempt())))
      await turn()
      const field = `$6$salt$${String(i).padStart(4, '0')}`
      made.replace(made.shadow, shadowLine('ada', field))
      expect(await users.find('ada', attempt())).toEqual({ id: 'ada', password: field })
    }
    expect(await Promise.all(looking)).toHaveLength(50)
  })
})

describe('the files are read together', () => {
  test('once for however many ask at the same time, and not again until they change', async () => {
    const made = machine('a', 'b')
    let readings = 0
    const files = new AccountFiles([made.passwd, made.shadow], () => Promise.resolve(++readings))
    await Promise.all(Array.from({ length: 50 }, () => files.current()))
    await files.current()
    expect(readings).toBe(1)
    made.replace(made.passwd, 'a')
    await Promise.all(Array.from({ length: 50 }, () => files.current()))
    expect(readings).toBe(2)
  })

  test('and no descriptor stays open, whatever happens', async () => {
    const made = ada()
    const users = unixUsers(made.options)
    const open = async () => (await readdir('/proc/self/fd')).length
    const before = await open()
    for (let i = 0; i < 20; i++) {
      made.write(passwdLine('ada'), shadowLine('ada', sesame))
      await users.find('ada', attempt())
      chmodSync(made.shadow, 0o666)
      await faultOf(() => users.find('ada', attempt()))
      unlinkSync(made.shadow)
      mkdirSync(made.shadow)
      await faultOf(() => users.find('ada', attempt()))
      rmSync(made.shadow, { recursive: true })
      await faultOf(() => users.find('ada', attempt()))
    }
    expect(await open()).toBe(before)
  })
})

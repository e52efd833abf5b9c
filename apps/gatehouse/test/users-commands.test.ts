import { copyFileSync, renameSync } from 'node:fs'
import { verify } from '@gatewright/passwords'
import { expect, it } from 'vitest'
import { digestsOf } from '../src/users/digests-of.ts'
import { openUsers } from '../src/users/open-users.ts'
import { Gatehouse, piped, scratch, Tty } from './place.ts'

const NOW = () => new Date('2026-01-02T03:04:05.678Z')
const SECRET = 'correct horse'

async function house(...names: readonly string[]): Promise<Gatehouse> {
  const directory = scratch()
  for (const name of names) {
    const code = await new Gatehouse(directory).run(['users', 'add', name], { input: piped(SECRET), now: NOW })
    expect(code).toBe(0)
  }
  return new Gatehouse(directory)
}

/** What is stored for somebody. */
async function stored({ cwd }: Gatehouse, name: string): Promise<string | undefined> {
  const users = await openUsers(`${cwd}/gatehouse-data`)
  try {
    return users.find(name)?.password
  } finally {
    users.close()
  }
}

const right = async (place: Gatehouse, name: string, password: string) =>
  (await verify((await stored(place, name)) ?? '', password)) === 'match'

it.each([
  ['without an end', 'correct horse', 'correct horse'],
  ['ended by a line feed', 'correct horse\n', 'correct horse'],
  ['ended as Windows does', 'correct horse\r\n', 'correct horse'],
  ['with spaces around it', '  correct horse \n', '  correct horse '],
  ['that begins with a byte order mark', '\ufeffcorrect horse\n', '\ufeffcorrect horse'],
  ['of 1,024 bytes', `${'ü'.repeat(512)}\n`, 'ü'.repeat(512)],
])('takes a password from standard input: one %s', async (_what, input, password) => {
  const place = await house()
  expect(await place.run(['users', 'add', 'ada'], { input: piped(input) })).toBe(0)
  expect(place).toMatchObject({ out: 'added ada\n', err: '' })
  expect(await stored(place, 'ada')).toMatch(/^\$argon2id\$/)
  expect(await right(place, 'ada', password)).toBe(true)
})

it('takes a password in pieces, cut within a character', async () => {
  const place = await house()
  const bytes = Buffer.from('pässwörter\n')
  expect(await place.run(['users', 'add', 'ada'], { input: piped(bytes.subarray(0, 2), bytes.subarray(2)) })).toBe(0)
  expect(await right(place, 'ada', 'pässwörter')).toBe(true)
})

it.each([
  ['an empty one', '', 'no password was given'],
  ['an empty line', '\n', 'no password was given'],
  ['a short one', 'sevench', 'less than 8 characters'],
  ['a short one of many bytes', 'ü🔑ü🔑ü🔑ü', 'less than 8 characters'],
  ['two lines', 'correct horse\nbattery staple\n', 'a password is one line'],
  ['two ends of line', 'correct horse\n\n', 'a password is one line'],
  ['a carriage return', 'correct\rhorse\n', 'a password is one line'],
  ['too long a one', 'x'.repeat(1025), 'longer than 1024 bytes'],
  ['a gigabyte', 'x'.repeat(70_000), 'longer than 1024 bytes'],
  ['what is not UTF-8', Buffer.from('c3286162636465666768', 'hex'), 'not UTF-8'],
])('refuses a password that is %s, and changes nothing', async (_what, input, problem) => {
  const place = await house('bob')
  for (const args of [
    ['add', 'ada'],
    ['passwd', 'bob'],
  ]) {
    place.err = ''
    expect(await place.run(['users', ...args], { input: piped(input) })).toBe(1)
    expect(place.err).toMatch(/^error: .*\nhint: .*\n$/)
    expect(place.err).toContain(problem)
  }
  expect(await stored(place, 'ada')).toBeUndefined()
  expect(await right(place, 'bob', SECRET)).toBe(true)
})

it('takes a short password when told to, and an empty one never', async () => {
  const place = await house()
  expect(await place.run(['users', 'add', 'ada', '--allow-short'], { input: piped('x') })).toBe(0)
  expect(await right(place, 'ada', 'x')).toBe(true)
  expect(await place.run(['users', 'add', 'bob', '--allow-short'], { input: piped('\n') })).toBe(1)
})

it.each([
  [['users', 'add', 'ada', SECRET]],
  [['users', 'add', 'ada', '--password', SECRET]],
  [['users', 'add', 'ada', `--password=${SECRET}`]],
  [['users', 'passwd', 'ada', SECRET]],
  [['users', 'list', SECRET]],
  [['serve', SECRET]],
])('never takes a password as an argument, nor repeats it: %s', async (args) => {
  const place = await house()
  expect(await place.run(args, { input: piped(SECRET) })).toBe(2)
  expect(place.err).toMatch(/^error: .*\nhint: .*\n$/)
  expect(place.err + place.out).not.toContain(SECRET)
})

it.each(['', ' ', 'ada lovelace', 'ada:x', 'a\u0000b', 'a\u001bb', 'a\ud800', 'a'.repeat(256), 'a\u2028b', 'a\u00a0b'])(
  'refuses the name %j',
  async (name) => {
    const place = await house()
    for (const verb of ['add', 'passwd', 'remove']) {
      place.err = ''
      expect(await place.run(['users', verb, name], { input: piped(SECRET) })).toBe(2)
      expect(place.err).toBe(
        'error: nobody can have this name\n' +
          'hint: A name is 1 to 255 bytes of UTF-8, without spaces, colons and control characters.\n',
      )
    }
  },
)

it('treats __proto__ and constructor as names, and two spellings of one name as one', async () => {
  const place = await house('__proto__', 'constructor', 'zoe\u0308')
  expect(await right(place, '__proto__', SECRET)).toBe(true)
  expect(await stored(place, 'zo\u00eb')).toBeDefined()
  expect(await place.run(['users', 'add', 'zo\u00eb'], { input: piped(SECRET) })).toBe(1)
  expect(await place.run(['users', 'remove', 'toString'])).toBe(1)
})

it('tells existing from unknown users, and what to do about it', async () => {
  const place = await house('ada')
  expect(await place.run(['users', 'add', 'ada'], { input: piped('another password') })).toBe(1)
  expect(await place.run(['users', 'passwd', 'bob'], { input: piped('another password') })).toBe(1)
  expect(await place.run(['users', 'remove', 'bob'])).toBe(1)
  expect(place.err).toBe(
    'error: there is a user ada already\nhint: gatehouse users passwd ada gives them another password.\n' +
      'error: there is no user bob\nhint: gatehouse users list shows them all.\n'.repeat(2),
  )
  expect(await right(place, 'ada', SECRET)).toBe(true)
})

it('adds a name once, however many add it at the same time', async () => {
  const place = await house()
  const codes = await Promise.all(
    Array.from({ length: 8 }, (_, n) => place.run(['users', 'add', 'ada'], { input: piped(`password ${n}`) })),
  )
  expect(codes.filter((code) => code === 0)).toHaveLength(1)
  expect(codes.filter((code) => code === 1)).toHaveLength(7)
})

it('changes a password', async () => {
  const place = await house('ada')
  expect(await place.run(['users', 'passwd', 'ada'], { input: piped('battery staple\n') })).toBe(0)
  expect(place.out).toBe('changed the password of ada\n')
  expect(await right(place, 'ada', 'battery staple')).toBe(true)
  expect(await right(place, 'ada', SECRET)).toBe(false)
})

it('stores for HTTP Digest what belongs to the password and the realm, anew with every password', async () => {
  const place = await house('ada')
  const digests = async () => {
    const users = await openUsers(`${place.cwd}/gatehouse-data`)
    const found = users.find('ada')?.ha1
    users.close()
    return found
  }
  expect(await digests()).toEqual(digestsOf('ada', SECRET, 'gatehouse'))
  const args = ['users', 'passwd', 'ada', '--realm', 'The House']
  expect(await place.run(args, { input: piped('battery staple\n') })).toBe(0)
  expect(await digests()).toEqual(digestsOf('ada', 'battery staple', 'The House'))
  for (const realm of ['', 'a"b', 'a\\b', 'z\u00fcrich', 'a\nb', 'x'.repeat(101)]) {
    expect(await place.run(['users', 'passwd', 'ada', '--realm', realm], { input: piped('x') })).toBe(2)
  }
})

it('lists users in columns, and as JSON', async () => {
  const place = await house('grace', 'zoë', 'al')
  expect(await place.run(['users', 'list'])).toBe(0)
  expect(place.out).toBe(
    'NAME   CREATED               STATE\n' +
      'al     2026-01-02T03:04:05Z  active\n' +
      'grace  2026-01-02T03:04:05Z  active\n' +
      'zoë    2026-01-02T03:04:05Z  active\n',
  )
  place.out = ''
  expect(await place.run(['users', 'list', '--json'])).toBe(0)
  const at = '2026-01-02T03:04:05.678Z'
  expect(JSON.parse(place.out)).toEqual(
    ['al', 'grace', 'zoë'].map((name) => ({ name, state: 'active', created: at, updated: at })),
  )
})

it('says that there is no database, where there is none, and makes none', async () => {
  const place = await house()
  for (const args of [['list'], ['remove', 'ada'], ['passwd', 'ada']]) {
    place.err = ''
    expect(await place.run(['users', ...args], { input: piped(SECRET) })).toBe(1)
    expect(place.err).toMatch(/^error: there is no user database in .*gatehouse-data\nhint: .*users add NAME.*\n$/)
  }
})

it('keeps the users where --data says', async () => {
  const place = await house()
  expect(await place.run(['users', 'add', 'ada', '--data', 'elsewhere'], { input: piped(SECRET) })).toBe(0)
  expect(await place.run(['users', 'list', '--json', '--data', 'elsewhere'])).toBe(0)
  expect(place.out).toContain('"ada"')
  expect(await place.run(['users', 'list'])).toBe(1)
})

it('asks a terminal twice, and shows nothing of what is typed', async () => {
  const place = await house()
  const input = new Tty()
  const done = place.run(['users', 'add', 'ada'], { input })
  await place.shows('Password for ada: ')
  input.write(`${SECRET}\r`)
  await place.shows('The same again: ')
  input.write(`${SECRET}\r`)
  expect(await done).toBe(0)
  expect(place).toMatchObject({ out: 'added ada\n', err: 'Password for ada: \nThe same again: \n' })
  expect(input.modes).toEqual([true, false])
  expect(await right(place, 'ada', SECRET)).toBe(true)
})

it.each([
  ['passwd', 'ada', `${SECRET}r\r${SECRET}r\r`],
  ['add', 'bob', `${SECRET}\r${SECRET}\r`],
  ['remove', 'ada', 'y\r'],
])('fails when the database is replaced while users %s waits for an answer', async (verb, name, keys) => {
  const place = await house('ada')
  const input = new Tty()
  const done = place.run(['users', verb, name], { input })
  await place.shows(verb === 'remove' ? 'Remove ada?' : 'Password for ')
  const file = `${place.cwd}/gatehouse-data/gatehouse.sqlite`
  renameSync(file, `${place.cwd}/aside`)
  copyFileSync(`${place.cwd}/aside`, file)
  input.write(keys)
  expect(await done).toBe(1)
  expect(place.out).toBe('')
  expect(place.err).toContain('it was moved, removed or replaced while it was in use\nhint: ')
  expect(await right(place, 'ada', SECRET)).toBe(true)
  expect(await stored(place, 'bob')).toBeUndefined()
})

it('changes nothing when two different passwords are typed', async () => {
  const place = await house()
  const input = new Tty()
  input.write(`${SECRET}\rcorrect house\r`)
  expect(await place.run(['users', 'add', 'ada'], { input })).toBe(1)
  expect(place.err).toContain('error: these were two different passwords\n')
  expect(input.modes).toEqual([true, false])
  expect(await stored(place, 'ada')).toBeUndefined()
})

it.each([
  ['at once', '\x03'],
  ['in the middle', 'corr\x03'],
  ['at the second question', `${SECRET}\r${SECRET}\x03`],
])('answers 130 to Ctrl-C %s, and changes nothing', async (_when, keys) => {
  const place = await house('bob')
  const input = new Tty()
  input.write(keys)
  expect(await place.run(['users', 'passwd', 'bob'], { input })).toBe(130)
  expect(place.err).not.toContain('error')
  expect(input.modes).toEqual([true, false])
  expect(await right(place, 'bob', SECRET)).toBe(true)
})

it.each([
  ['y', 0, 'removed ada\n'],
  ['YES', 0, 'removed ada\n'],
  ['', 1, ''],
  ['n', 1, ''],
  ['yikes', 1, ''],
])('asks a terminal before it removes: %j', async (answer, code, out) => {
  const place = await house('ada')
  const input = new Tty()
  input.write(`${answer}\r`)
  expect(await place.run(['users', 'remove', 'ada'], { input })).toBe(code)
  expect(place.out).toBe(out)
  expect(place.err).toContain('Remove ada? [y/N] ')
  expect((await stored(place, 'ada')) === undefined).toBe(code === 0)
})

it('does not ask a script, nor when told not to', async () => {
  const place = await house('ada', 'bob')
  expect(await place.run(['users', 'remove', 'ada'], { input: piped() })).toBe(0)
  expect(await place.run(['users', 'remove', 'bob', '--yes'], { input: new Tty() })).toBe(0)
  expect(place).toMatchObject({ out: 'removed ada\nremoved bob\n', err: '' })
})

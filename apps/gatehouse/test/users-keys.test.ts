import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fingerprint, formatKeyText, WireWriter } from '@gatewright/ssh-keys'
import { expect, it, onTestFinished } from 'vitest'
import { openUsers } from '../src/users/open-users.ts'
import { Gatehouse, piped, scratch } from './place.ts'

const NOW = () => new Date('2026-01-02T03:04:05.678Z')

/** A public key that nobody has used yet. */
function freshKey(comment = '') {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  const algorithm = 'ssh-ed25519'
  const blob = new WireWriter().string(algorithm).string(Buffer.from(x, 'base64url')).done()
  return { line: formatKeyText({ algorithm, blob }, comment), fingerprint: fingerprint(blob) }
}

/** A house where ada lives. */
async function house(files: Readonly<Record<string, string>> = {}) {
  const place = new Gatehouse(scratch(files))
  await place.run(['users', 'add', 'ada'], { input: piped('correct horse'), now: NOW })
  place.out = ''
  return place
}

async function linesOf(place: Gatehouse, name = 'ada') {
  const users = await openUsers(join(place.cwd, 'gatehouse-data'))
  try {
    return users.keys.linesOf(name)
  } finally {
    users.close()
  }
}

it('adds the keys in a file, options and all, and tells their fingerprints', async () => {
  const [one, two] = [freshKey('laptop'), freshKey()]
  const place = await house({ 'keys.pub': `# mine\n\n${one.line}\r\n  restrict,command="true" ${two.line}\n` })
  expect(await place.run(['users', 'keys', 'add', 'ada', 'keys.pub'], { now: NOW })).toBe(0)
  expect(place.out).toBe(`added ${one.fingerprint}\nadded ${two.fingerprint}\n`)
  expect([...(await linesOf(place))].sort()).toEqual([one.line, `restrict,command="true" ${two.line}`].sort())
})

it('takes keys from standard input', async () => {
  const place = await house()
  const { line, fingerprint: print } = freshKey('piped')
  expect(await place.run(['users', 'keys', 'add', 'ada', '-'], { input: piped(line) })).toBe(0)
  expect(place.out).toBe(`added ${print}\n`)
})

it('replaces a key that is there, with what it may do', async () => {
  const place = await house()
  const { line, fingerprint: print } = freshKey('laptop')
  for (const text of [line, `restrict ${line}`]) {
    expect(await place.run(['users', 'keys', 'add', 'ada', '-'], { input: piped(text) })).toBe(0)
  }
  expect(place.out).toBe(`added ${print}\nreplaced ${print}\n`)
  expect(await linesOf(place)).toEqual([`restrict ${line}`])
})

it('lets two users have one key, and each remove their own', async () => {
  const place = await house()
  await place.run(['users', 'add', 'bob'], { input: piped('correct horse') })
  const { line, fingerprint: print } = freshKey()
  for (const name of ['ada', 'bob']) await place.run(['users', 'keys', 'add', name, '-'], { input: piped(line) })
  expect(await place.run(['users', 'keys', 'remove', 'bob', print])).toBe(0)
  expect([await linesOf(place, 'ada'), await linesOf(place, 'bob')]).toEqual([[line], []])
})

it('lists keys by fingerprint, and shows nothing that could write to a terminal', async () => {
  const place = await house()
  const { line, fingerprint: print } = freshKey('lap\u001b[2Jtop')
  await place.run(['users', 'keys', 'add', 'ada', '-'], { input: piped(line), now: NOW })
  place.out = ''
  expect(await place.run(['users', 'keys', 'list', 'ada'])).toBe(0)
  expect(place.out).toBe(
    `FINGERPRINT${' '.repeat(39)}  ADDED                 COMMENT\n${print}  2026-01-02T03:04:05Z  lap?[2Jtop\n`,
  )
  place.out = ''
  expect(await place.run(['users', 'keys', 'list', 'ada', '--json'])).toBe(0)
  expect(JSON.parse(place.out)).toEqual([
    { fingerprint: print, comment: 'lap\u001b[2Jtop', line, added: '2026-01-02T03:04:05.678Z' },
  ])
})

it('removes a key by its comment, if only one has it, and by its fingerprint whatever the comments say', async () => {
  const place = await house()
  const [one, two, three] = [freshKey('laptop'), freshKey('phone'), freshKey('phone')]
  const sly = freshKey(one.fingerprint)
  const all = [one, two, three, sly].map(({ line }) => line).join('\n')
  await place.run(['users', 'keys', 'add', 'ada', '-'], { input: piped(all) })
  place.out = ''
  expect(await place.run(['users', 'keys', 'remove', 'ada', 'phone'])).toBe(1)
  expect(place.err).toMatch(/^error: ada has several keys of this comment\nhint: .*users keys list ada/)
  expect(await place.run(['users', 'keys', 'remove', 'ada', one.fingerprint])).toBe(0)
  expect(await place.run(['users', 'keys', 'remove', 'ada', two.fingerprint])).toBe(0)
  expect(await place.run(['users', 'keys', 'remove', 'ada', 'phone'])).toBe(0)
  expect(place.out).toBe([one, two, three].map((key) => `removed ${key.fingerprint}\n`).join(''))
  expect(await linesOf(place)).toEqual([sly.line])
  for (const nothing of ['phone', 'SHA256:', '', '%', "' OR 1=1 --"]) {
    expect(await place.run(['users', 'keys', 'remove', 'ada', nothing])).toBe(1)
  }
  expect(await linesOf(place)).toEqual([sly.line])
})

const GOOD = freshKey().line

it.each([
  ['nothing', '', 'there is no key in it'],
  ['comments alone', '# none\n', 'there is no key in it'],
  ['something else', `${GOOD}\nhello there\n`, 'standard input:2: '],
  ['an option that is not known', `no-nonsense ${GOOD}\n`, 'standard input:1: '],
  ['a key that is not what it says', GOOD.replace('ssh-ed25519', 'ssh-rsa'), 'standard input:1: '],
  ['half a key', GOOD.slice(0, 40), 'standard input:1: '],
  ['one key twice', `${GOOD}\n${GOOD}\n`, 'standard input:2: this key stands there twice'],
  ['what is no text', Buffer.from([0xff, 0xfe, 0x00]), 'it is not UTF-8'],
  ['a flood', `${GOOD}\n`.repeat(2000), 'more than 64 KB'],
])('refuses %s, and adds nothing of it', async (_what, text, problem) => {
  const place = await house()
  expect(await place.run(['users', 'keys', 'add', 'ada', '-'], { input: piped(text) })).toBe(1)
  expect(place.err).toMatch(/^error: standard input.*\nhint: .*\n$/)
  expect(place.err).toContain(problem)
  expect(await linesOf(place)).toEqual([])
})

it('refuses a private key, and repeats nothing of it', async () => {
  const secret = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  const place = await house({ id: secret })
  expect(await place.run(['users', 'keys', 'add', 'ada', 'id'])).toBe(1)
  expect(place.err).toMatch(/^error: id: this is a private key\nhint: .*\.pub/)
  expect(place.err).not.toContain(secret.split('\n')[1])
})

it('tells what it cannot find', async () => {
  const place = await house()
  for (const [args, problem] of [
    [['add', 'ada', 'missing.pub'], 'missing.pub: it cannot be read (ENOENT)'],
    [['add', 'ada', '.'], '.: it cannot be read (EISDIR)'],
    [['add', 'bob', '-'], 'there is no user bob'],
    [['list', 'bob'], 'there is no user bob'],
    [['remove', 'bob', 'x'], 'there is no user bob'],
    [['remove', 'ada', 'x'], 'ada has no such key'],
  ] as const) {
    place.err = ''
    expect(await place.run(['users', 'keys', ...args], { input: piped(GOOD) })).toBe(1)
    expect(place.err).toMatch(/^error: .*\nhint: .*\n$/)
    expect(place.err).toContain(`error: ${problem}`)
  }
})

it.each([
  [['users', 'keys']],
  [['users', 'keys', 'add', 'ada']],
  [['users', 'keys', 'add', 'ada', '-', 'more']],
  [['users', 'keys', 'list']],
  [['users', 'keys', 'remove', 'ada']],
  [['users', 'keys', 'lsit', 'ada']],
])('refuses %j as usage', async (args) => {
  const place = await house()
  expect(await place.run(args)).toBe(2)
  expect(place.err).toMatch(/error: .*\nhint: .*\n$/)
})

it('removes the keys of a user with the user', async () => {
  const place = await house()
  const { line } = freshKey()
  await place.run(['users', 'keys', 'add', 'ada', '-'], { input: piped(line) })
  await place.run(['users', 'remove', 'ada'])
  await place.run(['users', 'add', 'ada'], { input: piped('correct horse') })
  expect(await linesOf(place)).toEqual([])
})

it('keeps users and gives them no keys when a database from before keys is opened', async () => {
  const directory = scratch()
  const file = join(directory, 'gatehouse.sqlite')
  writeFileSync(file, '', { mode: 0o600 })
  const { MIGRATIONS } = await import('../src/users/migrations.ts')
  const old = new DatabaseSync(file)
  for (const sql of MIGRATIONS.slice(0, 2)) old.exec(sql)
  old.exec(`PRAGMA user_version = 2; INSERT INTO users VALUES ('ada', 'x', NULL, 0, 0, NULL)`)
  old.close()
  const users = await openUsers(directory)
  onTestFinished(() => users.close())
  expect(users.find('ada')).toEqual({ id: 'ada', password: 'x' })
  expect(users.keys.list('ada')).toEqual([])
  const { line, fingerprint: print } = freshKey()
  expect(users.keys.add('ada', [{ line, fingerprint: print, comment: '' }], NOW())).toEqual(['added'])
  expect(users.keys.add('bob', [{ line, fingerprint: print, comment: '' }], NOW())).toBeUndefined()
})

it('adds all keys or none', async () => {
  const directory = scratch()
  const users = await openUsers(directory, { create: true })
  onTestFinished(() => users.close())
  users.add('ada', 'x', NOW())
  const key = { fingerprint: 'SHA256:a', line: 'a', comment: '' }
  const broken = { fingerprint: 'SHA256:b', line: null as unknown as string, comment: '' }
  expect(() => users.keys.add('ada', [key, broken], NOW())).toThrow()
  expect(users.keys.list('ada')).toEqual([])
  expect(users.keys.add('ada', [key], NOW())).toEqual(['added'])
})

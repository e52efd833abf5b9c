import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished, vi } from 'vitest'
import { GatehouseError } from '../src/index.ts'
import { digestsOf } from '../src/users/digests-of.ts'
import { houseUsers } from '../src/users/house-users.ts'
import { MIGRATIONS } from '../src/users/migrations.ts'
import type { OpenOptions } from '../src/users/open-database.ts'
import { openUsers } from '../src/users/open-users.ts'
import { scratch } from './place.ts'

const AT = new Date('2026-01-02T03:04:05.678Z')
const fault = (code: string) => expect.objectContaining({ code, hint: expect.any(String) })

async function opened(directory: string, options: OpenOptions = { create: true }) {
  const users = await openUsers(directory, options)
  onTestFinished(() => users.close())
  return users
}

const fileIn = (directory: string) => join(directory, 'gatehouse.sqlite')

it('makes the directory and the files readable by their owner alone', async () => {
  const directory = join(scratch(), 'deep', 'data')
  const users = await opened(directory)
  users.add('ada', 'x', AT)
  expect(statSync(directory).mode & 0o777).toBe(0o700)
  for (const suffix of ['', '-wal', '-shm']) expect(statSync(fileIn(directory) + suffix).mode & 0o777).toBe(0o600)
  expect(users.exposed).toBe(false)
})

it('says so when others may read the file', async () => {
  const directory = scratch()
  ;(await openUsers(directory, { create: true })).close()
  chmodSync(fileIn(directory), 0o640)
  expect((await opened(directory)).exposed).toBe(true)
})

it.each([
  ['the directory', 0o777, ''],
  ['the directory, sticky as it may be', 0o1777, ''],
  ['the directory, of one group', 0o720, ''],
  ['the file', 0o622, 'gatehouse.sqlite'],
])('opens nothing that others can write: %s', async (_what, mode, name) => {
  const directory = scratch()
  ;(await openUsers(directory, { create: true })).close()
  chmodSync(join(directory, name), mode)
  for (const create of [true, false]) {
    await expect(openUsers(directory, { create })).rejects.toEqual(fault('BAD_DATABASE'))
    await expect(openUsers(directory, { create })).rejects.toThrow(`${join(directory, name)}: others can write it`)
  }
})

it('makes nothing in a directory that others can write', async () => {
  const directory = scratch()
  chmodSync(directory, 0o777)
  await expect(openUsers(directory, { create: true })).rejects.toEqual(fault('BAD_DATABASE'))
  expect(() => statSync(fileIn(directory))).toThrow('ENOENT')
})

it('opens nothing that belongs to somebody else', async () => {
  const directory = scratch()
  ;(await openUsers(directory, { create: true })).close()
  // Only root can give a file away; whoever else we are, we are taken for another.
  if (process.geteuid?.() === 0) chownSync(directory, 4242, 4242)
  else vi.spyOn(process, 'geteuid').mockReturnValue(4242)
  onTestFinished(() => void vi.restoreAllMocks())
  for (const create of [true, false]) {
    await expect(openUsers(directory, { create })).rejects.toThrow(`${directory}: it belongs to another user`)
  }
})

it('makes no database where one was expected', async () => {
  const directory = join(scratch(), 'nowhere')
  await expect(openUsers(directory)).rejects.toEqual(fault('NO_DATABASE'))
  expect(() => statSync(directory)).toThrow('ENOENT')
})

it('calls no database missing that it could not reach', async () => {
  const directory = join(scratch(), 'around')
  // Everybody fails here, root too, whom no mode keeps out of a directory of another user.
  symlinkSync(directory, directory)
  await expect(openUsers(directory)).rejects.toEqual(fault('BAD_DATABASE'))
})

it('remembers users across openings, in one form each', async () => {
  const directory = scratch()
  const first = await openUsers(directory, { create: true })
  expect(first.isEmpty()).toBe(true)
  expect(first.add('ada', 'old', AT)).toBe(true)
  expect(first.add('ada', 'other', AT)).toBe(false)
  expect(first.add('__proto__', 'p', AT)).toBe(true)
  first.close()
  first.close()

  const users = await opened(directory, {})
  expect(users.find('ada')).toEqual({ id: 'ada', password: 'old' })
  expect(users.find('ADA')).toBeUndefined()
  expect(users.list()).toEqual([
    { id: '__proto__', createdAt: AT, updatedAt: AT },
    { id: 'ada', createdAt: AT, updatedAt: AT },
  ])
  expect(users.setPassword('ada', 'new', new Date(AT.getTime() + 1))).toBe(true)
  expect(users.setPassword('bob', 'new', AT)).toBe(false)
  expect(users.list()[1]).toEqual({ id: 'ada', createdAt: AT, updatedAt: new Date(AT.getTime() + 1) })
  expect(users.remove('ada')).toBe(true)
  expect(users.remove('ada')).toBe(false)
  expect(users.find('ada')).toBeUndefined()
})

it('replaces a password by comparison: of two, one', async () => {
  const users = await opened(scratch())
  users.add('ada', 'old', AT)
  expect(users.replacePassword('ada', 'old', 'new', AT)).toBe(true)
  expect(users.replacePassword('ada', 'old', 'late', AT)).toBe(false)
  expect(users.find('ada')?.password).toBe('new')
  expect(users.replacePassword('bob', 'old', 'new', AT)).toBe(false)
})

it('hands on why somebody is blocked, and refuses reasons that are not known', async () => {
  const directory = scratch()
  const users = await opened(directory)
  users.add('ada', 'x', AT)
  const other = new DatabaseSync(fileIn(directory))
  onTestFinished(() => other.close())
  other.exec(`UPDATE users SET blocked = 'locked'`)
  expect(users.find('ada')).toEqual({ id: 'ada', password: 'x', blocked: 'locked' })
  expect(users.list()[0]?.blocked).toBe('locked')
  other.exec(`PRAGMA ignore_check_constraints = ON; UPDATE users SET blocked = 'odd'`)
  expect(() => users.find('ada')).toThrow(GatehouseError)
})

it('is one database for two processes: each sees at once what the other wrote', async () => {
  const directory = scratch()
  const [here, there] = [await opened(directory), await opened(directory, {})]
  here.add('ada', 'a', AT)
  expect(there.find('ada')?.password).toBe('a')
  there.add('bob', 'b', AT)
  there.remove('ada')
  expect(here.list().map(({ id }) => id)).toEqual(['bob'])
})

it('reads while another process writes, and gives up writing after the time it was given', async () => {
  const directory = scratch()
  const users = await opened(directory, { create: true, busyMs: 20 })
  users.add('ada', 'a', AT)
  const other = new DatabaseSync(fileIn(directory))
  onTestFinished(() => other.close())
  other.exec(`BEGIN IMMEDIATE; UPDATE users SET password = 'b'`)
  expect(users.find('ada')?.password).toBe('a')
  expect(() => users.setPassword('ada', 'c', AT)).toThrow(fault('DATABASE_BUSY'))
  other.exec('COMMIT')
  expect(users.find('ada')?.password).toBe('b')
})

it('is opened by many processes at once, the first of which makes it', async () => {
  const directory = join(scratch(), 'data')
  const all = await Promise.all(Array.from({ length: 20 }, () => opened(directory)))
  all.forEach((users, index) => {
    expect(users.add(`user${index}`, 'x', AT)).toBe(true)
  })
  expect(all[0]?.list()).toHaveLength(20)
})

it('waits while another process makes the database, without holding up anything else', async () => {
  const directory = scratch()
  const other = new DatabaseSync(fileIn(directory))
  onTestFinished(() => other.close())
  other.exec('BEGIN EXCLUSIVE')
  const opening = opened(directory)
  other.exec('COMMIT')
  expect((await opening).isEmpty()).toBe(true)
})

it('is asked for names in whatever spelling, and finds the one form', async () => {
  const users = await opened(scratch())
  const source = houseUsers(users)
  const attempt = { protocol: 'tcp', signal: new AbortController().signal, proofs: [] }
  expect(source.sample?.()).toBeUndefined()
  users.add('zo\u00eb', 'x', AT)
  users.add('\ufffd', 'y', AT)
  expect(source.find('zoe\u0308', attempt)).toEqual({ id: 'zo\u00eb', password: 'x' })
  // A lone surrogate has the same UTF-8 as U+FFFD.
  expect(source.find('\ud800', attempt)).toBeUndefined()
  expect(source.find('', attempt)).toBeUndefined()
  expect(['x', 'y']).toContain(await source.sample?.())
})

it('brings an older database forward, and leaves a newer one as it is', async () => {
  const directory = scratch()
  const raw = new DatabaseSync(fileIn(directory))
  raw.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`)
  raw.close()
  const before = readFileSync(fileIn(directory))
  await expect(openUsers(directory)).rejects.toEqual(fault('NEWER_DATABASE'))
  expect(readFileSync(fileIn(directory))).toEqual(before)

  const again = new DatabaseSync(fileIn(directory))
  again.exec('PRAGMA user_version = 0')
  again.close()
  const users = await opened(directory)
  expect(users.isEmpty()).toBe(true)
})

it('keeps the digests of a password with it, and drops them with it', async () => {
  const directory = scratch()
  const users = await opened(directory)
  const of = (password: string) => digestsOf('ada', password, 'house')
  users.add('ada', 'hash', AT, of('sesame'))
  expect(users.find('ada')).toEqual({ id: 'ada', password: 'hash', ha1: of('sesame') })
  expect(of('sesame')).toEqual([expect.objectContaining({ realm: 'house', algorithm: 'SHA-256' })])
  users.replacePassword('ada', 'hash', 'better hash', AT)
  expect(users.find('ada')?.ha1).toEqual(of('sesame'))
  users.setPassword('ada', 'hash', AT, of('open sesame'))
  expect(users.find('ada')?.ha1).toEqual(of('open sesame'))
  expect([users.countWithoutDigest('house'), users.countWithoutDigest('other')]).toEqual([0, 1])
  users.setPassword('ada', 'hash', AT)
  expect(users.find('ada')).toEqual({ id: 'ada', password: 'hash' })
  expect(users.countWithoutDigest('house')).toBe(1)
})

it('is a fault, and shows nothing, when the digests are no list that it wrote', async () => {
  const directory = scratch()
  const users = await opened(directory)
  users.add('ada', 'x', AT)
  const other = new DatabaseSync(fileIn(directory))
  onTestFinished(() => other.close())
  expect(() => other.exec(`UPDATE users SET digests = 'NEEDLE'`)).toThrow('CHECK')
  other.exec(`PRAGMA ignore_check_constraints = ON; UPDATE users SET digests = 'NEEDLE'`)
  expect(() => users.find('ada')).toThrow(expect.objectContaining({ code: 'BAD_DATABASE' }))
  expect(() => users.find('ada')).not.toThrow('NEEDLE')
})

it('adds room for digests to a database that was made without, and forgets nobody', async () => {
  const directory = scratch()
  const raw = new DatabaseSync(fileIn(directory))
  raw.exec(`${MIGRATIONS[0]}; INSERT INTO users VALUES ('ada', 'x', NULL, 1, 2); PRAGMA user_version = 1`)
  raw.close()
  const users = await opened(directory)
  expect(users.find('ada')).toEqual({ id: 'ada', password: 'x' })
  expect(users.countWithoutDigest('house')).toBe(1)
})

it.each([
  ['garbage', Buffer.from('this is no database at all, but long enough to be taken for one.'.repeat(20)), 'no SQLite'],
  ['half a database', undefined, 'damaged'],
])('tells what is wrong with %s', async (_what, garbage, message) => {
  const directory = scratch()
  const users = await openUsers(directory, { create: true })
  for (let i = 0; i < 200; i++) users.add(`user${i}`, 'x'.repeat(90), AT)
  users.close()
  const bytes = readFileSync(fileIn(directory))
  writeFileSync(
    fileIn(directory),
    garbage ?? Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 7)]),
  )
  const error = await openUsers(directory).then(
    (table) => table.close(),
    (thrown: unknown) => thrown,
  )
  expect(error).toEqual(fault('BAD_DATABASE'))
  expect(error).toHaveProperty('message', expect.stringContaining(message))
})

it('tells what is wrong with a directory that is none', async () => {
  const directory = scratch({ data: 'a file' })
  await expect(openUsers(join(directory, 'data'), { create: true })).rejects.toEqual(fault('BAD_DATABASE'))
  mkdirSync(fileIn(directory))
  await expect(openUsers(directory)).rejects.toEqual(fault('BAD_DATABASE'))
})

it('refuses the database of another program', async () => {
  const directory = scratch()
  const raw = new DatabaseSync(fileIn(directory))
  raw.exec('CREATE TABLE users (name TEXT)')
  raw.close()
  await expect(openUsers(directory)).rejects.toEqual(fault('BAD_DATABASE'))
})

it('is a fault, never a denial, when the file is taken away or replaced under an open door', async () => {
  const directory = scratch()
  const users = await opened(directory)
  users.add('ada', 'x', AT)
  const source = houseUsers(users)
  const attempt = { protocol: 'tcp', signal: new AbortController().signal, proofs: [] }
  expect(source.find('ada', attempt)).toEqual({ id: 'ada', password: 'x' })

  renameSync(fileIn(directory), join(directory, 'aside'))
  expect(() => source.find('ada', attempt)).toThrow(fault('BAD_DATABASE'))
  expect(() => source.find('nobody', attempt)).toThrow(fault('BAD_DATABASE'))
  copyFileSync(join(directory, 'aside'), fileIn(directory))
  expect(() => source.find('ada', attempt)).toThrow(fault('BAD_DATABASE'))
  rmSync(fileIn(directory))
  renameSync(join(directory, 'aside'), fileIn(directory))
  expect(source.find('ada', attempt)).toEqual({ id: 'ada', password: 'x' })
})

it('overwrites what was removed', async () => {
  const directory = scratch()
  const users = await openUsers(directory, { create: true })
  users.add('ada', 'NEEDLE-IN-THE-HAY', AT)
  users.remove('ada')
  users.close()
  expect(readFileSync(fileIn(directory)).includes('NEEDLE-IN-THE-HAY')).toBe(false)
})

it('keeps the mode of a new file from a lenient umask', () => {
  // The umask belongs to the process, and other tests run in this one.
  const directory = join(scratch(), 'data')
  const script = `process.umask(0); const { openUsers } = await import(process.argv[1]); (await openUsers(process.argv[2], { create: true })).close()`
  const module = join(import.meta.dirname, '../src/users/open-users.ts')
  const args = ['--conditions=@gatewright/source', '--input-type=module', '-e', script, module, directory]
  execFileSync(process.execPath, args)
  expect(statSync(directory).mode & 0o777).toBe(0o700)
  expect(statSync(fileIn(directory)).mode & 0o777).toBe(0o600)
})

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { openPasswordFile } from '../src/index.ts'
import { scratchFile, stored } from './scratch.ts'

const run = (name: string, ...args: string[]): ChildProcess =>
  spawn(
    process.execPath,
    ['--conditions=@gatewright/source', join(import.meta.dirname, 'programs', `${name}.ts`), ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )

/** 200 in every run, 1,000 by `test:slow`. */
const KILLS = Number(process.env.GATEWRIGHT_KILLS ?? 200)
const USERS = 20_000

const LINE = /^user(\d+):\$argon2id\$v=19\$m=19456,t=2,p=1\$c29tZXNhbHRzb21lc2FsdA\$A{35,41}\d+A$/

/** Kills one process after another that rewrites a file, and tells what that did. */
async function kills(path: string, count: number): Promise<{ readonly torn: number; readonly leftovers: number }> {
  let torn = 0
  let leftovers = 0
  for (let kill = 0; kill < count; kill++) {
    const child = run('rewrite', path)
    await once(child.stdout as NonNullable<typeof child.stdout>, 'data')
    // At another point of the rewrite each time: one takes a few milliseconds.
    const until = performance.now() + ((kill * 7) % 40)
    while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve))
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    leftovers += readdirSync(dirname(path)).length - 1
    const now = readFileSync(path, 'utf8').split('\n')
    const whole =
      now.length === USERS + 1 && now.at(-1) === '' && now.every((line, i) => i === USERS || LINE.test(line))
    if (!whole) torn++
  }
  return { torn, leftovers }
}

test(`${KILLS} kills of who rewrites a file of 20,000 lines tear it never, and leave nothing after the next edit`, {
  timeout: KILLS * 5_000,
}, async () => {
  const lines = Array.from({ length: USERS }, (_, i) => `user${i}:${stored(i % 1_000)}`)
  const paths = [0, 1].map(() => scratchFile(`${lines.join('\n')}\n`))
  const ends = await Promise.all(paths.map((path) => kills(path, KILLS / 2)))
  expect(ends.map(({ torn }) => torn)).toEqual([0, 0])
  for (const [i, path] of paths.entries()) {
    // Else nobody was killed in the middle of anything, and this has shown nothing.
    expect(ends[i]?.leftovers).toBeGreaterThan(0)
    // Waiting for nobody: a dead process holds no lock.
    await (await openPasswordFile(path, { waitMs: 0 })).set('user0', { stored: stored(1) })
    expect(readdirSync(dirname(path))).toEqual(['users.txt'])
  }
})

test('the lock of a killed process is broken at once', async () => {
  const path = scratchFile(`ada:${stored(1)}\n`)
  const child = run('hold', path)
  await once(child.stdout as NonNullable<typeof child.stdout>, 'data')
  const file = await openPasswordFile(path, { waitMs: 0 })
  await expect(file.set('bob', { stored: stored(2) })).rejects.toMatchObject({ code: 'LOCKED' })
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await file.set('bob', { stored: stored(2) })).toBe(true)
  expect(readdirSync(dirname(path))).toEqual(['users.txt'])
})

test('four processes that add 250 users each add 1,000', { timeout: 120_000 }, async () => {
  const path = scratchFile('# users\n')
  const children = ['a', 'b', 'c', 'd'].map((prefix) => run('add', path, prefix, '250'))
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number))
  expect(codes).toEqual([0, 0, 0, 0])
  const names = await (await openPasswordFile(path)).list()
  expect(new Set(names).size).toBe(1_000)
  expect(names.length).toBe(1_000)
  expect(readdirSync(dirname(path))).toEqual(['users.txt'])
})

test('a file that was there stays readable while it is edited', async () => {
  const path = scratchFile(`ada:${stored(1)}\n`)
  writeFileSync(path, `ada:${stored(1)}\n`)
  const child = run('add', path, 'x', '50')
  const exited = once(child, 'exit')
  let running = true
  void exited.then(() => (running = false))
  while (running) {
    expect(readFileSync(path, 'utf8')).toMatch(/^ada:.*\n(?:x\d+:.*\n)*$/)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await exited
})

import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { promisify } from 'node:util'
import { lookUpOfApache } from './file-apache.ts'

const run = promisify(execFile)
const CHILD = join(import.meta.dirname, 'file-child.ts')
const SIZES = [1_000, 100_000, 1_000_000]

interface Result {
  /** 0 for who reads the file anew each time. */
  readonly loadMs: number
  /** The longest time in which the event loop did nothing else. */
  readonly stopMs?: number
  readonly growth?: number
  readonly lookUpUs: number
}

/** Debian's python3-twisted, asked as its manual has it; without `cache` it reads the file for every login. */
const TWISTED = `
import json, sys, time
from twisted.cred.checkers import FilePasswordDB
path, name, cache = sys.argv[1], sys.argv[2].encode(), sys.argv[3] == 'cache'
def rss():
    return int(open('/proc/self/statm').read().split()[1]) * 4096
before = rss()
db = FilePasswordDB(path, cache=cache)
began = time.perf_counter()
db.getUser(name)
load = time.perf_counter() - began
runs = 2000 if cache else 5
began = time.perf_counter()
for _ in range(runs):
    db.getUser(name)
took = (time.perf_counter() - began) / runs
print(json.dumps({'loadMs': load * 1e3 if cache else 0, 'growth': max(0, rss() - before), 'lookUpUs': took * 1e6}))
`

async function ofNode(contestant: string, path: string, name: string): Promise<Result> {
  const args = ['--expose-gc', '--conditions=@gatewright/source', CHILD, contestant, path, name]
  return JSON.parse((await run(process.execPath, args)).stdout) as Result
}

async function ofTwisted(path: string, name: string, how: string): Promise<Result | undefined> {
  try {
    const { stdout } = await run('/usr/bin/python3', ['-c', TWISTED, path, name, how])
    return JSON.parse(stdout) as Result
  } catch {
    return undefined
  }
}

/** Apache's file provider reads the file for every login too. */
async function ofApache(path: string, first: string, last: string): Promise<Result | undefined> {
  const lookUpUs = await lookUpOfApache(path, first, last)
  return lookUpUs === undefined ? undefined : { loadMs: 0, lookUpUs }
}

/** A file of users beside a Map of it, Twisted's `FilePasswordDB` and Apache's file provider, at 1,000, 100,000 and 1,000,000 lines. */
export async function benchFile(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'gatewright-bench-'))
  try {
    // Apache reads it as nobody.
    await chmod(directory, 0o755)
    for (const size of SIZES) {
      const path = join(directory, String(size))
      const name = await write(path, size)
      const bytes = (await stat(path)).size
      console.log(`\n${size.toLocaleString('en')} lines of ${(bytes / size).toFixed(0)} bytes`)
      const results: (readonly [string, Result | undefined])[] = []
      results.push(['fileUsers', await best(() => ofNode('gatewright', path, name))])
      results.push(['a Map, which sees no change', await best(() => ofNode('map', path, name))])
      results.push(['Twisted FilePasswordDB', await ofTwisted(path, name, 'no cache')])
      results.push(['Twisted FilePasswordDB, cache=True', await ofTwisted(path, name, 'cache')])
      results.push(['Apache, mod_authn_file', await ofApache(path, userName(0), name)])
      for (const line of rows(results, size)) console.log(line)
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** The middle one of three by its load time. */
async function best(measure: () => Promise<Result>): Promise<Result | undefined> {
  const three = [await measure(), await measure(), await measure()]
  return three.sort((a, b) => a.loadMs - b.loadMs)[1]
}

const userName = (number: number) => `user${String(number).padStart(7, '0')}`

/** @returns the name of the last user */
async function write(path: string, size: number): Promise<string> {
  const out = createWriteStream(path)
  let name = ''
  for (let i = 0; i < size; i++) {
    name = userName(i)
    if (!out.write(`${name}:$apr1$saltsalt$${String(i).padStart(21, 'A')}.\n`)) {
      await once(out, 'drain')
    }
  }
  out.end()
  await finished(out)
  return name
}

function* rows(results: readonly (readonly [string, Result | undefined])[], size: number): Generator<string> {
  const width = Math.max(...results.map(([name]) => name.length))
  const measure = results[0]?.[1]
  yield [
    ''.padEnd(width),
    'load'.padStart(9),
    'loop stopped'.padStart(12),
    'memory/line'.padStart(12),
    'last user'.padStart(12),
    'ratio'.padStart(9),
  ].join('  ')
  for (const [name, result] of results) {
    if (!result) {
      yield `${name.padEnd(width)}  not installed (Debian: python3-twisted apache2)`
      continue
    }
    const { loadMs, stopMs, growth, lookUpUs } = result
    yield [
      name.padEnd(width),
      (loadMs === 0 ? '-' : `${loadMs.toFixed(0)} ms`).padStart(9),
      (stopMs === undefined ? '-' : `${stopMs.toFixed(1)} ms`).padStart(12),
      // Of a thousand lines nobody can tell: a page has room for eighty.
      (size < 10_000 || growth === undefined ? '-' : `${(growth / size).toFixed(0)} B`).padStart(12),
      `${lookUpUs < 100 ? lookUpUs.toFixed(1) : Math.round(lookUpUs).toLocaleString('en')} us`.padStart(12),
      `${(lookUpUs / (measure?.lookUpUs ?? Number.NaN)).toFixed(2)}x`.padStart(9),
    ].join('  ')
  }
}

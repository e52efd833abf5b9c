/** One contestant with one file, in a process of its own, so that memory can be told apart. Prints one line of JSON. */
import { readFileSync } from 'node:fs'
import { fileUsers } from '@gatewright/checker-file'
import { median } from './side-by-side.ts'

const [contestant = '', path = '', name = ''] = process.argv.slice(2)
const attempt = { protocol: 'bench', signal: new AbortController().signal, proofs: [] }

interface Opened {
  readonly find: (name: string) => unknown
  /** Keeps what was loaded from being collected. */
  readonly held: unknown
}

const CONTESTANTS: Record<string, () => Promise<Opened>> = {
  async gatewright() {
    const users = fileUsers({ path })
    await users.ready()
    return { find: (user) => users.find(user, attempt), held: users }
  },
  async map() {
    const users = new Map<string, string>()
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const [user = '', stored = ''] = line.split(':')
      if (user !== '') users.set(user, stored)
    }
    return { find: (user) => users.get(user), held: users }
  },
}

const settle = async () => {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const open = CONTESTANTS[contestant]
if (!open) throw new Error(`there is no contestant '${contestant}'`)
await settle()
const before = process.memoryUsage().rss
let last = performance.now()
let stopMs = 0
const clock = setInterval(() => {
  const now = performance.now()
  stopMs = Math.max(stopMs, now - last)
  last = now
}, 1)
await new Promise((resolve) => setTimeout(resolve, 5))
stopMs = 0
const began = performance.now()
const { find, held } = await open()
const loadMs = performance.now() - began
stopMs = Math.max(stopMs, performance.now() - last)
clearInterval(clock)
await settle()
const growth = process.memoryUsage().rss - before

// A contestant that answers wrongly is not fast.
if (find(name) === undefined || find(`${name}x`) !== undefined) throw new Error('wrong answer')
const RUNS = 5_000
const rounds: number[] = []
for (let round = 0; round < 21; round++) {
  const start = process.hrtime.bigint()
  for (let i = 0; i < RUNS; i++) find(name)
  rounds.push(Number(process.hrtime.bigint() - start) / RUNS / 1_000)
}
console.log(JSON.stringify({ loadMs, stopMs, growth, lookUpUs: median(rounds), held: held !== undefined }))

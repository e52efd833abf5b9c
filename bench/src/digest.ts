import type { Algorithm } from './digest/account.ts'
import { leaveUnanswered, rate } from './digest/client.ts'
import { startApache, startTwisted } from './digest/foreign-servers.ts'
import { parseTimes } from './digest/parse-time.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import { median } from './side-by-side.ts'

const ROUNDS = 5
const ROUND_MS = 1500
const CONNECTIONS = 32
const UNANSWERED = 1_000_000
/** Fewer, since it searches all of them at each request. */
const UNANSWERED_OF_HTTP_AUTH = 50_000

interface Contestant {
  readonly name: string
  readonly port: number
  /** `undefined` is open to everybody. */
  readonly algorithm: Algorithm | undefined
  stop(): Promise<void>
}

/** Requests behind Digest, side by side with the same server without a login, with the peers, and with the least possible. */
export async function benchDigest(): Promise<void> {
  const standings = await measureRates()
  const expressOpen = standings.get('express, open')
  const nodeOpen = standings.get('node:http, open')
  const least = (algorithm: Algorithm) => standings.get(`node:http, least possible, ${algorithm}`)
  row('requests a second, keep-alive, 32 connections', ['rate', 'of express', 'of node:http', 'of the least'])
  for (const [name, rates] of standings) {
    const algorithm = name.includes('MD5') ? 'MD5' : 'SHA-256'
    row(name, [
      median(rates).toFixed(0),
      share(rates, expressOpen),
      share(rates, nodeOpen),
      name.startsWith('node:http, gatewright') ? share(rates, least(algorithm)) : '',
    ])
  }
  await measureRedis()
  await measureUnanswered()
  const { usual, worst } = parseTimes()
  row('', ['us'])
  row('reading a usual header, 99th percentile; to reach: 10', [usual.toFixed(1)])
  row('reading the worst of 16 KiB; to reach: 1000', [worst.toFixed(0)])
}

/** The median of the ratios: each is of two neighbours in time. */
function share(rates: readonly number[], measure: readonly number[] | undefined): string {
  if (!measure) return ''
  return median(rates.map((figure, round) => figure / (measure[round] ?? Number.NaN))).toFixed(2)
}

async function measureRates(): Promise<Map<string, number[]>> {
  const contestants = await startAll()
  const standings = new Map<string, number[]>(contestants.map(({ name }) => [name, []]))
  try {
    for (const { port, algorithm } of contestants) await rate({ port, algorithm, connections: CONNECTIONS }, ROUND_MS)
    for (let round = 0; round < ROUNDS; round++) {
      for (const { name, port, algorithm } of round % 2 === 0 ? contestants : contestants.toReversed()) {
        standings.get(name)?.push(await rate({ port, algorithm, connections: CONNECTIONS }, ROUND_MS))
      }
    }
  } finally {
    await Promise.all(contestants.map((contestant) => contestant.stop()))
  }
  return standings
}

async function startAll(): Promise<Contestant[]> {
  const contestants: Contestant[] = [
    await ours('express, open', 'express-open.ts', undefined),
    await ours('express, gatewright, SHA-256', 'express-gatewright.ts', 'SHA-256'),
    await ours('express, gatewright, MD5', 'express-gatewright.ts', 'MD5'),
    await ours('express, gatewright, MD5, no Authentication-Info', 'express-gatewright.ts', 'MD5', { info: 'no' }),
    await ours('express, passport-http, MD5', 'express-passport.ts', 'MD5'),
    await ours('node:http, open', 'node-open.ts', undefined),
    await ours('node:http, least possible, SHA-256', 'node-least.ts', 'SHA-256'),
    await ours('node:http, gatewright, SHA-256', 'node-gatewright.ts', 'SHA-256'),
    await ours('node:http, least possible, MD5', 'node-least.ts', 'MD5'),
    await ours('node:http, gatewright, MD5', 'node-gatewright.ts', 'MD5'),
    await ours('node:http, gatewright, MD5, no Authentication-Info', 'node-gatewright.ts', 'MD5', { info: 'no' }),
    await ours('node:http, http-auth, MD5', 'http-auth.ts', 'MD5'),
  ]
  for (const [name, start] of [
    ['Apache mod_auth_digest, MD5', startApache],
    ['Twisted web.guard, MD5', startTwisted],
  ] as const) {
    const server = await start()
    if (server) contestants.push({ name, algorithm: 'MD5', ...server })
    else console.log(`${name} is not here: left out`)
  }
  return contestants
}

async function ours(
  name: string,
  module: string,
  algorithm: Algorithm | undefined,
  variant: Variant = {},
): Promise<Contestant> {
  const server = await start(module, algorithm, variant)
  return { name, algorithm, port: server.port, stop: () => server.stop() }
}

/** What a server of ours does otherwise than by default. */
interface Variant {
  readonly state?: 'redis'
  readonly info?: 'no'
}

function start(
  module: string,
  algorithm: Algorithm | undefined,
  { state, info }: Variant = {},
): Promise<ServerProcess> {
  process.env.BENCH_ALGORITHM = algorithm ?? 'SHA-256'
  process.env.BENCH_STATE = state ?? 'memory'
  process.env.BENCH_INFO = info ?? 'yes'
  // That MD5 is weak is known here.
  process.env.NODE_NO_WARNINGS = '1'
  return startServer(`./digest/${module}`)
}

/** Server, Redis and client share two cores, so this client sleeps while it waits. */
async function measureRedis(): Promise<void> {
  const kept = [
    await start('node-gatewright.ts', 'SHA-256'),
    await start('node-gatewright.ts', 'SHA-256', { state: 'redis' }),
  ]
  const rates = kept.map((): number[] => [])
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, { port }] of kept.entries()) {
      const figure = await rate({ port, algorithm: 'SHA-256', connections: CONNECTIONS, sleeps: true }, ROUND_MS)
      // The first round is for warming up.
      if (round > 0) rates[i]?.push(figure)
    }
  }
  await Promise.all(kept.map((server) => server.stop()))
  const [here = [], inRedis = []] = rates
  row('node:http, gatewright, SHA-256, counts kept', ['here', 'in Redis', 'ratio'])
  row('to reach: 0.5', [median(here).toFixed(0), median(inRedis).toFixed(0), share(inRedis, here)])
}

/** What a server remembers of challenges that nobody answers, and what that does to those who do. */
async function measureUnanswered(): Promise<void> {
  row('after challenges that nobody answered', ['before', 'after', 'ratio', 'MiB more'])
  for (const [name, module, algorithm, count] of [
    ['node:http, gatewright, SHA-256', 'node-gatewright.ts', 'SHA-256', UNANSWERED],
    ['node:http, http-auth, MD5', 'http-auth.ts', 'MD5', UNANSWERED_OF_HTTP_AUTH],
  ] as const) {
    const server = await start(module, algorithm)
    const load = { port: server.port, algorithm, connections: CONNECTIONS }
    await rate(load, ROUND_MS)
    const before = await rate(load, 2 * ROUND_MS)
    const { rssBytes: empty } = await server.usage('at rest')
    await leaveUnanswered(server.port, count, CONNECTIONS)
    const { rssBytes: full } = await server.usage('at rest')
    // Being at rest drops compiled code, too.
    await rate(load, ROUND_MS)
    const after = await rate(load, 2 * ROUND_MS)
    await server.stop()
    const columns = [
      before.toFixed(0),
      after.toFixed(0),
      (after / before).toFixed(2),
      ((full - empty) / 2 ** 20).toFixed(1),
    ]
    row(`${name}, ${count.toLocaleString('en')} of them`, columns)
  }
}

function row(what: string, columns: readonly string[]): void {
  console.log(`${what.padEnd(58)}${columns.map((column) => column.padStart(14)).join('')}`)
}

import { startServer } from './server-process.ts'
import { crowd, cycles } from './tcp/client.ts'

/** Ours, beside the floor: a bare server with the same answers hard-coded. */
const SERVERS = { 'node:net': './tcp/bare-server.ts', 'adapter-tcp': './tcp/gatewright-server.ts' } as const
type Name = keyof typeof SERVERS
type Figures = Record<Name, number[]>

const ROUNDS = 16
const ROUND_MS = 1000
const SIDE_BY_SIDE = 32
const CROWD = 5000
const CROWDS = 3

const names = Object.keys(SERVERS) as Name[]
const figures = (): Figures => ({ 'node:net': [], 'adapter-tcp': [] })

/** Logins through adapter-tcp, side by side with a bare `node:net` server; both run in processes of their own. */
export async function benchTcp(): Promise<void> {
  const { perSecond, cpu } = await measureCycles()
  const { atRest, rightAfter } = await measureCrowd()
  row('', [...names, 'ratio', 'reach'])
  compare('connect, log in, one echo, close; a second', perSecond, 0, '>= 0.90')
  compare('server CPU for one of these, microseconds', cpu, 1, '<= 1.25')
  compare(`RSS for each of ${CROWD} idle logins, at rest, KiB`, atRest, 2, '<= 1.50')
  compare('the same right after they came, KiB', rightAfter, 2, '')
}

/** Medians, and the median of the ratios: each is of two neighbours in time. */
function compare(
  what: string,
  { 'node:net': floor, 'adapter-tcp': ours }: Figures,
  digits: number,
  reach: string,
): void {
  const ratio = median(ours.map((figure, round) => figure / (floor[round] ?? Number.NaN)))
  row(what, [median(floor).toFixed(digits), median(ours).toFixed(digits), `${ratio.toFixed(2)}x`, reach])
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function row(what: string, columns: readonly string[]): void {
  console.log(`${what.padEnd(50)}${columns.map((column) => column.padStart(13)).join('')}`)
}

/** Rounds take turns, so that whatever else the machine does falls on both alike. */
async function measureCycles(): Promise<{ perSecond: Figures; cpu: Figures }> {
  const perSecond = figures()
  const cpu = figures()
  const servers = await Promise.all(names.map(async (name) => ({ name, server: await startServer(SERVERS[name]) })))
  for (const { server } of servers) await cycles(server.port, 2 * ROUND_MS, SIDE_BY_SIDE)
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, server } of round % 2 === 0 ? servers : servers.toReversed()) {
      const before = await server.usage('now')
      const { count, ms } = await cycles(server.port, ROUND_MS, SIDE_BY_SIDE)
      const after = await server.usage('now')
      perSecond[name].push((count * 1000) / ms)
      cpu[name].push((after.cpuMicroseconds - before.cpuMicroseconds) / count)
    }
  }
  await Promise.all(servers.map(({ server }) => server.stop()))
  return { perSecond, cpu }
}

/** Each crowd meets a fresh server, and stays: what is measured is what the server holds for it, from empty. */
async function measureCrowd(): Promise<{ atRest: Figures; rightAfter: Figures }> {
  const atRest = figures()
  const rightAfter = figures()
  for (let n = 0; n < CROWDS; n++) {
    for (const name of names) {
      const server = await startServer(SERVERS[name])
      const before = await server.usage('at rest')
      const sockets = await crowd(server.port, CROWD)
      for (const [figure, when] of [[rightAfter, 'now'] as const, [atRest, 'at rest'] as const]) {
        const after = await server.usage(when)
        figure[name].push((after.rssBytes - before.rssBytes) / CROWD / 1024)
      }
      for (const socket of sockets) socket.destroy()
      await server.stop()
    }
  }
  return { atRest, rightAfter }
}

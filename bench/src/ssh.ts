import { type ServerProcess, startServer } from './server-process.ts'
import { median } from './side-by-side.ts'
import { crowd, type Identity, logins, throughput } from './ssh/client.ts'
import { makeKey } from './ssh/keys.ts'
import { type Sshd, startSshd } from './ssh/sshd.ts'

const ROUNDS = 8
const ROUND_MS = 2000
/** Fewer than the ten with which a server begins to turn clients away. */
const SIDE_BY_SIDE = 8
const STREAMS = 6
const CROWD = 300
const CROWDS = 3

const FLOOR = 'ssh2'
const OURS = 'adapter-ssh'
const SSHD = 'sshd'

/** What was measured of each contestant, round by round. */
type Figures = Map<string, number[]>

interface Contestant {
  readonly name: string
  readonly port: number
  readonly cpuMicroseconds: () => Promise<number>
}

/** Logins through adapter-ssh, side by side with bare ssh2 and with OpenSSH's sshd; each server in processes of its own. */
export async function benchSsh(): Promise<void> {
  const hostKey = makeKey()
  const user = makeKey()
  process.env.BENCH_SSH = JSON.stringify([hostKey.privateText, user.blob])
  const key: Identity = { username: 'root', privateKey: user.privateText }
  const secret: Identity = { username: 'root', password: 'sesame' }

  const processes = new Map<string, ServerProcess>([
    [FLOOR, await startServer('./ssh/raw-server.ts')],
    [OURS, await startServer('./ssh/gatewright-server.ts')],
  ])
  const sshd = await startSshd(hostKey, user)
  if (!sshd) console.log('sshd is not here, or this is not root: left out')
  try {
    const ours = [...processes].map(([name, server]) => contestant(name, server))
    const all = sshd ? [...ours, { name: SSHD, port: sshd.port, cpuMicroseconds: () => sshd.cpuMicroseconds() }] : ours
    row('', [FLOOR, OURS, 'ratio', 'to reach', SSHD])
    await compareLogins('publickey', all, key)
    await compareLogins('password', ours, secret)
    await compareStreams(ours, key)
  } finally {
    await stopAll([...processes.values()], sshd)
  }
  await compareCrowds(key)
}

function contestant(name: string, server: ServerProcess): Contestant {
  return { name, port: server.port, cpuMicroseconds: async () => (await server.usage('now')).cpuMicroseconds }
}

async function stopAll(processes: readonly ServerProcess[], sshd: Sshd | undefined): Promise<void> {
  await Promise.all(processes.map((server) => server.stop()))
  await sshd?.stop()
}

/** Rounds take turns, so that whatever else the machine does falls on all alike. */
async function compareLogins(how: string, contestants: readonly Contestant[], identity: Identity): Promise<void> {
  const perSecond: Figures = new Map()
  const cpu: Figures = new Map()
  for (const { port } of contestants) await logins(port, identity, ROUND_MS, SIDE_BY_SIDE)
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, port, cpuMicroseconds } of round % 2 === 0 ? contestants : contestants.toReversed()) {
      const before = await cpuMicroseconds()
      const { count, ms } = await logins(port, identity, ROUND_MS, SIDE_BY_SIDE)
      add(perSecond, name, (count * 1000) / ms)
      add(cpu, name, ((await cpuMicroseconds()) - before) / count / 1000)
    }
  }
  compare(`${how} logins a second`, perSecond, 0, '>= 0.95')
  compare(`server CPU for one ${how} login, ms`, cpu, 2, '<= 1.10')
}

async function compareStreams(contestants: readonly Contestant[], identity: Identity): Promise<void> {
  const figures: Figures = new Map()
  for (const { port } of contestants) await throughput(port, identity)
  for (let round = 0; round < STREAMS; round++) {
    for (const { name, port } of round % 2 === 0 ? contestants : contestants.toReversed()) {
      add(figures, name, await throughput(port, identity))
    }
  }
  compare('stream of a command, MiB a second', figures, 0, '>= 0.95')
}

/** Each crowd meets a fresh server, and stays: what is measured is what the server holds for it, from empty. */
async function compareCrowds(identity: Identity): Promise<void> {
  const atRest: Figures = new Map()
  const modules = { [FLOOR]: './ssh/raw-server.ts', [OURS]: './ssh/gatewright-server.ts' }
  for (let n = 0; n < CROWDS; n++) {
    for (const [name, module] of Object.entries(modules)) {
      const server = await startServer(module)
      // The first login loads and compiles what all of them need.
      for (const client of await crowd(server.port, identity, SIDE_BY_SIDE, SIDE_BY_SIDE)) client.end()
      const before = await server.usage('at rest')
      const clients = await crowd(server.port, identity, CROWD, SIDE_BY_SIDE)
      const after = await server.usage('at rest')
      add(atRest, name, (after.rssBytes - before.rssBytes) / CROWD / 1024)
      for (const client of clients) client.destroy()
      await server.stop()
    }
  }
  compare(`RSS for each of ${CROWD} idle connections, at rest, KiB`, atRest, 1, '<= 1.20')
}

function add(figures: Figures, name: string, figure: number): void {
  figures.set(name, [...(figures.get(name) ?? []), figure])
}

/** Medians, and the median of the ratios: each is of two neighbours in time. */
function compare(what: string, figures: Figures, digits: number, reach: string): void {
  const of = (name: string) => figures.get(name) ?? []
  const floor = of(FLOOR)
  const ratio = median(of(OURS).map((figure, round) => figure / (floor[round] ?? Number.NaN)))
  const columns = [median(floor).toFixed(digits), median(of(OURS)).toFixed(digits), `${ratio.toFixed(2)}x`, reach]
  row(what, figures.has(SSHD) ? [...columns, median(of(SSHD)).toFixed(digits)] : columns)
}

function row(what: string, columns: readonly string[]): void {
  console.log(`${what.padEnd(56)}${columns.map((column) => column.padStart(13)).join('')}`)
}

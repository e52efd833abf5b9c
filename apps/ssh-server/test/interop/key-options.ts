import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { isDeepStrictEqual } from 'node:util'
import { byKey, ssh } from './openssh.ts'
import type { Doors, KeyDoor } from './sshd.ts'
import type { World } from './world.ts'

/** A line before a key, and what the client shows for it. */
interface Situation {
  readonly options: string
  readonly authority: boolean
  /** The file of the certificate, if one is shown. */
  readonly certificate?: string
}

/** What the client sees of it. */
interface Seen {
  readonly is: 'outside' | 'at a terminal' | 'without a terminal'
  /** What it has run there, and how that ended. */
  readonly out: string
  readonly code: number | null
}

/** What is signed for the key, by what `ssh-keygen -s` is told. */
const CERTIFICATES: Readonly<Record<string, readonly string[]>> = {
  own: ['-n', userInfo().username],
  ops: ['-n', 'ops'],
  several: ['-n', 'dev,ops'],
  forced: ['-n', `ops,${userInfo().username}`, '-O', 'force-command=echo certified'],
  bare: ['-n', `ops,${userInfo().username}`, '-O', 'clear'],
  elsewhere: ['-n', `ops,${userInfo().username}`, '-O', 'source-address=192.0.2.0/24'],
}

/** The files of them all. */
function signAll(world: World): readonly string[] {
  return Object.entries(CERTIFICATES).map(([name, options]) => world.sign(`options-${name}`, { options }))
}

/** What may stand before a key, one of each row, and how often nothing of the row does, in a hundred. */
const ROWS: readonly (readonly [nothing: number, ...options: readonly string[]])[] = [
  [45, 'command="echo forced"', 'command="echo was $SSH_ORIGINAL_COMMAND"', 'COMMAND="echo \\"quoted\\"; exit 3"'],
  [20, 'no-pty', 'restrict', 'pty', 'restrict,pty', 'pty,restrict', 'no-pty,pty', 'pty,no-pty', 'RESTRICT', 'No-Pty'],
  [50, 'environment="GW=1"', 'environment="GW=1",environment="GW=2"', 'environment="OTHER=x",environment="GW=a b"'],
  [60, 'from="127.0.0.1"', 'from="127.0.0.0/8,!10.0.0.1"', 'from="127.*"', 'from="*,!127.0.0.1"'],
  [70, 'expiry-time="20990101"', 'expiry-time="209901011200Z"', 'expiry-time="20200101"'],
  [80, 'no-port-forwarding', 'no-agent-forwarding,no-X11-forwarding', 'permitopen="localhost:22"', 'no-user-rc'],
]
const PRINCIPALS = ['', '', ',principals="ops"', ',principals="ops,dev"', `,principals="${userInfo().username}"`]

/** Situations, made at random from a seed. */
function* situations(certificates: readonly string[], seed: number, count: number): Generator<Situation> {
  let state = seed
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 8) % below
  }
  const one = <T>(of: readonly T[]): T => of[next(of.length)] as T

  for (let i = 0; i < count; i++) {
    const chosen = ROWS.flatMap(([nothing, ...options]) => (next(100) < nothing ? [] : [one(options)]))
    const authority = next(100) < 45
    if (authority) chosen.push(`cert-authority${one(PRINCIPALS)}`)
    // Any option may come first: what one takes away another may have given before.
    for (let at = chosen.length - 1; at > 0; at--) {
      const other = next(at + 1)
      ;[chosen[at], chosen[other]] = [chosen[other] ?? '', chosen[at] ?? '']
    }
    const shown = next(100) < (authority ? 90 : 10)
    yield { options: chosen.join(','), authority, ...(shown && { certificate: one(certificates) }) }
  }
}

/** Asks for a terminal and a command; and for the command alone, when there is no terminal. */
async function look(world: World, door: KeyDoor, { options, authority, certificate }: Situation): Promise<Seen> {
  const key = readFileSync(world.path(authority ? 'ca.pub' : 'signed.pub'), 'utf8').trim()
  door.line = `${options} ${key}`.trim()
  const shown = certificate === undefined ? [] : [`CertificateFile=${certificate}`]
  const ask = async (terminal: 'force' | 'no') => {
    const strangers = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR']
    const all = [...byKey(world, 'signed', ...shown), ...strangers, `RequestTTY=${terminal}`]
    const call = { port: door.port, user: userInfo().username, options: all }
    return await ssh(world, call, 'echo asked $GW')
  }
  const first = await ask('force')
  if (first.err.includes('Permission denied')) return { is: 'outside', out: first.out, code: first.code }
  const refused = first.err.includes('PTY allocation request failed')
  const { out, code } = refused ? await ask('no') : first
  return { is: refused ? 'without a terminal' : 'at a terminal', out: out.replaceAll('\r', ''), code }
}

/** Situations that look different by the two, and how often the client was where. */
export async function compare(
  { world, ours, theirs }: Doors,
  seed: number,
  count: number,
): Promise<{ readonly different: readonly unknown[]; readonly times: Readonly<Record<string, number>> }> {
  const different: unknown[] = []
  const times: Record<string, number> = {}
  for (const situation of situations(signAll(world), seed, count)) {
    const [mine, other] = await Promise.all([look(world, ours, situation), look(world, theirs, situation)])
    if (!isDeepStrictEqual(mine, other)) different.push({ situation, ours: mine, theirs: other })
    const where = `${other.is}${situation.authority ? ' by a certificate' : ''}`
    times[where] = (times[where] ?? 0) + 1
  }
  return { different, times }
}

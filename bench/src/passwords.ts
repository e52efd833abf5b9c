import { pbkdf2, scrypt, timingSafeEqual } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { type HashOptions, hash, hashingBudget, verify } from '@gatewright/passwords'
import { verify as verifyArgon2 } from '@node-rs/argon2'
import { verify as verifyBcrypt } from '@node-rs/bcrypt'
import { libcrypt } from './libcrypt.ts'
import { loginStorm } from './login-storm.ts'
import { sideBySide } from './side-by-side.ts'

/** One way of storing passwords, and who else can verify it off the event loop. */
interface Subject {
  readonly name: string
  readonly stored: string
  readonly peer: string
  readonly verify: (stored: string) => Promise<boolean>
}

const PASSWORD = 'correct horse'
const ROUNDS = 9
/** Verifications of one contestant in one round take about so long. */
const SLICE_MS = 150
const IN_FLIGHT = [1, 2]
const STORM = 50

const deriveScrypt = promisify<Buffer, Buffer, number, object, Buffer>(scrypt)
const derivePbkdf2 = promisify(pbkdf2)

async function subjects(): Promise<Subject[]> {
  const make = (options: HashOptions) => hash(PASSWORD, { ...options, allowWeak: true })
  const scryptKey = async (stored: string) => {
    const [, , , salt = '', key = ''] = stored.split('$')
    const cost = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 }
    const made = await deriveScrypt(Buffer.from(PASSWORD), Buffer.from(salt, 'base64'), 32, cost)
    return timingSafeEqual(made, Buffer.from(key, 'base64'))
  }
  const pbkdf2Key = async (stored: string) => {
    const [, , , salt = '', key = ''] = stored.split('$')
    const made = await derivePbkdf2(PASSWORD, Buffer.from(salt, 'base64'), 600_000, 32, 'sha256')
    return timingSafeEqual(made, Buffer.from(key, 'base64'))
  }
  const crypt = await libcrypt()
  const unix = (name: string, stored: string | undefined): Subject[] =>
    crypt && stored !== undefined
      ? [{ name, stored, peer: 'libcrypt', verify: async (text) => (await crypt(PASSWORD, text)) === text }]
      : []
  return [
    {
      name: 'argon2id 19 MiB, t=2',
      stored: await make({}),
      peer: '@node-rs/argon2',
      verify: (stored) => verifyArgon2(stored, PASSWORD),
    },
    {
      name: 'bcrypt cost 10',
      stored: await make({ scheme: 'bcrypt', cost: 10 }),
      peer: '@node-rs/bcrypt',
      verify: (stored) => verifyBcrypt(PASSWORD, stored),
    },
    { name: 'scrypt 2^15, p=3', stored: await make({ scheme: 'scrypt' }), peer: 'node:crypto', verify: scryptKey },
    {
      name: 'pbkdf2-sha256 600k',
      stored: await make({ scheme: 'pbkdf2-sha256' }),
      peer: 'node:crypto',
      verify: pbkdf2Key,
    },
    ...unix('yescrypt j9T', await make({ scheme: 'yescrypt' })),
    ...unix('sha512crypt 5,000', await crypt?.(PASSWORD, '$6$saltsaltsaltsalt$')),
    ...unix('sha256crypt 5,000', await crypt?.(PASSWORD, '$5$saltsaltsaltsalt$')),
    ...unix('md5crypt', await crypt?.(PASSWORD, '$1$saltsalt$')),
    ...unix('sha1crypt 24,680', await crypt?.(PASSWORD, '$sha1$24680$saltsalt$')),
  ]
}

const own = async (stored: string) => (await verify(stored, PASSWORD)) !== 'mismatch'

/** Verifications a second beside the native libraries, and what everything else notices of fifty at once. */
export async function benchPasswords(): Promise<void> {
  hashingBudget.configure({ threads: Math.max(...IN_FLIGHT) })
  const all = await subjects()
  console.log('\nverifications a second, each in turn with its peer')
  console.log(row('format', 'in flight', 'ours', 'peer', 'ratio', 'peer is'))
  for (const subject of all) {
    for (const inFlight of IN_FLIGHT) console.log(await throughput(subject, inFlight))
  }
  console.log(`\n${STORM} in flight, ${hashingBudget.limits.threads} threads`)
  console.log(row('format', 'loop p99', 'loop max', 'fs.stat', 'all done', ''))
  // What the machine itself is late by, whatever this process does.
  console.log(await storm('(none)', () => new Promise((resolve) => setTimeout(resolve, STORM))))
  for (const { name, stored } of all) console.log(await storm(name, () => own(stored)))
  await loginStorm()
}

async function throughput({ name, stored, peer, verify: theirs }: Subject, inFlight: number): Promise<string> {
  // A contestant that answers wrongly is not fast.
  if (!(await own(stored)) || !(await theirs(stored))) throw new Error(`wrong answer for ${name}`)
  const many = (one: (stored: string) => Promise<boolean>) => () =>
    Promise.all(Array.from({ length: inFlight }, () => one(stored)))
  const began = performance.now()
  await many(theirs)()
  const runs = Math.max(1, Math.round(SLICE_MS / (performance.now() - began)))
  const [measure, ours] = await sideBySide(
    [
      { name: peer, run: many(theirs) },
      { name: 'ours', run: many(own) },
    ],
    ROUNDS,
    runs,
  )
  const perSecond = (ns = Number.NaN) => ((inFlight * 1e9) / ns).toFixed(0)
  return row(
    name,
    `${inFlight}`,
    perSecond(ours?.ns),
    perSecond(measure?.ns),
    `${(1 / (ours?.ratio ?? 0)).toFixed(2)}x`,
    peer,
  )
}

/** How long the event loop was late, and how long one look at a file took, while all of them were under way. */
async function storm(name: string, one: () => Promise<unknown>): Promise<string> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const began = performance.now()
  const all = Promise.all(Array.from({ length: STORM }, one))
  await new Promise((resolve) => setTimeout(resolve, 2))
  const asked = performance.now()
  await stat(new URL(import.meta.url))
  const waited = performance.now() - asked
  await all
  const took = performance.now() - began
  delay.disable()
  // The histogram holds the gaps between its ticks, which are 1 ms when nothing is late.
  const late = (ns: number) => `${Math.max(0, ns / 1e6 - 1).toFixed(1)} ms`
  return row(name, late(delay.percentile(99)), late(delay.max), `${waited.toFixed(1)} ms`, `${took.toFixed(0)} ms`, '')
}

function row(first: string, ...rest: readonly string[]): string {
  const last = rest.at(-1) ?? ''
  return `${first.padEnd(21)}${rest
    .slice(0, -1)
    .map((cell) => cell.padStart(11))
    .join('')}  ${last}`.trimEnd()
}

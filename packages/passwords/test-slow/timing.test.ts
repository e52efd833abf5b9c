import { createHash } from 'node:crypto'
import { type Checker, pass, password } from '@gatewright/portal'
import { beforeAll, describe, expect, test } from 'vitest'
import { hash, type StoredUser, userChecker } from '../src/index.ts'
import { attempt } from '../test/trivial.ts'

/** Of each class. */
const SAMPLES = 3_000
/** Leakage tests commonly call it a leak above this: by chance it is passed once in 100,000 times. */
const LEAK = 4.5
/** Slow logins are those that something else interrupted; a leak shows in the quick ones. */
const CROPS = [1, 0.9, 0.75, 0.5]

/** Long enough that a missing one shows, short enough for thousands. */
const OPTIONS = { memory: 256, passes: 1, allowWeak: true }

/** Which login is tried when, the same in every run; by chance, so that no rhythm of the machine falls on one class. */
function* order(classes: number, count: number): Generator<number> {
  for (let i = 0; i < count; i++) {
    for (const byte of createHash('sha256').update(`order ${i}`).digest()) yield byte % classes
  }
}

/** Welch's t of two samples: how far apart their means are, in units of what chance makes of them. */
function welch(one: readonly number[], other: readonly number[]): number {
  const moments = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
    return { mean, error: variance / values.length }
  }
  const [a, b] = [moments(one), moments(other)]
  return (a.mean - b.mean) / Math.sqrt(a.error + b.error)
}

/** The largest t of all crops; each crop has one threshold for both classes. */
function worst(one: readonly number[], other: readonly number[]): number {
  const all = [...one, ...other].sort((a, b) => a - b)
  const ts = CROPS.map((share) => {
    const most = all[Math.ceil(share * all.length) - 1] ?? 0
    return welch(
      one.filter((ms) => ms <= most),
      other.filter((ms) => ms <= most),
    )
  })
  // A crop that leaves none of one class says nothing; the whole of them does.
  return Math.max(...ts.map(Math.abs).filter(Number.isFinite))
}

/** How long logins of each name take, in milliseconds. */
async function times(checker: Checker, names: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>> {
  const taken = new Map(names.map((name) => [name, [] as number[]]))
  const credentials = names.map((name) => password(name, 'a wrong guess'))
  const turns = order(names.length, (SAMPLES * names.length) / 32 + 4 * names.length)
  let warm = 200
  for (const at of turns) {
    const credential = credentials[at]
    if (!credential) continue
    const from = attempt()
    const began = performance.now()
    await Promise.resolve(checker.check(credential, from)).catch(() => undefined)
    const ms = performance.now() - began
    if (warm-- <= 0) taken.get(credential.username)?.push(ms)
  }
  return taken
}

// A user whose stored string is broken is no class of these: that login ends in a fault, which the client is told.
describe('the time of a refusal does not tell', () => {
  const users = new Map<string, StoredUser>()
  const find = (name: string) => users.get(name)
  beforeAll(async () => {
    const stored = await hash('sesame', OPTIONS)
    users.set('known', { id: 'known', password: stored })
    users.set('locked', { id: 'locked', password: stored, blocked: 'locked' })
    users.set('expired', { id: 'expired', password: stored, blocked: 'expired' })
    users.set('nothing', { id: 'nothing' })
  })

  test('who exists, who is blocked, and who has no password', async () => {
    const others = ['unknown', 'locked', 'expired', 'nothing']
    const taken = await times(userChecker({ name: 'users', find, sample: () => users.get('known')?.password }), [
      'known',
      ...others,
    ])
    const known = taken.get('known') ?? []
    for (const name of others) {
      const own = taken.get(name) ?? []
      expect(Math.min(known.length, own.length)).toBeGreaterThan(SAMPLES / 2)
      expect(worst(known, own), name).toBeLessThan(LEAK)
    }
  })

  test('and the test would see it if it did', async () => {
    const honest = userChecker({ name: 'users', find, sample: () => users.get('known')?.password })
    const hasty: Checker<'password'> = {
      name: 'hasty',
      accepts: ['password'],
      check: (credential, from) => (users.has(credential.username) ? honest.check(credential, from) : pass()),
    }
    const taken = await times(hasty, ['known', 'unknown'])
    expect(worst(taken.get('known') ?? [], taken.get('unknown') ?? [])).toBeGreaterThan(10 * LEAK)
  })
})

import { WireWriter } from '@gatewright/ssh-keys'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FAILURE, offer, PK_OK, RawClient, request, SUCCESS } from './raw-client.ts'
import { clientKey, keys, rig } from './rig.ts'

/** Those of ada, and one of whoever wants to be her. */
const hers = [clientKey(), clientKey(), clientKey()] as const
const his = clientKey()
const everybody = [...hers, his] as const

const ED25519 = 'ssh-ed25519'
const ALGORITHMS = [
  ...['ssh-ed25519-cert-v01@openssh.com', 'sk-ssh-ed25519@openssh.com', 'ecdsa-sha2-nistp256'],
  ...['rsa-sha2-256', 'rsa-sha2-512', 'ssh-rsa', 'ssh-dss', 'SSH-ED25519', ''],
]

/** How a request is not what it seems to be; each by itself keeps the door shut. */
interface Ways {
  /** Who has signed, if it was not the key that is named. */
  readonly signer: number | undefined
  /** A signature that was good for another session. */
  readonly otherSession: boolean
  /** For somebody else, or something else, than is asked for. */
  readonly otherUser: string | undefined
  readonly otherService: boolean
  /** Over the question whether the key would do. */
  readonly onlyOffered: boolean
  readonly algorithm: string | undefined
  readonly label: string | undefined
  readonly damage: 'flipped' | 'cut' | 'longer' | 'empty' | undefined
}

const RIGHT: Ways = {
  ...{ signer: undefined, otherSession: false, otherUser: undefined, otherService: false },
  ...{ onlyOffered: false, algorithm: undefined, label: undefined, damage: undefined },
}

const wrong: { readonly [Way in keyof Ways]: fc.Arbitrary<Ways[Way]> } = {
  signer: fc.nat(3),
  otherSession: fc.constant(true),
  otherUser: fc.constantFrom('bob', '', 'ada\0', 'Ada', 'root'),
  otherService: fc.constant(true),
  onlyOffered: fc.constant(true),
  algorithm: fc.constantFrom(...ALGORITHMS),
  label: fc.constantFrom(...ALGORITHMS),
  damage: fc.constantFrom('flipped', 'cut', 'longer', 'empty'),
}
const NAMES = Object.keys(wrong) as (keyof Ways)[]

/** A signed request that is right but in one way or in several, or in none. */
const ways: fc.Arbitrary<Ways> = fc
  .oneof(
    { weight: 7, arbitrary: fc.constantFrom(...NAMES).map((name) => [name]) },
    fc.subarray(NAMES, { minLength: 2 }),
  )
  .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, wrong[name]]))))
  .map((chosen) => ({ ...RIGHT, ...chosen }))

const move = fc.record({
  does: fc.constantFrom('offer', 'deceive', 'deceive', 'deceive', 'sign'),
  which: fc.nat(3),
  ways,
  algorithm: fc.constantFrom(ED25519, ED25519, ...ALGORITHMS),
})

function signed(user: string, which: number, sessionId: Buffer, how: Ways): Buffer {
  const { blob } = everybody[which] ?? his
  const algorithm = how.algorithm ?? ED25519
  const fields = (flag: number) => new WireWriter().byte(flag).string(algorithm).string(blob).done()
  const service = how.otherService ? 'ssh-userauth' : 'ssh-connection'
  const content = request(how.otherUser ?? user, 'publickey', fields(how.onlyOffered ? 0 : 1), service)
  const session = how.otherSession ? Buffer.alloc(sessionId.length, 7) : sessionId
  const value = (everybody[how.signer ?? which] ?? his).sign(new WireWriter().string(session).bytes(content).done())
  const signature = new WireWriter()
    .string(how.label ?? ED25519)
    .string(damaged(value, how.damage))
    .done()
  return new WireWriter()
    .bytes(request(user, 'publickey', fields(1)))
    .string(signature)
    .done()
}

function damaged(value: Buffer, damage: Ways['damage']): Buffer {
  if (damage === 'flipped') return Buffer.from(value.map((byte, at) => (at === 40 ? byte ^ 1 : byte)))
  if (damage === 'cut') return value.subarray(0, -1)
  if (damage === 'longer') return Buffer.concat([value, Buffer.of(0)])
  return damage === 'empty' ? Buffer.alloc(0) : value
}

it('whoever offers, and signs with what is not theirs, for what it is not, stays outside: 150 sequences', async () => {
  await using door = await rig({ checkers: [keys(hers.map((key) => [key]))], limits: { failures: 1000 } })
  const tried = new Map<string, number>()
  let logins = 0
  const sequence = fc.record({
    user: fc.constantFrom('ada', 'ada', 'ada', 'bob'),
    moves: fc.array(move, { minLength: 1, maxLength: 30, size: 'max' }),
  })
  await fc.assert(
    fc.asyncProperty(sequence, async ({ user, moves }) => {
      using client = await RawClient.connect(door.port)
      const before = door.guests.length
      for (const { does, which, ways: how, algorithm } of moves) {
        const key = everybody[which] ?? his
        const known = user === 'ada' && key !== his
        if (does === 'offer') {
          const welcome = known && algorithm === ED25519
          expect((await client.ask(offer(user, key, algorithm)))?.number).toBe(welcome ? PK_OK : FAILURE)
          continue
        }
        // To sign with one's own key is no deception.
        const right =
          does === 'sign' || (how.signer === which && NAMES.every((n) => n === 'signer' || how[n] === RIGHT[n]))
        const answer = await client.ask(signed(user, which, client.sessionId, does === 'sign' ? RIGHT : how))
        if (right && known) {
          expect(answer?.number).toBe(SUCCESS)
          expect(door.guests.slice(before)).toMatchObject([{ id: 'ada', facts: { which } }])
          logins++
          return
        }
        expect(answer?.number).toBe(FAILURE)
        if (does === 'deceive' && known && !right) {
          const name = NAMES.filter((n) => how[n] !== RIGHT[n]).join()
          tried.set(name, (tried.get(name) ?? 0) + 1)
        }
      }
      expect(door.guests).toHaveLength(before)
    }),
    { seed: 4252, numRuns: 150 },
  )
  // Each deception was tried where nothing else stood in its way, and the door does open.
  expect(NAMES.filter((name) => (tried.get(name) ?? 0) < 5)).toEqual([])
  expect(logins).toBeGreaterThan(20)
  expect(door.errors).toEqual([])
})

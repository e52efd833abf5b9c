import { type HttpLogin, httpDigest } from '@gatewright/adapter-http-digest'
import { accept, type Checker, createPortal, reject } from '@gatewright/portal'
import type { StateStore } from '@gatewright/state'
import { redisState } from '@gatewright/state-redis'
import { algorithm, BODY, digest, PASSWORD, REALM, USERNAME } from './account.ts'

const ha1 = digest(algorithm, `${USERNAME}:${REALM}:${PASSWORD}`)

/** One stored HA1, and no more work than comparing it. */
const checker: Checker<'digest'> = {
  name: 'ha1',
  accepts: ['digest'],
  check: (answer) => (answer.username === USERNAME && answer.verify(ha1) ? accept(USERNAME) : reject('wrong')),
}

const portal = createPortal({ realm: { member: () => BODY }, checkers: [checker] })

/** Ours, with every check there is. BENCH_STATE says where nonce counts are kept, BENCH_INFO whether answers prove themselves too. */
export const login: HttpLogin<{ member: string }, 'member'> = httpDigest({
  portal,
  avatar: 'member',
  realm: REALM,
  algorithms: [algorithm],
  authenticationInfo: process.env.BENCH_INFO !== 'no',
  ...(process.env.BENCH_STATE === 'redis' ? { state: await sharedState() } : {}),
})

/** Loaded by whom it is measured with alone: ioredis 6 extends String, and from then on V8 inlines no method of any string. */
async function sharedState(): Promise<StateStore> {
  const { Redis } = await import('ioredis')
  return redisState(new Redis())
}

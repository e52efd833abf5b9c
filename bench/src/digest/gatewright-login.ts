import { type HttpLogin, httpDigest } from '@gatewright/adapter-http-digest'
import { accept, type Checker, createPortal, reject } from '@gatewright/portal'
import type { StateStore } from '@gatewright/state'
import { redisState } from '@gatewright/state-redis'
import { Redis } from 'ioredis'
import { algorithm, BODY, digest, PASSWORD, REALM, USERNAME } from './account.ts'

const ha1 = digest(algorithm, `${USERNAME}:${REALM}:${PASSWORD}`)

/** One stored HA1, and no more work than comparing it. */
const checker: Checker<'digest'> = {
  name: 'ha1',
  accepts: ['digest'],
  check: (answer) => (answer.username === USERNAME && answer.verify(ha1) ? accept(USERNAME) : reject('wrong')),
}

const portal = createPortal({ realm: { member: () => BODY }, checkers: [checker] })

/** Ours, with every check there is. Nonce counts are kept in Redis when BENCH_STATE says so. */
export const login: HttpLogin<{ member: string }, 'member'> = httpDigest({
  portal,
  avatar: 'member',
  realm: REALM,
  algorithms: [algorithm],
  ...(process.env.BENCH_STATE === 'redis' ? { state: sharedState() } : {}),
})

function sharedState(): StateStore {
  return redisState(new Redis({ lazyConnect: false }))
}

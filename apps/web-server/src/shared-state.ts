import type { Log } from '@gatewright/auth-option'
import type { LoginObserver } from '@gatewright/portal'
import { StateError, type StateStore } from '@gatewright/state'
import { redisState } from '@gatewright/state-redis'
import { connectRedis, placeOf, wordOf } from './connect-redis.ts'
import type { RedisAddress } from './state-option.ts'

/** What several processes know together. */
export interface SharedState {
  readonly store: StateStore
  close(): void
}

/**
 * Nonce counts in Redis. When it is lost, that is logged once, and once that it is back, however many logins ask meanwhile.
 * @throws {StateError} `UNAVAILABLE`, `DEADLINE`: it cannot be reached, or keeps nothing
 */
export async function openSharedState(address: RedisAddress, log: Pick<Log, 'info' | 'error'>): Promise<SharedState> {
  const client = await connectRedis(address)
  const redis = redisState(client)
  let lost = false
  const lose = (error: unknown): void => {
    if (lost) return
    lost = true
    const why = error instanceof StateError ? { reason: error.message, hint: error.hint } : { reason: wordOf(error) }
    log.error('state.lost', { message: `nobody is let in by Digest without ${placeOf(address)}`, ...why })
  }
  const find = (): void => {
    if (!lost) return
    lost = false
    log.info('state.back', { message: `${placeOf(address)} is back` })
  }
  client.on('error', lose).on('ready', find)
  try {
    // A replica, or a Redis that is full, answers, but is of no use.
    await redis.put('web-server:start', '', 1)
  } catch (error) {
    client.disconnect()
    throw error
  }
  return {
    store: {
      ...redis,
      async window(key, n, size, ttlMs) {
        try {
          const answer = await redis.window(key, n, size, ttlMs)
          find()
          return answer
        } catch (error) {
          lose(error)
          throw error
        }
      },
    },
    close: () => client.disconnect(),
  }
}

/** An observer that does not hear of a lost state from every login that needs it: that was logged when it was lost. */
export function exceptLostState(observer: LoginObserver): LoginObserver {
  return (event) => {
    if (event.type !== 'fault' || !(event.error.cause instanceof StateError)) observer(event)
  }
}

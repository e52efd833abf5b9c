/**
 * One-time and counted things, shared by every process that uses the same Redis or Valkey, through the client that you have:
 * `ioredis` or `redis`, one server or a cluster.
 *
 * ```ts
 * import { Redis } from 'ioredis'
 * import { redisState } from '@gatewright/state-redis'
 *
 * const state = redisState(new Redis())
 * await state.claim('receipt:7f3a', 60_000) // true, in one process of all
 * ```
 *
 * @module
 */
export type { IoredisClient, NodeRedisClient, RedisClient } from './redis-client.ts'
export { type RedisStateOptions, redisState } from './redis-state.ts'

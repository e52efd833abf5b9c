import { stateTests } from '@gatewright/testkit'
import { Cluster } from 'ioredis'
import { createCluster } from 'redis'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type RedisClient, redisState } from '../src/index.ts'
import { createRedis, type RedisServer, redisIsHere } from './redis-server.ts'

/** A cluster refuses a command whose keys belong to different slots, however few nodes it has. */
describe.skipIf(!redisIsHere)('on a cluster', () => {
  let redis: RedisServer
  const closes: (() => void)[] = []
  beforeAll(async () => {
    redis = await createRedis({ cluster: true })
  })
  afterAll(async () => {
    for (const close of closes) close()
    await redis.remove()
  })
  let ioredis: RedisClient | undefined
  let nodeRedis: RedisClient | undefined

  describe('by ioredis every law is kept', () =>
    stateTests(it, {
      create() {
        if (!ioredis) {
          const cluster = new Cluster([{ host: '127.0.0.1', port: redis.port }])
          closes.push(() => cluster.disconnect())
          ioredis = cluster
        }
        return redisState(ioredis)
      },
    }))

  describe('by redis every law is kept', () =>
    stateTests(it, {
      async create() {
        if (!nodeRedis) {
          const cluster = createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${redis.port}` }] })
          await cluster.connect()
          closes.push(() => cluster.destroy())
          nodeRedis = cluster
        }
        return redisState(nodeRedis)
      },
    }))
})

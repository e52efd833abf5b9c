import { stateTests } from '@gatewright/testkit'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { redisState } from '../src/index.ts'
import { type Client, LIBRARIES } from './clients.ts'
import { createRedis, type RedisServer, redisIsHere } from './redis-server.ts'

describe.skipIf(!redisIsHere).each(Object.entries(LIBRARIES))('a store by %s keeps every law', (_library, connect) => {
  let redis: RedisServer
  let client: Client | undefined
  beforeAll(async () => {
    redis = await createRedis()
  })
  afterAll(async () => {
    client?.close()
    await redis.remove()
  })

  stateTests(it, {
    async create() {
      client?.close()
      await redis.start()
      client = await connect(redis.path)
      return redisState(client.client)
    },
    sabotage: () => redis.kill(),
  })
})

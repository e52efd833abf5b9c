import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool, createCluster } from 'redis'
import { describe, expect, it } from 'vitest'
import { redisState } from '../src/index.ts'

describe('the clients that people have are taken as they are, by the compiler too', () => {
  it('of ioredis', () => {
    const client = new Redis({ lazyConnect: true })
    expect(redisState(client).shared).toBe(true)
    client.disconnect()
  })

  it('of ioredis, for a cluster', () => {
    const client = new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true })
    expect(redisState(client).shared).toBe(true)
    client.disconnect()
  })

  it('of redis', () => expect(redisState(createClient()).shared).toBe(true))
  it('of redis, with the old protocol', () => expect(redisState(createClient({ RESP: 2 })).shared).toBe(true))
  it('of redis, in a pool', () => expect(redisState(createClientPool()).shared).toBe(true))
  it('of redis, for a cluster', () => {
    expect(redisState(createCluster({ rootNodes: [{ url: 'redis://127.0.0.1:1' }] })).shared).toBe(true)
  })
})

describe('what could not work is refused at once', () => {
  const client = createClient()
  it.each<[string, unknown, unknown]>([
    ['no client', undefined, {}],
    ['an address', 'redis://127.0.0.1', {}],
    ['a client of something else', { query: async () => [] }, {}],
    ['a misspelt option', client, { keyPrefix: 'x' }],
    ['a prefix with braces', client, { prefix: '{app}:' }],
    ['a prefix that is no text', client, { prefix: 7 }],
    ['no time at all', client, { deadlineMs: 0 }],
    ['endless time', client, { deadlineMs: Number.POSITIVE_INFINITY }],
  ])('%s', (_what, given, options) => {
    expect(() => redisState(given as never, options as never)).toThrow(
      expect.objectContaining({ name: 'PortalError', code: 'BAD_CONFIGURATION' }),
    )
  })
})

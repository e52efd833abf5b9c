import { inspect } from 'node:util'
import { StateError, type StateStore } from '@gatewright/state'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type RedisClient, redisState } from '../src/index.ts'
import { type Client, LIBRARIES } from './clients.ts'
import { createRedis, type RedisServer, redisIsHere } from './redis-server.ts'

const SECRET = 'a-secret-that-nobody-may-print'
/** What a login may wait for a Redis that does not answer; the default deadline is a second. */
const LATEST_MS = 1_500

/** Every verb, with a secret wherever there is room for one. */
const VERBS: Readonly<Record<string, (state: StateStore) => Promise<unknown>>> = {
  claim: (state) => state.claim(SECRET, 60_000),
  advance: (state) => state.advance(SECRET, 1, 60_000),
  window: (state) => state.window(SECRET, 1, 64, 60_000),
  hit: (state) => state.hit(SECRET, 60_000),
  put: (state) => state.put(SECRET, SECRET, 60_000),
  get: (state) => state.get(SECRET),
  take: (state) => state.take(SECRET),
  delete: (state) => state.delete(SECRET),
}

async function expectFaults(state: StateStore, code: string, verbs = Object.keys(VERBS)): Promise<void> {
  const began = performance.now()
  const faults = await Promise.all(verbs.map(async (verb) => VERBS[verb]?.(state).catch((error: unknown) => error)))
  expect(performance.now() - began).toBeLessThan(LATEST_MS)
  for (const fault of faults) {
    expect(fault).toBeInstanceOf(StateError)
    expect(fault).toMatchObject({ code })
    expect(inspect(fault, { depth: 9, showHidden: true })).not.toContain(SECRET)
  }
}

describe.skipIf(!redisIsHere).each(Object.entries(LIBRARIES))('by %s', (_library, connect) => {
  let redis: RedisServer
  let client: Client
  let state: StateStore
  const begin = async (args: readonly string[] = []) => {
    redis = await createRedis({ args })
    client = await connect(redis.path)
    state = redisState(client.client, { deadlineMs: 300 })
  }
  beforeEach(() => begin())
  afterEach(async () => {
    client.close()
    await redis.remove()
  })
  const recovered = () => vi.waitFor(async () => expect(await state.put('k', 'v', 60_000)).toBeUndefined(), 10_000)

  test('a frozen Redis is unavailable in time, and of use again when it thaws', async () => {
    await state.put('k', 'v', 60_000)
    redis.freeze()
    await expectFaults(state, 'DEADLINE')
    redis.thaw()
    await recovered()
  })

  test('a frozen Redis does not fill the memory', async () => {
    redis.freeze()
    const asked = Array.from({ length: 10_001 }, () => state.get('k').catch((error: unknown) => error))
    expect(await asked.at(-1)).toMatchObject({ code: 'UNAVAILABLE' })
    await Promise.all(asked)
    expect(await state.get('k').catch((error: unknown) => error)).toMatchObject({ code: 'UNAVAILABLE' })
    redis.thaw()
    await recovered()
  })

  test('a dead Redis is unavailable in time, and of use again when it is back', async () => {
    await state.put('k', 'v', 60_000)
    await redis.kill()
    for (let i = 0; i < 3; i++) {
      const began = performance.now()
      await expect(state.claim('k', 60_000)).rejects.toBeInstanceOf(StateError)
      expect(performance.now() - began).toBeLessThan(LATEST_MS)
    }
    await redis.start()
    await recovered()
  })

  test('a Redis that has forgotten the scripts is taught them again', async () => {
    await state.claim('one', 60_000)
    redis.cli('SCRIPT', 'FLUSH')
    expect(await state.claim('one', 60_000)).toBe(false)
    expect(await state.claim('two', 60_000)).toBe(true)
  })

  test('a replica is no place to write to', async () => {
    redis.cli('REPLICAOF', '127.0.0.1', '1')
    await expectFaults(state, 'UNAVAILABLE', ['claim', 'advance', 'window', 'hit', 'put', 'take', 'delete'])
  })

  test('a full Redis takes nothing, and says what to do', async () => {
    redis.cli('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
    redis.cli('CONFIG', 'SET', 'maxmemory', '1')
    await expectFaults(state, 'UNAVAILABLE', ['claim', 'advance', 'window', 'hit', 'put'])
    await expect(state.claim('k', 1)).rejects.toMatchObject({ hint: expect.stringContaining('maxmemory') })
  })

  test('what something else wrote under our keys is a fault', async () => {
    await state.put('k', 'v', 60_000)
    for (const key of redis.cli('KEYS', '*').split('\n')) {
      redis.cli('DEL', key)
      redis.cli('RPUSH', key, 'x')
    }
    await expect(state.get('k')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/WRONGTYPE|ERR/),
    })
  })

  test('a Redis without scripts is a fault that quotes no command', async () => {
    client.close()
    await redis.remove()
    await begin(['--rename-command', 'EVALSHA', '', '--rename-command', 'EVAL', '', '--rename-command', 'DEL', ''])
    await expectFaults(state, 'UNAVAILABLE')
  })

  test('a client that was closed is a fault at once', async () => {
    client.close()
    await expectFaults(state, 'UNAVAILABLE')
  })

  test('every verb is one round trip', async () => {
    for (const verb of Object.values(VERBS)) await verb(state)
    redis.cli('CONFIG', 'RESETSTAT')
    for (const verb of Object.values(VERBS)) await verb(state)
    const sent = redis.cli('INFO', 'commandstats').match(/^cmdstat_(evalsha|eval|del):calls=\d+/gm)
    // Taking deletes by itself, in a script; the one DEL is of delete().
    expect(sent?.toSorted()).toEqual(['cmdstat_del:calls=1', 'cmdstat_evalsha:calls=7'])
  })
})

describe('a client that answers something else', () => {
  const answering = (answer: unknown): RedisClient => ({
    evalsha: async () => answer,
    eval: async () => answer,
    del: async () => answer,
  })
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['nil', null],
    ['a number', -1],
    ['true', true],
    ['bytes', Buffer.from('yes')],
    ['a list', ['yes']],
    ['another word', 'OK'],
    ['no word', ''],
  ])('%s', async (_what, answer) => {
    for (const verb of Object.values(VERBS)) {
      await expect(verb(redisState(answering(answer)))).rejects.toMatchObject({ code: 'BAD_ANSWER' })
    }
  })

  test('throws at once', async () => {
    const fault = () => {
      throw new TypeError(`no ${SECRET}`)
    }
    await expectFaults(redisState({ evalsha: fault, eval: fault, del: fault }), 'UNAVAILABLE')
  })

  test('never, and nothing is left of it', async () => {
    const never = () => new Promise<never>(() => undefined)
    await expectFaults(redisState({ evalsha: never, eval: never, del: never }, { deadlineMs: 20 }), 'DEADLINE')
  })
})

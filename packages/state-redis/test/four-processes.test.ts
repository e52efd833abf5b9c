import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { redisState } from '../src/index.ts'
import type { Errand } from './caller-process.ts'
import { createRedis, type RedisServer, redisIsHere } from './redis-server.ts'

const PROCESSES = 4
const CALLERS = 200
const ROUNDS = 25

describe.skipIf(!redisIsHere)(`${CALLERS} callers in ${PROCESSES} processes`, () => {
  let redis: RedisServer
  let own: Redis
  let children: ChildProcess[] = []
  beforeAll(async () => {
    redis = await createRedis()
    own = new Redis({ path: redis.path })
    children = Array.from({ length: PROCESSES }, () =>
      fork(new URL('./caller-process.ts', import.meta.url), [redis.path], {
        execArgv: ['--conditions=@gatewright/source'],
      }),
    )
    await Promise.all(children.map((child) => once(child, 'message')))
  })
  afterAll(async () => {
    const exits = children.map((child) => once(child, 'exit'))
    for (const child of children) child.disconnect()
    await Promise.all(exits)
    own.disconnect()
    await redis.remove()
  })

  /** What all callers of one round were told. */
  async function round(verb: Errand['verb'], key: string): Promise<unknown[]> {
    const answers = children.map(async (child, turn) => {
      const answered = once(child, 'message')
      child.send({ verb, key, callers: CALLERS / PROCESSES, turn, processes: PROCESSES } satisfies Errand)
      const [{ answers, error }] = (await answered) as [{ answers?: unknown[]; error?: string }]
      if (answers === undefined) throw new Error(error)
      return answers
    })
    return (await Promise.all(answers)).flat()
  }

  const count = (answers: readonly unknown[], wanted: unknown) => answers.filter((answer) => answer === wanted).length

  async function rounds(verb: Errand['verb'], check: (answers: unknown[], key: string) => void | Promise<void>) {
    for (let i = 0; i < ROUNDS; i++) {
      const key = `${verb} ${i}`
      if (verb === 'take' || verb === 'delete') await redisState(own).put(key, 'treasure', 60_000)
      const answers = await round(verb, key)
      expect(answers).toHaveLength(CALLERS)
      await check(answers, key)
    }
  }

  test('claim: one of them', () =>
    rounds('claim', (answers) => expect([count(answers, true), count(answers, false)]).toEqual([1, CALLERS - 1])))

  test('advance: one of them', () =>
    rounds('advance', (answers) => expect([count(answers, true), count(answers, false)]).toEqual([1, CALLERS - 1])))

  test('window: every number once', () =>
    rounds('window', (answers) => {
      const numbers = CALLERS / PROCESSES
      expect([count(answers, 'fresh'), count(answers, 'replay')]).toEqual([numbers, CALLERS - numbers])
      for (let n = 0; n < numbers; n++) {
        const own = answers.filter((_, i) => i % numbers === n)
        expect(count(own, 'fresh')).toBe(1)
      }
    }))

  test('hit: every one counts', () =>
    rounds('hit', (answers) =>
      expect(answers.toSorted((a, b) => Number(a) - Number(b))).toEqual(
        Array.from({ length: CALLERS }, (_, i) => i + 1),
      ),
    ))

  test('take: one of them', () =>
    rounds('take', (answers) => expect([count(answers, 'treasure'), count(answers, null)]).toEqual([1, CALLERS - 1])))

  test('put and get: one of the texts, whole', () =>
    rounds('put', async (_answers, key) => {
      const kept = Number(await redisState(own).get(key))
      expect(kept).toBeGreaterThanOrEqual(0)
      expect(kept).toBeLessThan(CALLERS)
    }))

  test('delete: one of them', () =>
    rounds('delete', (answers) => expect([count(answers, true), count(answers, false)]).toEqual([1, CALLERS - 1])))
})

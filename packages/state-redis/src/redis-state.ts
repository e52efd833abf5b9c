import { PortalError } from '@gatewright/portal'
import {
  checkCost,
  checkKey,
  checkNumber,
  checkSize,
  checkTtl,
  checkValue,
  type Hits,
  StateError,
  type StateStore,
  type WindowVerdict,
} from '@gatewright/state'
import { Questions } from './questions.ts'
import { commandsOf, type RedisClient } from './redis-client.ts'
import * as scripts from './scripts.ts'

export interface RedisStateOptions {
  /** What all keys of this store begin with in Redis; no braces. @default 'gatewright:' */
  readonly prefix?: string
  /** From a question to its answer, in milliseconds, at most 60,000. @default 1000 */
  readonly deadlineMs?: number
}

const DEADLINE_MS = 1_000
const MAX_DEADLINE_MS = 60_000
const SHELVES = ['claim', 'advance', 'window', 'hit', 'value'] as const

/**
 * Keeps state in Redis (6.2 or later) or Valkey. The client is yours: it is neither connected nor closed here, and its errors
 * are yours to listen to.
 *
 * @throws {PortalError} `BAD_CONFIGURATION` for what is no client, and for options that do not exist or could not work
 */
export function redisState(
  client: RedisClient,
  options: RedisStateOptions = {},
): StateStore & { readonly shared: true } {
  const { prefix, deadlineMs } = checkOptions(options)
  const questions = new Questions(commandsOf(client), deadlineMs)

  /**
   * One key of Redis for each verb. The braces are for a cluster, which places keys by what is in the first pair of them: so
   * all verbs of one key live on one node, and `delete` is one step there too. The colon is for the empty key.
   */
  const place = (shelf: (typeof SHELVES)[number], key: string) => `${prefix}${shelf}:{:${checkKey(key)}}`

  return {
    shared: true,

    async claim(key: string, ttlMs: number): Promise<boolean> {
      return yesOrNo(await questions.run(scripts.CLAIM, place('claim', key), [String(checkTtl(ttlMs))]))
    },

    async advance(key: string, to: number, ttlMs: number): Promise<boolean> {
      const parameters = [String(checkNumber(to)), String(checkTtl(ttlMs))]
      return yesOrNo(await questions.run(scripts.ADVANCE, place('advance', key), parameters))
    },

    async window(key: string, n: number, size: number, ttlMs: number): Promise<WindowVerdict> {
      const parameters = [String(checkNumber(n)), String(checkSize(size)), String(checkTtl(ttlMs))]
      const answer = await questions.run(scripts.WINDOW, place('window', key), parameters)
      if (answer === 'fresh' || answer === 'replay' || answer === 'too-old') return answer
      throw nonsense()
    },

    async hit(key: string, windowMs: number, cost = 1): Promise<Hits> {
      const parameters = [String(checkTtl(windowMs)), String(checkCost(cost))]
      const answer = await questions.run(scripts.HIT, place('hit', key), parameters)
      const [count, resetMs] = typeof answer === 'string' ? answer.split(' ').map(Number) : []
      if (!isCount(count) || !isCount(resetMs)) throw nonsense()
      return { count, resetMs }
    },

    async put(key: string, value: string, ttlMs: number): Promise<void> {
      const parameters = [checkValue(value), String(checkTtl(ttlMs))]
      if ((await questions.run(scripts.PUT, place('value', key), parameters)) !== 'kept') throw nonsense()
    },

    async get(key: string): Promise<string | undefined> {
      return textOrNone(await questions.run(scripts.GET, place('value', key), []))
    },

    async take(key: string): Promise<string | undefined> {
      return textOrNone(await questions.run(scripts.TAKE, place('value', key), []))
    },

    async delete(key: string): Promise<boolean> {
      const answer = await questions.del(SHELVES.map((shelf) => place(shelf, key)))
      // `stringNumbers` of ioredis makes texts of numbers.
      const gone = typeof answer === 'string' && answer !== '' ? Number(answer) : answer
      if (!isCount(gone) || gone > SHELVES.length) throw nonsense()
      return gone > 0
    },
  }
}

function yesOrNo(answer: unknown): boolean {
  if (answer === 'yes') return true
  if (answer === 'no') return false
  throw nonsense()
}

function textOrNone(answer: unknown): string | undefined {
  if (answer === 'none') return undefined
  if (typeof answer === 'string' && answer.startsWith('=')) return answer.slice(1)
  throw nonsense()
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function nonsense(): StateError {
  return new StateError('BAD_ANSWER', 'the client of Redis answered something that the script does not say', {
    hint: 'Give redisState a client that answers with text: no Buffers, no transformers of replies, no pipeline.',
  })
}

function checkOptions({
  prefix = 'gatewright:',
  deadlineMs = DEADLINE_MS,
  ...others
}: RedisStateOptions): Required<RedisStateOptions> {
  const bad = (problem: string, hint?: string) =>
    new PortalError('BAD_CONFIGURATION', problem, hint === undefined ? {} : { hint })
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw bad(`redisState has no option '${unknown}'`, 'It has prefix and deadlineMs.')
  if (typeof prefix !== 'string' || prefix.length > 100 || !prefix.isWellFormed() || /[{}]/.test(prefix)) {
    throw bad('prefix is a text of at most 100 characters without braces', 'A cluster places keys by their braces.')
  }
  if (!Number.isSafeInteger(deadlineMs) || deadlineMs < 1 || deadlineMs > MAX_DEADLINE_MS) {
    throw bad(`deadlineMs is a whole number from 1 to ${MAX_DEADLINE_MS}`)
  }
  return { prefix, deadlineMs }
}

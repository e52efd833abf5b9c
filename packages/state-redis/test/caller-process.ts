import { Redis } from 'ioredis'
import { redisState } from '../src/index.ts'

/** What one process is told to do, as often as it has callers, all at once. */
export interface Errand {
  readonly verb: 'claim' | 'advance' | 'window' | 'hit' | 'take' | 'put' | 'delete'
  readonly key: string
  readonly callers: number
  /** Which process of how many: numbers are dealt out between them. */
  readonly turn: number
  readonly processes: number
}

const MINUTE = 60_000
const client = new Redis({ path: process.argv[2] ?? '' })
const state = redisState(client, { deadlineMs: 20_000 })

function call({ verb, key, turn, processes }: Errand, caller: number): Promise<unknown> {
  const number = caller * processes + turn
  switch (verb) {
    case 'claim':
      return state.claim(key, MINUTE)
    case 'advance':
      return state.advance(key, 7, MINUTE)
    case 'window':
      // Every number is sent by each of the processes.
      return state.window(key, caller, 64, MINUTE)
    case 'hit':
      return state.hit(key, MINUTE).then(({ count }) => count)
    case 'take':
      return state.take(key)
    case 'put':
      return state.put(key, String(number), MINUTE)
    case 'delete':
      return state.delete(key)
    default:
      throw new Error(`no verb ${String(verb)}`)
  }
}

process.on('message', (errand: Errand) => {
  Promise.all(Array.from({ length: errand.callers }, (_, caller) => call(errand, caller))).then(
    // `undefined` does not survive the way to another process.
    (answers) => process.send?.({ answers: answers.map((answer) => answer ?? null) }),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
process.on('disconnect', () => client.disconnect())
client.once('ready', () => process.send?.('ready'))

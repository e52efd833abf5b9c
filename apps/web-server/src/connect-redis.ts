import { isIP } from 'node:net'
import { codeOf, listenUrl } from '@gatewright/auth-option'
import { StateError } from '@gatewright/state'
import type { Redis } from 'ioredis'
import type { RedisAddress } from './state-option.ts'

/** How long a Redis may say nothing when it was asked, in milliseconds: then the connection is dead, and is made anew. */
const SILENCE_MS = 3_000

/** How long until a lost connection is made anew, in milliseconds. */
const againAfter = (times: number): number => Math.min(times * 100, 2_000)

/** Where it is, as people are told: without name and password. */
export const placeOf = ({ tls, host, port }: RedisAddress): string => listenUrl(tls ? 'rediss' : 'redis', host, port)

/**
 * A client of a Redis that is there; one that is lost later is connected to again, as often as it takes.
 * @throws {StateError} `UNAVAILABLE`
 */
export async function connectRedis(address: RedisAddress): Promise<Redis> {
  // Whoever does without does not load it: it extends String, and from then on V8 inlines no method of any string.
  const { Redis } = await import('ioredis')
  const client = new Redis({
    ...address,
    // RFC 6066 section 3: the server is told a name, and no address.
    tls: address.tls ? (isIP(address.host) === 0 ? { servername: address.host } : {}) : undefined,
    lazyConnect: true,
    // A login is answered now: what cannot be asked now is not kept, and what was not answered is not asked again.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: againAfter,
    connectTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    // Neither is needed, and a user of Redis may be permitted neither.
    enableReadyCheck: false,
    disableClientInfo: true,
  })
  let problem: unknown
  const keep = (error: unknown): void => {
    problem ??= error
  }
  client.on('error', keep)
  await client.connect().catch(keep)
  // Not only when there is no connection: without the database that was asked for it would go on with another one.
  if (problem === undefined) return client
  client.disconnect()
  throw unusable(placeOf(address), wordOf(problem))
}

function unusable(place: string, word: string): StateError {
  const hint = /^(?:NOAUTH|WRONGPASS)$/.test(word)
    ? 'Its password belongs in the URL, redis://NAME:PASSWORD@HOST, and that in a variable or a file: --state @file:PATH.'
    : 'Start it, or look at the URL: its host, its port, and redis:// or rediss:// for TLS.'
  return new StateError('UNAVAILABLE', `--state: ${place} cannot be used (${word})`, { hint })
}

/** One word of what a client throws, and no cause: its errors quote commands, and the first of them has the password. */
export function wordOf(error: unknown): string {
  const [word = ''] = error instanceof Error ? error.message.split(' ', 1) : []
  return codeOf(error) ?? (/^[A-Z]{2,20}$/.test(word) ? word : 'no answer')
}

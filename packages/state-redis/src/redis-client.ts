import { PortalError } from '@gatewright/portal'

/** What is needed of a client of `ioredis`, `Redis` or `Cluster`. */
export interface IoredisClient {
  evalsha(sha: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
  del(...keys: string[]): Promise<unknown>
  readonly status?: string
}

/** What is needed of a client of `redis`, made by `createClient`, `createClientPool` or `createCluster`. */
export interface NodeRedisClient {
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  del(keys: string[]): Promise<unknown>
  readonly isOpen?: boolean
  readonly isReady?: boolean
}

/** Told apart by shape, so that neither library is needed here. */
export type RedisClient = IoredisClient | NodeRedisClient

/** The three commands that a store sends, to a client of either kind. */
export interface Commands {
  evalSha(sha: string, key: string, parameters: string[]): Promise<unknown>
  eval(script: string, key: string, parameters: string[]): Promise<unknown>
  del(keys: string[]): Promise<unknown>
  /** Why nothing sent now would arrive soon, if the client knows it. */
  whyCut(): string | undefined
}

/** Of a connection that was lost. One that is being made for the first time is worth waiting for. */
const LOST: ReadonlySet<string> = new Set(['reconnecting', 'close', 'disconnecting', 'end'])

/** @throws {PortalError} `BAD_CONFIGURATION` for what is no client */
export function commandsOf(client: RedisClient): Commands {
  if (has(client, 'evalsha') && has(client, 'eval') && has(client, 'del')) {
    const ioredis = client as IoredisClient
    return {
      evalSha: (sha, key, parameters) => ioredis.evalsha(sha, 1, key, ...parameters),
      eval: (script, key, parameters) => ioredis.eval(script, 1, key, ...parameters),
      del: (keys) => ioredis.del(...keys),
      whyCut: () => (LOST.has(ioredis.status ?? '') ? `the client says '${ioredis.status}'` : undefined),
    }
  }
  if (has(client, 'evalSha') && has(client, 'eval') && has(client, 'del')) {
    const redis = client as NodeRedisClient
    return {
      evalSha: (sha, key, parameters) => redis.evalSha(sha, { keys: [key], arguments: parameters }),
      eval: (script, key, parameters) => redis.eval(script, { keys: [key], arguments: parameters }),
      del: (keys) => redis.del(keys),
      whyCut() {
        if (redis.isOpen === false) return 'connect() was not called, or the client was closed'
        // A cluster says only whether it is open.
        return redis.isReady === false ? 'the client is not ready' : undefined
      },
    }
  }
  throw new PortalError('BAD_CONFIGURATION', 'redisState needs a client of ioredis or redis', {
    hint: "Such as new Redis() of 'ioredis', or await createClient().connect() of 'redis'.",
  })
}

function has(client: unknown, method: string): boolean {
  const isObject = (typeof client === 'object' && client !== null) || typeof client === 'function'
  return isObject && typeof Reflect.get(client as object, method) === 'function'
}

import { Redis } from 'ioredis'
import { createClient } from 'redis'
import type { RedisClient } from '../src/index.ts'

/** A client of one of the two libraries, as people make them. */
export interface Client {
  readonly client: RedisClient
  close(): void
}

/** Trying again at once keeps the tests quick; everything else is as the library has it. */
const AGAIN_MS = 20

async function viaIoredis(path: string): Promise<Client> {
  const client = new Redis({ path, retryStrategy: () => AGAIN_MS })
  client.on('error', () => undefined)
  return { client, close: () => client.disconnect() }
}

async function viaNodeRedis(path: string): Promise<Client> {
  const client = createClient({ socket: { path, tls: false, reconnectStrategy: () => AGAIN_MS } })
  client.on('error', () => undefined)
  await client.connect()
  return { client, close: () => client.destroy() }
}

export const LIBRARIES: Readonly<Record<string, (path: string) => Promise<Client>>> = {
  ioredis: viaIoredis,
  redis: viaNodeRedis,
}

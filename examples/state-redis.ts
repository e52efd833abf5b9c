import { redisState } from '@gatewright/state-redis'
import { Redis } from 'ioredis'

// Of the `redis` package: redisState(await createClient().connect())
const client = new Redis(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379', { retryStrategy: () => 200 })
client.on('error', (error) => console.log(`Redis: ${error.message}`))

const state = redisState(client, { prefix: `example-${process.pid}:` })
try {
  // Two of a thousand processes, at the same moment:
  const [here, there] = await Promise.all([state.claim('receipt:7f3a', 60_000), state.claim('receipt:7f3a', 60_000)])
  console.log(here !== there) // true: one of them has it
  await state.delete('receipt:7f3a')
} catch (error) {
  console.log(error) // StateError: what is not known is a fault, and no answer
} finally {
  client.disconnect()
}

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRedis, type RedisServer, redisIsHere } from '../../../state-redis/test/redis-server.ts'
import { answer, type Challenge, challengesIn } from './client.ts'
import type { Settings } from './cluster-process.ts'

const PROCESSES = 4
const ROUNDS = 2_000
const REPLAYS = 10_000
/** As many as a server takes at once without waiting in line. */
const AT_ONCE = 64

const OLD = 'the secret of last year, 32 bytes'
const NEW = 'the secret of this year, 32 bytes'

/** One of several servers behind one address. */
class Door {
  readonly #child: ChildProcess
  readonly #port: number
  readonly #agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.#port = port
  }

  static async open(settings: Settings): Promise<Door> {
    const child = fork(new URL('./cluster-process.ts', import.meta.url), [JSON.stringify(settings)], {
      execArgv: ['--conditions=@gatewright/source'],
    })
    const [port] = (await once(child, 'message')) as [number]
    return new Door(child, port)
  }

  /** The status, and the challenges that came with it. */
  async ask(authorization?: string): Promise<{ readonly status: number; readonly challenges: Challenge[] }> {
    const headers = authorization === undefined ? {} : { authorization }
    const asked = request({ port: this.#port, path: '/private', agent: this.#agent, headers }).end()
    const [response] = await once(asked, 'response')
    response.resume()
    await once(response, 'end')
    const raw: string[] = response.rawHeaders
    const pairs = raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ''] as const] : []))
    return { status: response.statusCode, challenges: challengesIn(pairs) }
  }

  async challenge(): Promise<Challenge> {
    const { challenges } = await this.ask()
    return challenges[0] as Challenge
  }

  async close(): Promise<void> {
    this.#agent.destroy()
    const exit = once(this.#child, 'exit')
    this.#child.disconnect()
    await exit
  }
}

const nc = (n: number) => n.toString(16).padStart(8, '0')

describe.skipIf(!redisIsHere)(`${PROCESSES} processes behind one address, with Redis between them`, () => {
  let redis: RedisServer
  let doors: Door[] = []
  const open = () => Door.open({ redis: redis.path, secret: [OLD] })
  const close = () => Promise.all(doors.map((door) => door.close()))
  const toAll = (authorization: string) => Promise.all(doors.map((door) => door.ask(authorization)))
  const admitted = (answers: readonly { readonly status: number }[]) =>
    answers.filter(({ status }) => status === 200).length

  beforeAll(async () => {
    redis = await createRedis()
    doors = await Promise.all(Array.from({ length: PROCESSES }, open))
  })
  afterAll(async () => {
    await close()
    await redis.remove()
  })

  test(`each request is let in exactly once, ${ROUNDS} times`, async () => {
    const challenge = await doors[0]?.challenge()
    const histogram = new Map<string, number>()
    // Several rounds at a time, all on one nonce: so counts overtake each other as those of a browser do.
    for (let first = 1; first <= ROUNDS; first += 16) {
      const rounds = Array.from({ length: Math.min(16, ROUNDS - first + 1) }, async (_, i) => {
        const answers = await toAll(answer(challenge as Challenge, { nc: nc(first + i) }))
        const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b)
        histogram.set(statuses.join(' '), (histogram.get(statuses.join(' ')) ?? 0) + 1)
      })
      await Promise.all(rounds)
    }
    expect(Object.fromEntries(histogram)).toEqual({ '200 401 401 401': ROUNDS })
  }, 60_000)

  test(`${REPLAYS} replays are let in by nobody`, async () => {
    const used: string[] = []
    for (const door of doors) {
      const challenge = await door.challenge()
      for (let n = 1; n <= 16; n++) {
        const authorization = answer(challenge, { nc: nc(n) })
        expect((await door.ask(authorization)).status).toBe(200)
        used.push(authorization)
      }
    }
    let letIn = 0
    for (let sent = 0; sent < REPLAYS; sent += AT_ONCE) {
      const answers = await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, REPLAYS - sent) }, (_, i) => {
          const n = sent + i
          const door = doors[(n * 7) % PROCESSES] as Door
          return door.ask(used[n % used.length])
        }),
      )
      letIn += admitted(answers)
    }
    expect(letIn).toBe(0)
  }, 60_000)

  test('a restart forgets nothing: what was used is used, and the nonce is still good', async () => {
    const challenge = (await doors[0]?.challenge()) as Challenge
    const used = answer(challenge, { nc: nc(1) })
    expect(admitted(await toAll(used))).toBe(1)
    await close()
    doors = await Promise.all(Array.from({ length: PROCESSES }, open))
    expect(admitted(await toAll(used))).toBe(0)
    expect(admitted(await toAll(answer(challenge, { nc: nc(2) })))).toBe(1)
  })

  test('secrets are changed two processes at a time, and no client notices', async () => {
    const replace = async (secret: readonly string[]) => {
      for (let i = 0; i < doors.length; i += 2) {
        await Promise.all([doors[i]?.close(), doors[i + 1]?.close()])
        const settings = { redis: redis.path, secret }
        doors.splice(i, 2, ...(await Promise.all([Door.open(settings), Door.open(settings)])))
        // Whoever was asked by one is answered by any.
        for (const asks of doors) {
          const fresh = await asks.challenge()
          expect(admitted(await toAll(answer(fresh, { nc: nc(1) })))).toBe(1)
        }
      }
    }
    const before = (await doors[0]?.challenge()) as Challenge
    expect(admitted(await toAll(answer(before, { nc: nc(1) })))).toBe(1)
    // First all take the new one, then all sign with it, then the old one goes.
    await replace([OLD, NEW])
    await replace([NEW, OLD])
    expect(admitted(await toAll(answer(before, { nc: nc(1) })))).toBe(0)
    expect(admitted(await toAll(answer(before, { nc: nc(2) })))).toBe(1)
    await replace([NEW])
    const gone = await toAll(answer(before, { nc: nc(3) }))
    expect(admitted(gone)).toBe(0)
  }, 60_000)

  test('without Redis nobody is let in, and nobody is told to have been wrong', async () => {
    const challenge = (await doors[0]?.challenge()) as Challenge
    await redis.kill()
    const answers = await toAll(answer(challenge, { nc: nc(1) }))
    expect(answers.map(({ status }) => status)).toEqual(doors.map(() => 503))
  })
})

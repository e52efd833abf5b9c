import { once } from 'node:events'
import { pipeline } from 'node:stream/promises'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { SshAvatar } from '../src/index.ts'
import {
  adjust,
  channelData,
  close,
  endOfFile,
  exec,
  nonsense,
  OPEN_CONFIRMATION,
  OPEN_FAILURE,
  openSession,
  signal,
  until,
} from './raw-channel.ts'
import { answers, keyboard, offer, password, RawClient, request, SUCCESS, signed } from './raw-client.ts'
import { type ClientKey, clientKey, eventually, keys, Passwords, rig } from './rig.ts'

type Move = (client: RawClient) => unknown

function moves(hers: ClientKey, his: ClientKey): fc.Arbitrary<readonly Move[]> {
  const say = (weight: number, ...messages: ((client: RawClient) => Uint8Array)[]) => ({
    weight,
    arbitrary: fc.constantFrom(...messages).map(
      (made): Move =>
        (client) =>
          client.send(made(client)),
    ),
  })
  const channel = fc.nat(2)
  const onChannel = (weight: number, made: (channel: number) => Uint8Array) => ({
    weight,
    arbitrary: channel.map(
      (to): Move =>
        (client) =>
          client.send(made(to)),
    ),
  })
  const good = fc.constantFrom<(client: RawClient) => Uint8Array>(
    ({ sessionId }) => signed('ada', hers, sessionId),
    () => password('ada', 'sesame'),
  )
  // Most wait until they are in; whoever goes on before that is thrown out.
  const login = fc.tuple(good, fc.nat(5)).map(
    ([made, patience]): Move =>
      async (client) => {
        client.send(made(client))
        if (patience > 0) await until(client, SUCCESS)
      },
  )
  const first = fc.oneof(
    say(
      4,
      () => request('ada', 'none'),
      () => offer('ada', hers),
      () => offer('ada', his),
      () => password('ada', 'no'),
    ),
    say(
      2,
      ({ sessionId }) => signed('ada', his, sessionId),
      ({ sessionId }) => signed('ada', his, sessionId, hers),
    ),
    say(
      2,
      () => keyboard('ada'),
      () => answers('sesame'),
      () => answers(),
    ),
    say(
      1,
      () => request('bob', 'none'),
      () => Buffer.of(80),
      () => Buffer.of(50),
    ),
    pause(3),
    rekey(1),
  )
  const windows = fc.constantFrom(2 ** 20, 100, 0)
  const names = fc.constantFrom('return', 'echo', 'flood', 'wait', 'throw', 'stay')
  const then = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(windows, names).map(([window, name]): Move => begin(window, name)) },
    {
      weight: 2,
      arbitrary: windows.map(
        (window): Move =>
          (client) =>
            client.send(openSession(window)),
      ),
    },
    onChannel(2, (to) => exec('wait', to)),
    onChannel(3, (to) => channelData('data', to)),
    onChannel(1, (to) => channelData(Buffer.alloc(32_768), to)),
    onChannel(2, (to) => adjust(1000, to)),
    onChannel(2, (to) => endOfFile(to)),
    onChannel(2, (to) => close(to)),
    onChannel(2, (to) => signal('TERM', to)),
    say(1, nonsense, () => password('ada', 'sesame')),
    pause(4),
    rekey(2),
  )
  const before = fc.array(first, { maxLength: 3 })
  const after = fc.array(then, { minLength: 1, maxLength: 16, size: 'max' })
  return fc.oneof(
    { weight: 1, arbitrary: before },
    { weight: 4, arbitrary: fc.tuple(before, login, after).map(([a, b, c]) => [...a, b, ...c]) },
  )
}

/** Opens a channel, and has a program on it as soon as there is one. */
function begin(window: number, name: string): Move {
  return async (client) => {
    client.send(openSession(window))
    for (let answer = await client.answer(); answer; answer = await client.answer()) {
      if (answer.number === OPEN_CONFIRMATION) client.send(exec(name, answer.payload.readUInt32BE(5)))
      if (answer.number === OPEN_CONFIRMATION || answer.number === OPEN_FAILURE) break
    }
  }
}

/** Lets the server work for a while, or not quite. */
const pause = (weight: number) => ({
  weight,
  arbitrary: fc.nat(30).map(
    (turns): Move =>
      async () => {
        for (let n = 0; n < turns; n++) await new Promise((resolve) => setImmediate(resolve))
      },
  ),
})
const rekey = (weight: number) => ({ weight, arbitrary: fc.constant<Move>((client) => client.rekey()) })

const ends: readonly Move[] = [
  ({ socket }) => socket.destroy(),
  ({ socket }) => socket.resetAndDestroy(),
  ({ socket }) => socket.end(),
]

/** What the avatars do; counts what began and what came to an end. */
function programs(): SshAvatar & { began: number; ended: number; readonly release: () => void } {
  const stay = Promise.withResolvers<number>()
  const run: NonNullable<SshAvatar['exec']> = async ({ command, stdin, stdout, signal: gone }) => {
    if (command === 'throw') throw new Error('thrown')
    if (command === 'echo') await pipeline(stdin, stdout)
    else if (command === 'stay') return await stay.promise
    else if (command === 'wait' && !gone.aborted) await once(gone, 'abort')
    else if (command === 'flood') {
      while (!gone.aborted) {
        if (!stdout.write(Buffer.alloc(10_000))) await Promise.race([once(stdout, 'drain'), once(gone, 'abort')])
      }
    }
    return 0
  }
  return {
    began: 0,
    ended: 0,
    release: () => stay.resolve(0),
    async exec(session) {
      this.began++
      try {
        return await run(session)
      } finally {
        this.ended++
      }
    },
  }
}

export interface Played {
  readonly logins: number
  readonly programs: number
}

/**
 * Clients that do what they like in whatever order, and hang up at any point. After each, everything that it made is gone:
 * its connection, and its avatar, which was logged out once.
 */
export async function playScripts(seed: number, count: number): Promise<Played> {
  const [hers, his] = [clientKey(), clientKey()]
  const avatar = programs()
  const limits = { startupsBegin: 1000, startupsFull: 1000, unauthenticatedPerSource: 1000, lingerMs: 20, channels: 2 }
  const methods: SshAvatar = { exec: (session) => avatar.exec?.(session) ?? 0 }
  const passwords = new Passwords()
  const quick = passwords.check.bind(passwords)
  // So that there is a moment in which to hang up.
  passwords.check = async (...asked) => {
    for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve))
    return await quick(...asked)
  }
  const door = await rig({ checkers: [passwords, keys([[hers]])], methods, limits })
  const scripts = fc.sample(fc.tuple(moves(hers, his), fc.constantFrom(...ends)), { seed, numRuns: count })
  for (const [number, [script, end]] of scripts.entries()) {
    const before = door.guests.length
    const client = await RawClient.connect(door.port)
    for (const move of script) if (!client.closed) await move(client)
    end(client)
    await eventually(() => door.server.connections === 0)
    const wrong = door.guests.slice(before).filter(({ logouts }) => logouts !== 1)
    expect({ number, wrong }).toEqual({ number, wrong: [] })
  }
  avatar.release()
  await door[Symbol.asyncDispose]()
  await eventually(() => avatar.began === avatar.ended)
  expect(door.guests.filter(({ logouts }) => logouts !== 1)).toEqual([])
  expect(door.errors.filter((error) => (error as Error).message !== 'thrown')).toEqual([])
  return { logins: door.guests.length, programs: avatar.began }
}

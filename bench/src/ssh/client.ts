import { once } from 'node:events'
import { connect } from 'node:net'
import ssh2, { type Client } from 'ssh2'
import { STREAM_BYTES } from './stream.ts'

/** How a client proves who it is. */
export interface Identity {
  readonly username: string
  readonly password?: string
  readonly privateKey?: string
}

/** Connects and logs in. */
async function logIn(port: number, identity: Identity): Promise<Client> {
  const sock = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(sock, 'connect')
  const client = new ssh2.Client()
  const ready = once(client, 'ready')
  client.connect({ sock, readyTimeout: 20_000, ...identity })
  await ready
  return client
}

async function leave(client: Client): Promise<void> {
  const closed = once(client, 'close')
  client.end()
  await closed
}

/** Logs in and leaves, `sideBySide` at a time, until `ms` are over. @returns how often a second */
export async function logins(port: number, identity: Identity, ms: number, sideBySide: number): Promise<Count> {
  const began = performance.now()
  let count = 0
  const loop = async () => {
    while (performance.now() < began + ms) {
      await leave(await logIn(port, identity))
      count++
    }
  }
  await Promise.all(Array.from({ length: sideBySide }, loop))
  return { count, ms: performance.now() - began }
}

export interface Count {
  readonly count: number
  readonly ms: number
}

/** Runs the command `stream` and takes all it sends. @returns MiB a second */
export async function throughput(port: number, identity: Identity): Promise<number> {
  const client = await logIn(port, identity)
  const began = performance.now()
  let received = 0
  await new Promise<void>((resolve, reject) => {
    client.exec('stream', (error, channel) => {
      if (error) return reject(error)
      channel.on('data', (chunk: Buffer) => {
        received += chunk.length
      })
      channel.on('close', resolve)
    })
  })
  if (received !== STREAM_BYTES) throw new Error(`${received} bytes came of ${STREAM_BYTES}`)
  const seconds = (performance.now() - began) / 1000
  await leave(client)
  return STREAM_BYTES / 2 ** 20 / seconds
}

/** `count` clients, logged in and idle. */
export async function crowd(port: number, identity: Identity, count: number, sideBySide: number): Promise<Client[]> {
  const clients: Client[] = []
  const loop = async (first: number) => {
    for (let n = first; n < count; n += sideBySide) clients.push(await logIn(port, identity))
  }
  await Promise.all(Array.from({ length: sideBySide }, (_, first) => loop(first)))
  return clients
}

import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { connect, type TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { Connection } from '../src/connection.ts'
import { Door } from '../src/door.ts'
import type { House } from '../src/house.ts'
import { limitsOf } from '../src/limits.ts'
import { messagesOf } from '../src/messages.ts'
import { Client, eventually, GRANTED, rig, transcript } from './rig.ts'

const scratch = mkdtempSync(join(tmpdir(), 'gatewright-tcp-'))
let tls: { readonly key: Buffer; readonly cert: Buffer }

beforeAll(() => {
  const [key, cert] = [join(scratch, 'key.pem'), join(scratch, 'cert.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  execFileSync(
    'openssl',
    ['req', '-x509', ...curve, '-days', '2', '-subj', '/CN=localhost', '-keyout', key, '-out', cert],
    {
      stdio: 'ignore',
    },
  )
  tls = { key: readFileSync(key), cert: readFileSync(cert) }
})
afterAll(() => rmSync(scratch, { recursive: true }))
afterEach(() => void vi.useRealTimers())

async function secure(port: number): Promise<TLSSocket> {
  // `allowHalfOpen` is documented for tls.connect and missing from its types.
  const options = { port, host: '127.0.0.1', ca: tls.cert, servername: 'localhost', allowHalfOpen: true }
  const socket = connect(options)
  await once(socket, 'secureConnect')
  return socket
}

describe('with TLS', () => {
  it('the same things are said, encrypted, to many at once', async () => {
    await using door = await rig({ tls })
    const said = Array.from({ length: 20 }, async (_, n) => {
      using client = new Client(await secure(door.port))
      await client.send(`user pass\r\nline ${n}\r\n`)
      client.end()
      return await client.rest()
    })
    expect(await Promise.all(said)).toEqual(Array.from({ length: 20 }, (_, n) => `${GRANTED}line ${n}\r\n`))
    expect(door.attempts.every(({ secure }) => secure === true)).toBe(true)
    await eventually(() => door.server.connections === 0)
    expect(door.guests.every(({ logouts }) => logouts === 1)).toBe(true)
  })

  it('nothing that was not encrypted is taken for a login', async () => {
    await using door = await rig({ tls })
    expect(await transcript(door.port, 'user pass\r\nhi\r\n')).not.toContain('Login')
    await eventually(() => door.server.connections === 0)
    expect(door.credentials).toEqual([])
    expect(door.errors).toEqual([])
  })

  it('what came before the handshake is not read after it', async () => {
    await using door = await rig({ tls })
    using raw = await Client.connect(door.port)
    await raw.send('user pass\r\n')
    const socket = connect({ socket: raw.socket, ca: tls.cert, servername: 'localhost' })
    await once(socket, 'error')
    await eventually(() => door.server.connections === 0)
    expect(door.credentials).toEqual([])
  })

  it('the handshake counts: as time, and as a place', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await using door = await rig({ tls, limits: { unauthenticatedPerSource: 1 } })
    using silent = await Client.connect(door.port)
    await eventually(() => door.server.connections === 1)
    using second = await Client.connect(door.port)
    expect(await second.rest()).toBe('')
    vi.advanceTimersByTime(30_000)
    expect(await silent.rest()).toBe('')
    await eventually(() => door.server.connections === 0)
  })

  it('a client that leaves within the handshake is forgotten', async () => {
    await using door = await rig({ tls })
    for (let n = 0; n < 30; n++) {
      using raw = await Client.connect(door.port)
      // The beginning of a ClientHello.
      await raw.send(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]).subarray(0, n % 6))
      raw.socket.resetAndDestroy()
    }
    await eventually(() => door.server.connections === 0)
    const socket = await secure(door.port)
    socket.end('user pass\n')
    expect(String(await once(socket, 'data'))).toBe(GRANTED)
  })

  it('closing does not wait for a handshake', async () => {
    await using door = await rig({ tls })
    using silent = await Client.connect(door.port)
    await eventually(() => door.server.connections === 1)
    await door.server.close()
    expect(await silent.rest()).toBe('')
  })
})

describe('without TLS, from another machine', () => {
  /** There is no other machine here, so its socket is played. */
  class Afar extends Duplex {
    said = ''

    constructor(sends: string) {
      super({ allowHalfOpen: true })
      this.push(sends)
    }

    override _read(): void {}

    override _write(chunk: Buffer, _encoding: string, done: () => void): void {
      this.said += chunk.toString()
      done()
    }
  }

  async function call(allowPlaintext: boolean): Promise<{ said: string; presented: number }> {
    const socket = new Afar('user pass\n')
    let presented = 0
    const house = {
      portal: { login: () => expect.unreachable() },
      avatar: 'echo',
      login: {
        presents: 'password',
        converse: async (talk) => void ((await talk.readLine()) === 'user pass' && presented++),
      },
      limits: limitsOf(),
      messages: messagesOf(),
      allowPlaintext,
      handler: () => undefined,
      door: new Door(limitsOf()),
      report: () => undefined,
      left: () => undefined,
    } satisfies Omit<House<{ echo: object }, 'echo'>, 'portal'> & { portal: object }
    house.door.enter('192.0.2.7')
    const connection = new Connection(house as never, socket as never, { address: '192.0.2.7', port: 9 }, false)
    connection.open(socket as never)
    await eventually(() => socket.said !== '')
    socket.destroy()
    await eventually(() => socket.closed)
    return { said: socket.said, presented }
  }

  it('a password is refused before anything is read', async () => {
    expect(await call(false)).toEqual({ said: 'Login refused: this connection is not encrypted.\r\n', presented: 0 })
  })

  it('a password is taken where that is asked for by its name', async () => {
    expect(await call(true)).toMatchObject({ presented: 1 })
  })
})

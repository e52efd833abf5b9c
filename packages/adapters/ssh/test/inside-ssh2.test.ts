import { connect } from 'node:net'
import ssh2 from 'ssh2'
import manifest from 'ssh2/package.json' with { type: 'json' }
import { describe, expect, it } from 'vitest'
import { SIGNATURE_ALGORITHMS } from '../src/transport/algorithms.ts'
import { eventually, rig } from './rig.ts'

describe('what inside-ssh2.ts rests on', () => {
  it('is this version of ssh2; with another one, read its server.js, Protocol.js and kex.js again', () => {
    expect(manifest.version).toBe('1.17.0')
  })

  it('offers strict key exchange, and nothing of SHA-1, CBC or compression', async () => {
    await using door = await rig()
    const socket = connect(door.port, '127.0.0.1')
    let received = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
    })
    socket.write('SSH-2.0-raw\r\n')
    await eventually(() => received.length > 600)
    const text = received.toString('latin1')
    expect(text).toMatch(/^SSH-2\.0-Gatewright\r\n/)
    expect(text).toContain('kex-strict-s-v00@openssh.com')
    expect(text).not.toMatch(/sha1|cbc|zlib|ssh-rsa|ssh-dss/)
    socket.destroy()
  })

  it('tells which signatures are taken, once and with every comma', async () => {
    await using door = await rig()
    const told: string[] = []
    const client = new ssh2.Client()
    client.on('error', () => undefined)
    const done = new Promise<void>((resolve) => client.once('ready', () => resolve()))
    client.connect({ port: door.port, host: '127.0.0.1', username: 'ada', password: 'sesame' })
    const { _handlers } = (client as unknown as { _protocol: { _handlers: Record<string, unknown> } })._protocol
    _handlers.EXT_INFO = (_: unknown, extensions: { name: string; algs: string[] }[]) =>
      void told.push(...extensions.flatMap(({ algs }) => algs))
    await done
    expect(told).toEqual(SIGNATURE_ALGORITHMS)
    client.destroy()
  })

  it('exchanges keys by volume', async () => {
    const size = 4 << 20
    await using door = await rig({
      limits: { rekeyBytes: 1 << 20 },
      methods: {
        exec: async ({ stdin, stdout }) => {
          for await (const chunk of stdin) if (!stdout.write(chunk)) await new Promise((go) => stdout.once('drain', go))
          return 0
        },
      },
    })
    const client = new ssh2.Client()
    let keys = 0
    client.on('handshake', () => void keys++)
    await new Promise<void>((resolve) => {
      client.once('ready', () => resolve())
      client.connect({ port: door.port, host: '127.0.0.1', username: 'ada', password: 'sesame' })
    })
    const back = await new Promise<number>((resolve, reject) => {
      client.exec('cat', (error, channel) => {
        if (error) return reject(error)
        let count = 0
        channel.on('data', (chunk: Buffer) => void (count += chunk.length)).on('close', () => resolve(count))
        channel.end(Buffer.alloc(size, 7))
      })
    })
    expect(back).toBe(size)
    expect(keys).toBeGreaterThan(2)
    client.destroy()
  })
})

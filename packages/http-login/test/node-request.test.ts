import { once } from 'node:events'
import { IncomingMessage } from 'node:http'
import { connect, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { TLSSocket } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { type NodeMessage, nodeRequest } from '../src/index.ts'
import { atEnd, listen } from './rig.ts'

it('a link is encrypted when Node says so, and not otherwise', () => {
  expect(nodeRequest(new IncomingMessage(new TLSSocket(new Socket()))).encrypted).toBe(true)
  expect(nodeRequest(new IncomingMessage(new Socket())).encrypted).toBe(false)
})

describe('a body is read', () => {
  /** A request of these octets, and what becomes of reading its body; the client stays, unless it is told to leave. */
  async function read(octets: string, { maxBytes = 10, deadlineMs = 60_000 } = {}) {
    const outcome = Promise.withResolvers<readonly [body: string, afterwards: string]>()
    const asked = Promise.withResolvers<void>()
    const port = await listen((req: NodeMessage) => {
      const body = nodeRequest(req).body?.(maxBytes, deadlineMs) as Promise<Uint8Array>
      body
        .then(async (bytes) => [Buffer.from(bytes).toString(), await text(req)] as const)
        .then(outcome.resolve, outcome.reject)
      asked.resolve()
    })
    const client = connect(port, '127.0.0.1').on('error', () => undefined)
    atEnd(() => client.destroy())
    await once(client, 'connect')
    client.write(`POST / HTTP/1.1\r\nHost: x\r\n${octets}`)
    await asked.promise
    return { client, outcome: outcome.promise }
  }

  it('whole, and is there for the application afterwards', async () => {
    const { client, outcome } = await read('Content-Length: 10\r\n\r\n12345')
    client.write('67890')
    expect(await outcome).toEqual(['1234567890', '1234567890'])
  })

  it('not at all when it says that it is too large', async () => {
    const { outcome } = await read('Content-Length: 11\r\n\r\n')
    await expect(outcome).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
  })

  it('up to the limit when it does not say how large it is', async () => {
    const { outcome } = await read('Transfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n')
    await expect(outcome).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
  })

  it('until the deadline', async () => {
    const { outcome } = await read('Content-Length: 10\r\n\r\n12345', { deadlineMs: 5 })
    await expect(outcome).rejects.toMatchObject({ code: 'BODY_UNREADABLE' })
  })

  it('and is a fault when it breaks off', async () => {
    const { client, outcome } = await read('Content-Length: 10\r\n\r\n12345')
    client.destroy()
    await expect(outcome).rejects.toMatchObject({ code: 'BODY_UNREADABLE' })
  })
})

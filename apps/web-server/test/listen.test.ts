import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { type ListenOptions, listen } from '../src/listen.ts'

/** A site that answers when it is told to. */
async function site(options: Partial<ListenOptions> = {}) {
  const asked = Promise.withResolvers<ServerResponse>()
  const listening = await listen((_request, response) => asked.resolve(response), {
    host: '127.0.0.1',
    port: 0,
    ...options,
  })
  onTestFinished(() => listening.close().catch(() => undefined))
  const request = get({ port: listening.port, host: '127.0.0.1' })
  return { listening, request, response: await asked.promise }
}

it('finishes an answer that was begun, and waits for nobody who is only connected', async () => {
  const { listening, request, response } = await site()
  const idle = connect(listening.port, '127.0.0.1')
  await once(idle, 'connect')
  const hungUp = once(idle, 'close')
  const closed = listening.close()
  await expect(fetch(`http://127.0.0.1:${listening.port}`)).rejects.toThrow()
  const long = 'x'.repeat(10_000_000)
  response.end(long)
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  expect(await text(answer)).toBe(long)
  await closed
  await hungUp
})

it('ends what does not end by itself', async () => {
  const { listening, request } = await site({ drainMs: 0 })
  const failed = once(request, 'error')
  await listening.close()
  expect(await failed).toEqual([expect.objectContaining({ code: 'ECONNRESET' })])
})

it('closes once, and says so when that was done before', async () => {
  const listening = await listen(() => undefined, { host: '127.0.0.1', port: 0 })
  await listening.close()
  await expect(listening.close()).rejects.toThrow('not running')
})

it('fails to listen where somebody else does', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void taken.close())
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  await expect(listen(() => undefined, { host: '127.0.0.1', port })).rejects.toThrow('EADDRINUSE')
})

it('says what it wants when a certificate is none', async () => {
  const tls = { cert: Buffer.from('no certificate'), key: Buffer.from('no key') }
  await expect(listen(() => undefined, { host: '127.0.0.1', port: 0, tls })).rejects.toThrow(
    expect.objectContaining({ code: 'BAD_OPTION', hint: expect.stringContaining('both are PEM') }),
  )
})

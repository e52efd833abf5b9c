import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { password } from '@gatewright/portal'
import { afterAll, describe, it } from 'vitest'
import { directoryChecker } from '../../../examples/write-a-checker.ts'
import { checkerTests } from '../src/index.ts'
import { honest } from './specimen-checker.ts'

const STATUS = { accept: 200, reject: 401, pass: 404 } as const
let directory: Server | undefined

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const verdict = honest((await json(request)) as Parameters<typeof honest>[0])
  response.statusCode = STATUS[verdict.outcome]
  response.end(JSON.stringify(verdict.outcome === 'accept' ? { id: verdict.id } : {}))
}

/** The directory that the checker of docs/write-a-checker.md asks. */
async function openDirectory(): Promise<string> {
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  directory = server
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

async function closeDirectory(): Promise<void> {
  if (directory?.listening !== true) return
  directory.closeAllConnections()
  directory.close()
  await once(directory, 'close')
}

describe('the checker of docs/write-a-checker.md keeps every law', () => {
  afterAll(closeDirectory)
  let url: string
  checkerTests(it, {
    create: async () => {
      if (directory?.listening !== true) url = await openDirectory()
      return directoryChecker(url)
    },
    good: [
      [password('ada', 'Difference engine no. 2'), 'ada'],
      [password('grace', 'nanosecond = 11.8 inches'), 'grace'],
    ],
    bad: [password('ada', 'guess'), password('nobody', 'guess')],
    sabotage: closeDirectory,
  })
})

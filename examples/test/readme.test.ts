import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'

const EXAMPLES = join(import.meta.dirname, '..')

it('plays the transcript of the root README', async () => {
  const server = spawn(process.execPath, ['--conditions=@gatewright/source', join(EXAMPLES, 'readme.ts')], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line] = (await once(createInterface(server.stdout), 'line')) as [string]
    const client = connect(Number(line.replace('listening on port ', '')), '127.0.0.1')
    client.end('ada sesame\nhello\n')
    expect(await text(client)).toBe('Login successful, please proceed.\r\nada said: hello\r\n')
  } finally {
    server.kill()
    await once(server, 'exit')
  }
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** OpenSSH's client, at work. */
export interface OpenSsh {
  write(text: string | Uint8Array): void
  /** Types no more; how it ended, and all that was not read by line. */
  end(): Promise<{ readonly code: number | null; readonly out: Buffer }>
  /** The next line that comes back. */
  line(): Promise<string>
  /** How often it has made keys. */
  readonly keys: number
  /** Until it has made keys so often. */
  hasKeys(times: number): Promise<void>
}

/** Logs in as ada by her password, and runs a command. */
export function openssh(port: number, command: string, ...options: readonly string[]): OpenSsh {
  const home = mkdtempSync(join(tmpdir(), 'gatewright-openssh-'))
  onTestFinished(() => rmSync(home, { recursive: true }))
  const askpass = join(home, 'askpass')
  writeFileSync(askpass, '#!/bin/sh\necho sesame\n', { mode: 0o700 })
  const all = [
    ...options,
    ...['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'GlobalKnownHostsFile=/dev/null'],
    ...['PreferredAuthentications=password', 'PubkeyAuthentication=no', 'NumberOfPasswordPrompts=1'],
  ]
  const args = ['-v', '-F', 'none', '-T', ...all.flatMap((option) => ['-o', option])]
  const child = spawn('ssh', [...args, '-p', String(port), 'ada@127.0.0.1', command], {
    env: { ...process.env, HOME: home, DISPLAY: ':0', SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' },
  })
  onTestFinished(() => void child.kill())
  child.stdin.on('error', () => undefined)
  const exit = once(child, 'exit') as Promise<[number | null]>
  let said = ''
  let told: (() => void) | undefined
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk
    told?.()
  })
  const keys = () => said.split('SSH2_MSG_NEWKEYS received').length - 1
  let lines: AsyncIterator<string> | undefined
  return {
    write: (text) => void child.stdin.write(text),
    async end() {
      child.stdin.end()
      const [out, [code]] = await Promise.all([lines ? Buffer.alloc(0) : buffer(child.stdout), exit])
      return { code, out }
    },
    async line() {
      lines ??= createInterface(child.stdout)[Symbol.asyncIterator]()
      const { value, done } = await lines.next()
      if (done === true) throw new Error(`ssh has ended: ${said}`)
      return value
    },
    get keys() {
      return keys()
    },
    async hasKeys(times) {
      while (keys() < times) {
        await new Promise<void>((resolve) => {
          told = resolve
        })
      }
    },
  }
}

import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** The program as a process of its own, from sources. */
export interface Echo {
  readonly port: number
  readonly child: ChildProcessByStdio<null, Readable, Readable>
  /** Everything it logged, once it has ended. */
  readonly log: Promise<string>
  /** Sends SIGTERM; the exit code. */
  stop(): Promise<number | null>
}

const MAIN = join(import.meta.dirname, '../src/main.ts')

export function start(...args: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
  const child = spawn(process.execPath, ['--conditions=@gatewright/source', MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Starts the server on a free port and waits until it says that it listens. */
export async function echo(...args: readonly string[]): Promise<Echo> {
  const child = start('--port', '0', ...args)
  const log = text(child.stderr)
  const exit = once(child, 'exit') as Promise<[number | null]>
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const port = Number(line.replace('listening on tcp://127.0.0.1:', ''))
  return {
    port,
    child,
    log,
    stop: async () => {
      child.kill('SIGTERM')
      return (await exit)[0]
    },
  }
}

const PACKAGES: Readonly<Record<string, string>> = {
  nc: 'netcat-openbsd',
  telnet: 'inetutils-telnet',
  expect: 'expect',
}

/** Whether these programs are here. In CI their absence is a failure, because a skipped transcript proves nothing. */
export function present(...programs: readonly string[]): boolean {
  const missing = programs.filter((program) => spawnSync('which', [program]).status !== 0)
  if (missing.length === 0) return true
  const hint = `apt-get install ${missing.map((program) => PACKAGES[program]).join(' ')}`
  if (process.env.CI) throw new Error(`${missing.join(', ')} missing: ${hint}`)
  console.warn(`skipped without ${missing.join(', ')}: ${hint}`)
  return false
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** The program as a process of its own, from sources. */
export interface SshProgram {
  readonly port: number
  /** Everything it logged, once it has ended. */
  readonly log: Promise<readonly LogLine[]>
  /** Until it has logged such a line. */
  logs(wanted: (line: LogLine) => boolean): Promise<void>
  /** Sends SIGTERM; the exit code. */
  stop(): Promise<number | null>
}

/** One line of the log. */
export interface LogLine extends Readonly<Record<string, unknown>> {
  readonly event: string
}

const MAIN = join(import.meta.dirname, '../src/main.ts')

/** A directory for one file of tests, and what removes it. */
export function scratch(): { readonly directory: string; readonly remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-ssh-'))
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) }
}

/** Starts the server on a free port, in a directory that is home and everything to it, and waits until it says that it listens. */
export async function sshProgram(
  home: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<SshProgram> {
  const child = spawn(process.execPath, ['--conditions=@gatewright/source', MAIN, '--port', '0', ...args], {
    cwd: home,
    env: { ...process.env, HOME: home, XDG_STATE_HOME: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let err = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk))
  const ended = once(child.stderr, 'end')
  const lines = () =>
    err
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogLine)
  const exit = once(child, 'exit') as Promise<[number | null]>
  const ready = once(createInterface(child.stdout), 'line') as Promise<[string]>
  const [line] = await Promise.race([
    ready,
    exit.then(async ([code]) => {
      await ended
      throw new Error(`ended with ${code}: ${err}`)
    }),
  ])
  const port = /^listening on ssh:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1]
  if (port === undefined) throw new Error(`it said ${line}`)
  return {
    port: Number(port),
    log: ended.then(lines),
    logs: async (wanted) => {
      while (!lines().some(wanted)) await once(child.stderr, 'data')
    },
    stop: async () => {
      child.kill('SIGTERM')
      return (await exit)[0]
    },
  }
}

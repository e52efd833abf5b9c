import { EventEmitter } from 'node:events'
import type { StopSignal } from '@gatewright/auth-option'
import { onTestFinished } from 'vitest'
import { webServer } from '../src/web-server.ts'

// A server that offers MD5 warns of it, and many of these do.
process.removeAllListeners('warning')

/** The program as a call, serving on a free port of this machine. */
export interface Web {
  /** `http://127.0.0.1:8080` */
  readonly url: string
  /** The log lines written so far. */
  log(event?: string): readonly Record<string, unknown>[]
  /** All that it has written anywhere. */
  readonly said: () => string
  /** Sends SIGTERM; the exit code. */
  stop(): Promise<number>
}

export const USERS: readonly string[] = ['--auth', 'memory:user:pass:zoë:übermut']

/** What is shown of a program that does not start. */
export async function refusal(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; out: string; err: string }> {
  const shown = { out: '', err: '' }
  const code = await webServer()({
    args: ['--port', '0', ...args],
    cwd: import.meta.dirname,
    env,
    signals: new EventEmitter(),
    out: (text) => void (shown.out += text),
    err: (text) => void (shown.err += text),
  })
  return { code, ...shown }
}

/** Starts the program, and stops it when the test is over. */
export async function web(args: readonly string[] = USERS, env: Readonly<Record<string, string>> = {}): Promise<Web> {
  const signals = new EventEmitter<Record<StopSignal, [StopSignal]>>()
  let said = ''
  const ready = Promise.withResolvers<string>()
  const done = webServer()({
    args: ['--port', '0', ...args],
    cwd: import.meta.dirname,
    env,
    signals,
    out: (text) => ready.resolve((said += text) && text),
    err: (text) => void (said += text),
  })
  const stop = async (): Promise<number> => {
    signals.emit('SIGTERM', 'SIGTERM')
    return await done
  }
  onTestFinished(async () => void (await stop()))
  const line = await Promise.race([
    ready.promise,
    done.then((code) => {
      throw new Error(`ended with ${code}: ${said}`)
    }),
  ])
  return {
    url: line.replace('listening on ', '').trim(),
    said: () => said,
    log: (event) =>
      said
        .split('\n')
        .filter((text) => text.startsWith('{'))
        .map((text) => JSON.parse(text) as Record<string, unknown>)
        .filter((entry) => event === undefined || entry.event === event),
    stop,
  }
}

import { EventEmitter } from 'node:events'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { StopSignal } from '@gatewright/auth-option'
import { onTestFinished } from 'vitest'
import { type GatehouseOptions, gatehouse, type Input } from '../src/index.ts'

/** A directory that lives as long as the test. */
export function scratch(files: Readonly<Record<string, string>> = {}): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-')))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content)
  return directory
}

/** What is piped in, and ends. */
export function piped(...content: readonly (string | Uint8Array)[]): Input {
  const input = new PassThrough()
  for (const piece of content) input.write(piece)
  return input.end()
}

/** A terminal without a screen: it remembers which modes it was put into. */
export class Tty extends PassThrough {
  readonly isTTY = true
  readonly modes: boolean[] = []

  setRawMode(raw: boolean): void {
    this.modes.push(raw)
  }
}

/** Gatehouse as a call, in a directory, with everything that it shows. */
export class Gatehouse {
  out = ''
  err = ''
  readonly cwd: string
  readonly signals = new EventEmitter<Record<StopSignal, [StopSignal]>>()
  readonly #changed = new EventEmitter<{ changed: [] }>()

  constructor(cwd: string = scratch()) {
    this.cwd = cwd
  }

  async run(args: readonly string[], { input = piped(), ...options }: GatehouseOptions = {}): Promise<number> {
    const append = (stream: 'out' | 'err') => (shown: string) => {
      this[stream] += shown
      this.#changed.emit('changed')
    }
    return await gatehouse({ input, ...options })({
      args,
      cwd: this.cwd,
      env: {},
      signals: this.signals,
      out: append('out'),
      err: append('err'),
    })
  }

  /** Until stdout and stderr together hold this; then what is after it on its line. */
  async shows(wanted: string): Promise<string> {
    for (;;) {
      const [, after] = `${this.out}\n${this.err}`.split(wanted, 2)
      if (after !== undefined) return after.split('\n', 1).join()
      await new Promise<void>((resolve) => {
        this.#changed.once('changed', () => resolve())
      })
    }
  }

  /** The log lines with this event. */
  log(event: string): readonly Record<string, unknown>[] {
    return this.err
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): Record<string, unknown> => JSON.parse(line))
      .filter((line) => line.event === event)
  }
}

/** Everything that the TCP door answers to these lines. */
export async function converse(port: number | string, lines: string): Promise<string> {
  const client = connect(Number(port), '127.0.0.1')
  client.end(lines)
  return await text(client)
}

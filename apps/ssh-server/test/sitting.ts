import { PassThrough, Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import type { ShellSession } from '@gatewright/adapter-ssh'

/** A session without a network: what is typed goes in, what is answered comes out. */
export class Sitting {
  readonly session: ShellSession
  readonly #stdin = new PassThrough()
  out = ''
  err = ''

  constructor(where: 'at a terminal' | 'at a pipe') {
    const into = (name: 'out' | 'err') =>
      new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          this[name] += chunk.toString()
          done()
        },
      })
    this.session = {
      id: 'ada',
      login: { proofs: [], peer: { address: '127.0.0.1', port: 1 } },
      env: {},
      signal: new AbortController().signal,
      stdin: this.#stdin,
      stdout: into('out'),
      stderr: into('err'),
      ...(where === 'at a terminal' && { pty: { term: 'xterm', columns: 80, rows: 24 } }),
      onResize: () => undefined,
      onSignal: () => undefined,
    }
  }

  type(keys: string): void {
    this.#stdin.write(keys)
  }

  /** Types no more. */
  leave(): void {
    this.#stdin.end()
  }

  /** Nothing here waits for a clock: what was written comes out in the next turns of the event loop. */
  async written(): Promise<void> {
    for (let turns = 0; turns < 10; turns++) await turn()
  }
}

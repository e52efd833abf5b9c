import type { Peer } from '@gatewright/listener'
import type { ServerChannel, Session as Ssh2Session } from 'ssh2'
import type { ExecSession, Pty, ShellSession, SshAvatar, SshSignal, StreamSession, WindowSize } from '../avatar.ts'
import { SshError } from '../errors.ts'
import type { House } from '../house.ts'
import { serveSftp } from '../sftp/sftp-server.ts'
import { ChannelInput } from '../transport/channel-input.ts'
import { ChannelOutput } from '../transport/channel-output.ts'
import type { InsideChannel } from '../transport/inside-ssh2.ts'
import type { Transport } from '../transport/transport.ts'
import { Environment } from './environment.ts'
import type { KeyPolicy, Program } from './key-policy.ts'

/** What all sessions of one connection share. */
export interface Resident {
  readonly house: House
  readonly transport: Transport
  readonly peer: Peer
  readonly policy: KeyPolicy
  readonly login: {
    readonly id: StreamSession['id']
    readonly avatar: SshAvatar
    readonly proofs: StreamSession['login']['proofs']
  }
  /** The session is over, whether or not its program is. */
  left(session: SessionChannel): void
}

interface Streams {
  readonly input: ChannelInput
  readonly output: ChannelOutput
}

const SIGNALS: ReadonlySet<string> = new Set<SshSignal>([
  'ABRT',
  'ALRM',
  'FPE',
  'HUP',
  'ILL',
  'INT',
  'KILL',
  'PIPE',
  'QUIT',
  'SEGV',
  'TERM',
  'USR1',
  'USR2',
])

/** What a shell answers whose command could not be run. */
const FAILED = 255

const GONE = new SshError('CLIENT_GONE', 'the client is gone')

/** One channel of a client that is logged in: what it asks for, until it asks for a program; then that program. */
export class SessionChannel {
  readonly #resident: Resident
  readonly #environment: Environment
  readonly #abort = new AbortController()
  #pty: Pty | undefined
  #running: Promise<void> | undefined
  #streams: Streams | undefined
  readonly #onResize: ((size: WindowSize) => void)[] = []
  readonly #onSignal: ((name: SshSignal) => void)[] = []

  constructor(resident: Resident, session: Ssh2Session) {
    const { limits, allowEnv, allowKeyEnv } = resident.house
    this.#resident = resident
    this.#environment = new Environment(allowEnv, allowKeyEnv, limits.environmentBytes)
    session.on('pty', (accept, reject, { term, cols, rows }) => {
      // RFC 4254 section 6.2 has it before the program; one that runs knows what it has.
      if (!resident.policy.allowsPty || this.#running || typeof term !== 'string') return reject?.()
      this.#pty = Object.freeze({ term, columns: cols, rows })
      accept?.()
    })
    session.on('env', (accept, reject, { key, val }) =>
      !this.#running && this.#environment.set(key, val) ? accept?.() : reject?.(),
    )
    session.on('window-change', (_accept, _reject, { cols, rows }) => {
      if (!this.#pty) return
      this.#pty = Object.freeze({ ...this.#pty, columns: cols, rows })
      this.#tell(this.#onResize, { columns: cols, rows })
    })
    session.on('signal', (accept, reject, { name }) => {
      if (!SIGNALS.has(name)) return reject?.()
      this.#tell(this.#onSignal, name as SshSignal)
      accept?.()
    })
    session.on('shell', (accept, reject) => this.#start({ kind: 'shell' }, accept, reject))
    session.on('exec', (accept, reject, { command }) => this.#start({ kind: 'exec', command }, accept, reject))
    session.on('subsystem', (accept, reject, { name }) =>
      name === 'sftp' ? this.#start({ kind: 'sftp' }, accept, reject) : reject?.(),
    )
    session.on('close', () => this.cut(GONE))
  }

  /** Resolves when the program has returned, if there is one. */
  get ended(): Promise<void> {
    return this.#running ?? Promise.resolve()
  }

  /** Tells the program that nobody waits for it. */
  warn(reason: Error): void {
    this.#abort.abort(reason)
  }

  /** The client is gone, or closed the channel. */
  cut(reason: Error): void {
    this.#abort.abort(reason)
    this.#streams?.input.end()
    this.#streams?.output.cut(reason)
    if (!this.#running) this.#resident.left(this)
  }

  #start(asked: Program, accept: () => ServerChannel, reject: (() => void) | undefined): void {
    const { policy, login, transport } = this.#resident
    const program = policy.programFor(asked)
    if (this.#running || login.avatar[program.kind] === undefined) {
      reject?.()
      return
    }
    const channel = accept()
    const inside = channel as unknown as InsideChannel
    const streams = { input: new ChannelInput(channel), output: new ChannelOutput(transport, inside) }
    this.#streams = streams
    this.#running = this.#run(program, streams)
      .then((code) => this.#finish(channel, streams.output, code))
      .finally(() => this.#resident.left(this))
  }

  /** @returns the exit code */
  async #run(program: Program, { input, output }: Streams): Promise<number> {
    const { avatar } = this.#resident.login
    try {
      const session = this.#session(input, output)
      switch (program.kind) {
        case 'shell':
          return exitCode(await avatar.shell?.(session))
        case 'exec': {
          const { command, original } = program
          const exec: ExecSession = Object.assign(session, original === undefined ? { command } : { command, original })
          return exitCode(await avatar.exec?.(exec))
        }
        case 'sftp': {
          const files = await avatar.sftp?.(session)
          if (files === undefined) throw new TypeError('the avatar has no files after all')
          await serveSftp(files, session.stdin, session.stdout, this.#resident.house.limits.handles)
          return 0
        }
      }
    } catch (error) {
      // Streams and timers fail because the client is gone; that is no news.
      if (!this.#abort.signal.aborted) this.#resident.house.report(error, this.#resident.peer)
      return FAILED
    }
  }

  async #finish(channel: ServerChannel, output: ChannelOutput, code: number): Promise<void> {
    if (this.#abort.signal.aborted && this.#abort.signal.reason === GONE) return
    await output.flush()
    if (this.#resident.transport.closed) return
    channel.exit(code)
    ;(channel as unknown as { eof(): void }).eof()
    channel.close()
  }

  #session(input: ChannelInput, output: ChannelOutput): ShellSession {
    const { login, peer, policy } = this.#resident
    return {
      id: login.id,
      login: { proofs: login.proofs, peer },
      env: this.#environment.with(policy.environment),
      signal: this.#abort.signal,
      stdin: input.stdin,
      stdout: output.stdout,
      stderr: output.stderr,
      ...(this.#pty === undefined ? {} : { pty: this.#pty }),
      onResize: (listener) => void this.#onResize.push(listener),
      onSignal: (listener) => void this.#onSignal.push(listener),
    }
  }

  #tell<News>(listeners: readonly ((news: News) => void)[], news: News): void {
    for (const listener of listeners) {
      try {
        listener(news)
      } catch (error) {
        this.#resident.house.report(error, this.#resident.peer)
      }
    }
  }
}

/** What a program returned, if it is what a client can be told. */
function exitCode(value: unknown): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255) return value as number
  throw new TypeError(`an exit code is a whole number from 0 to 255, not ${String(value)}`)
}

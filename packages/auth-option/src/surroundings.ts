import type { Environment } from './argument.ts'

/** What a program sees of the process it runs in. Tests bring their own. */
export interface Surroundings {
  /** Without the runtime and the script. */
  readonly args: readonly string[]
  readonly env: Environment
  readonly cwd: string
  /** Where `SIGINT` and `SIGTERM` come from. */
  readonly signals: SignalSource
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

export type StopSignal = 'SIGINT' | 'SIGTERM'

/** The part of `process` that tells of signals. */
export interface SignalSource {
  on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown
  off(signal: StopSignal, listener: (signal: StopSignal) => void): unknown
}

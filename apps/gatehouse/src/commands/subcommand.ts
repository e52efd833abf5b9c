import type { Option, Surroundings } from '@gatewright/auth-option'
import type { Setting } from '../settings/setting.ts'
import type { Settings } from '../settings/settings.ts'
import type { Input } from '../terminal/input.ts'

/** Something that gatehouse can be told to do. A new one is a file beside this one, and a line in `index.ts`. */
export interface Subcommand {
  /** As it is typed: `users add`. */
  readonly name: string
  /** What stands after it, such as `NAME`. @default nothing */
  readonly operands?: readonly string[]
  /** One sentence, for `--help`. */
  readonly summary: string
  /** What it takes from the command line or the configuration file. */
  readonly settings: readonly Setting<unknown>[]
  /** What it takes from the command line alone. */
  readonly options?: readonly Option[]
  /** @returns the exit code; what it throws is told to whoever typed it */
  run(call: Call): Promise<number>
}

/** The process around gatehouse. Tests bring their own. */
export interface Caller extends Surroundings {
  readonly input: Input
  readonly now: () => Date
}

/** What was typed. */
interface Call {
  /** As many as the subcommand takes. */
  readonly operands: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
  readonly settings: Settings
  readonly caller: Caller
}

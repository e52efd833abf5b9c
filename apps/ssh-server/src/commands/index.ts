import { clear } from './clear.ts'
import type { Command } from './command.ts'
import { echo } from './echo.ts'
import { help } from './help.ts'
import { quit } from './quit.ts'
import { whoami } from './whoami.ts'

/** Everything that can be typed, in the order of `help`. */
export const COMMANDS: readonly Command[] = [clear, echo, help, quit, whoami]

import type { Readable } from 'node:stream'

/** Standard input: a terminal, or what was piped in. */
export interface Input extends Readable {
  readonly isTTY?: boolean
  setRawMode?(raw: boolean): unknown
}

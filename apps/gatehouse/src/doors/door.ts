import type { Log } from '@gatewright/auth-option'
import type { CredentialKind, Portal } from '@gatewright/portal'
import type { HouseAvatars } from '../realm.ts'
import type { Setting } from '../settings/setting.ts'
import type { Settings } from '../settings/settings.ts'

/** One way into the house. A new one is a file beside this one, and a line in `index.ts`. */
export interface Door {
  readonly name: string
  /** The kinds of credential that it can ask its clients for. */
  readonly supports: readonly CredentialKind[]
  /** Whether one login can prove several of them, one after the other. @default false */
  readonly severalProofs?: boolean
  /** What can be set about it; no two doors share a key. */
  readonly settings: readonly Setting<unknown>[]
  /** Lets clients in until it is closed; `undefined` when it is to stay shut. What it throws ends the program. */
  open(house: DoorContext): Promise<OpenDoor | undefined>
}

/** What a door finds behind it. */
export interface DoorContext {
  readonly portal: Portal<HouseAvatars>
  readonly settings: Settings
  readonly log: Log
}

/** A door that lets people in. */
export interface OpenDoor {
  /** `tcp://127.0.0.1:8000`, with the port that was picked. */
  readonly url: string
  /** Where it listens, as `nc` and `ssh` want it. */
  readonly host: string
  readonly port: number
  /** Lets nobody in any more, and those inside finish. */
  close(): Promise<void>
}

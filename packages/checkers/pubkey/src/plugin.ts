import { type Checker, PortalError } from '@gatewright/portal'
import { authorizedKeysFile } from './authorized-keys-file.ts'
import { pubkeyChecker } from './pubkey-checker.ts'

/** What the command line knows of the checker it asks for. */
export interface PubkeyPluginContext {
  /** Its name in events. @default 'pubkey:' and the pattern */
  readonly name?: string
  /** What a relative pattern begins at. @default the working directory of the process */
  readonly cwd?: string
}

/**
 * Makes `--auth pubkey:PATTERN` work.
 * @throws {PortalError} `BAD_CONFIGURATION`
 */
export function create(argument: string, { name, cwd }: PubkeyPluginContext = {}): Checker<'publickey'> {
  if (typeof argument !== 'string' || argument === '') {
    throw new PortalError('BAD_CONFIGURATION', 'pubkey needs a pattern', {
      hint: 'Write pubkey:/home/%u/.ssh/authorized_keys, or pubkey:%h/.ssh/authorized_keys.',
    })
  }
  const keys = authorizedKeysFile(argument, cwd === undefined ? {} : { cwd })
  return pubkeyChecker({ name: name ?? `pubkey:${argument}`, keys })
}

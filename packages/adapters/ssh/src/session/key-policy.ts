import type { Proof } from '@gatewright/portal'
import { type KeyRestrictions, restrictionsOf } from '@gatewright/ssh-keys'

/** What a client asks a session to run. */
export type Program =
  | { readonly kind: 'shell' }
  | { readonly kind: 'exec'; readonly command: string; readonly original?: string }
  | { readonly kind: 'sftp' }

/**
 * What the key of a login forbids: here, and nowhere else. It is made of what the checkers said of the keys that were proven;
 * a login without a key has no restrictions of this kind.
 *
 * | restriction | enforced by |
 * | --- | --- |
 * | `command`, a certificate's `force-command` | `programFor`: it replaces every shell, command and subsystem |
 * | `no-pty`, no `permit-pty` | `allowsPty` |
 * | `environment` | `environment` |
 * | port, agent and X11 forwarding, `permitopen`, `permitlisten`, `tunnel` | nobody gets any of these, so none is asked here |
 * | `no-user-rc` | no file of a user is run |
 */
export class KeyPolicy {
  readonly #restrictions: KeyRestrictions

  /** @returns `undefined` when the checkers' facts are no restrictions, or such that nothing is left */
  static of(proofs: readonly Proof[]): KeyPolicy | undefined {
    const restrictions = restrictionsOf(proofs)
    return restrictions && new KeyPolicy(restrictions)
  }

  private constructor(restrictions: KeyRestrictions) {
    this.#restrictions = restrictions
  }

  get allowsPty(): boolean {
    return this.#restrictions.pty
  }

  /** Set after what the client sets, so that it has the last word. */
  get environment(): Readonly<Record<string, string>> {
    return this.#restrictions.environment
  }

  /** What runs instead of what was asked for. */
  programFor(asked: Program): Program {
    const { command } = this.#restrictions
    return command === undefined ? asked : { kind: 'exec', command, original: wordFor(asked) }
  }
}

/** What sshd puts into SSH_ORIGINAL_COMMAND. */
function wordFor(asked: Program): string {
  switch (asked.kind) {
    case 'shell':
      return ''
    case 'exec':
      return asked.command
    case 'sftp':
      return 'sftp'
  }
}

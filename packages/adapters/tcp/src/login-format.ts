import type { Credential, CredentialKind } from '@gatewright/portal'

/** How clients say who they are. {@link lineLogin} and {@link promptLogin} are two; a plain object of this form is another. */
export interface LoginFormat {
  /** The kind of its first credential; a portal that does not accept it is refused when the server is made. */
  readonly presents: CredentialKind
  /** Whether clients speak telnet: commands are taken out of what they send, and what they type can be hidden. @default false */
  readonly telnet?: boolean
  /**
   * Talks until it has nothing more to ask. The client is in if, and only if, the portal granted something that was
   * presented; what this resolves with is of no account, and the verdict is announced by the server.
   *
   * Faults of the portal are thrown through it: let them pass, the server has an answer for each.
   */
  converse(dialogue: LoginDialogue): Promise<unknown>
}

/** One client, before it is logged in. */
export interface LoginDialogue {
  write(text: string): void
  /**
   * The next line without its end, or `undefined` for a line that is not UTF-8: nobody's name or password.
   *
   * @param secret keeps a telnet client from showing what is typed
   * @throws {TcpError} when there will be none: `INPUT_ENDED`, `LINE_TOO_LONG`, `LOGIN_TIMEOUT`, `CLIENT_GONE`
   */
  readLine(secret?: 'secret'): Promise<string | undefined>
  /**
   * Asks the portal.
   * @throws {PortalError} when the portal has no answer
   */
  present(credential: Credential): Promise<LoginAnswer>
}

/** What the portal said. */
export type LoginAnswer =
  | { readonly status: 'granted' }
  | { readonly status: 'refused' }
  | {
      readonly status: 'pending'
      /** The kinds of credential that would bring the login further. */
      readonly needs: readonly CredentialKind[]
      /** Presents the next factor. A refusal may be followed by another try. */
      next(credential: Credential): Promise<LoginAnswer>
    }

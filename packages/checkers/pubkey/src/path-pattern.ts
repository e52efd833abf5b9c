import { isAbsolute, normalize, resolve } from 'node:path'
import { PortalError } from '@gatewright/portal'
import type { Account } from './accounts.ts'

const TOKENS = ['%', 'u', 'h', 'U'] as const
type Token = (typeof TOKENS)[number]

/** A path with tokens, as in sshd's AuthorizedKeysFile: `%u` the user's name, `%h` its home, `%U` its number, `%%` a `%`. */
export class PathPattern {
  /** As it was given. */
  readonly shown: string
  /** Whether there is nothing to expand without an account. */
  readonly needsAccount: boolean
  readonly #parts: readonly (string | { readonly token: Token })[]

  /**
   * @param cwd what a relative path begins at. sshd lets it begin at the home; here that is written `%h/`.
   * @throws {PortalError} `BAD_CONFIGURATION` for unknown tokens, and when every user would have the same file
   */
  constructor(pattern: string, cwd: string, everybody: boolean) {
    if (typeof pattern !== 'string' || pattern === '' || pattern.includes('\0')) {
      throw bad('the pattern is a path', 'Such as /home/%u/.ssh/authorized_keys, or %h/.ssh/authorized_keys.')
    }
    this.shown = pattern
    const whole = pattern.startsWith('%h') ? pattern : resolve(cwd, pattern)
    const parts: (string | { readonly token: Token })[] = []
    for (const [, text, token] of whole.matchAll(/([^%]+)|%(.?)/gs)) {
      if (text !== undefined) parts.push(text)
      else if (TOKENS.includes(token as Token)) parts.push(token === '%' ? '%' : { token: token as Token })
      else throw bad(`the pattern ${pattern} has an unknown token`, 'There are %u, %h, %U, and %% for a percent sign.')
    }
    this.#parts = parts
    this.needsAccount = this.#has('h') || this.#has('U')
    if (!everybody && !this.needsAccount && !this.#has('u')) {
      throw bad(
        `the pattern ${pattern} is one file for all users`,
        'Any key in it would open every account; put %u or %h into it.',
      )
    }
  }

  /** @returns `undefined` when this user can have no such file */
  expand(username: string, account: Account | undefined): string | undefined {
    // What a name must not do to a path. Names with these are refused where they are used, not mended.
    if (/[/\\\0]|^\.{0,2}$/.test(username)) return undefined
    const values = { u: username, h: account?.home, U: account && String(account.uid) }
    let path = ''
    for (const part of this.#parts) {
      const text = typeof part === 'string' ? part : values[part.token as Exclude<Token, '%'>]
      if (text === undefined) return undefined
      path += text
    }
    // Nothing that was put in has made the path another one than is written: `%u%u` of a user called `.` is `..`.
    return isAbsolute(path) && this.#segments(path) === this.#segments(normalize(path)) ? path : undefined
  }

  #has(token: Token): boolean {
    return this.#parts.some((part) => typeof part !== 'string' && part.token === token)
  }

  /** A home may be written with a slash at its end. */
  #segments(path: string): string {
    return path.replace(/[/\\]+/g, '/')
  }
}

const bad = (problem: string, hint: string): PortalError => new PortalError('BAD_CONFIGURATION', problem, { hint })

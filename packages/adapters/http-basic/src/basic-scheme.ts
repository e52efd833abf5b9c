import { HttpLoginError, type HttpScheme, insistOnKnown, isQuotable, quote } from '@gatewright/http-login'
import { password } from '@gatewright/portal'
import { parseBasic } from './parse-basic.ts'

/** How a server asks by Basic. */
export interface BasicSchemeOptions {
  /** Shown by browsers. Printable ASCII. */
  readonly realm: string
  /** Takes passwords over unencrypted connections from other machines, where everybody on the way can read them. @default false */
  readonly allowPlaintext?: boolean
}

const OPTIONS: Record<keyof BasicSchemeOptions, true> = { realm: true, allowPlaintext: true }

export const BASIC_OPTIONS: readonly string[] = Object.keys(OPTIONS)

/**
 * HTTP Basic (RFC 7617), to be offered by an `httpLogin`. Over links that others can read, it is neither offered nor taken.
 *
 * @throws {HttpLoginError} `BAD_CONFIGURATION`
 */
export function basicScheme(options: BasicSchemeOptions): HttpScheme {
  insistOnKnown('basicScheme', options, BASIC_OPTIONS)
  const { realm, allowPlaintext = false } = options
  if (!isQuotable(realm) || realm === '') {
    throw new HttpLoginError('BAD_CONFIGURATION', 'realm is a text of printable ASCII', { hint: 'Browsers show it.' })
  }
  if (typeof allowPlaintext !== 'boolean')
    throw new HttpLoginError('BAD_CONFIGURATION', 'allowPlaintext is true or false')
  const challenges = [`Basic realm=${quote(realm)}, charset="UTF-8"`]
  return {
    name: 'Basic',
    presents: 'password',
    protocol: 'http-basic',
    challenges: ({ secure }) => (secure || allowPlaintext ? challenges : []),
    read(parameters, _request, { secure }) {
      // The password has been seen by everybody on the way. Taking it would say that this is how to send it.
      if (!secure && !allowPlaintext) return { code: 401, reason: 'the link is not encrypted' }
      const given = parseBasic(parameters)
      if (!given) return { code: 400, reason: 'no canonical Base64 of a name, a colon and a password' }
      return { credential: password(given.username, given.password) }
    },
  }
}

import { type AdapterOptions, type HttpLogin, httpLogin, splitOptions } from '@gatewright/http-login'
import { BASIC_OPTIONS, type BasicSchemeOptions, basicScheme } from './basic-scheme.ts'

/** What a login by Basic is made of. */
export interface HttpBasicOptions<Avatars extends object, A extends keyof Avatars>
  extends BasicSchemeOptions,
    AdapterOptions<Avatars, A> {}

/**
 * A login by HTTP Basic: middleware `(req, res, next)`, and `authenticate` for everything else.
 *
 * @throws {HttpLoginError} `BAD_CONFIGURATION`
 */
export function httpBasic<Avatars extends object, const A extends keyof Avatars>(
  options: HttpBasicOptions<Avatars, A>,
): HttpLogin<Avatars, A> {
  const { door, own } = splitOptions<Avatars, A, BasicSchemeOptions>('httpBasic', options, BASIC_OPTIONS)
  return httpLogin({ ...door, schemes: [basicScheme(own)] })
}

import {
  type AdapterOptions,
  type HttpLogin,
  HttpLoginError,
  type HttpScheme,
  httpLogin,
  splitOptions,
} from '@gatewright/http-login'
import { digestScheme } from './digest-scheme.ts'
import { DIGEST_OPTIONS, type DigestSchemeOptions } from './options.ts'

/** What a login by Digest is made of. */
export interface HttpDigestOptions<Avatars extends object, A extends keyof Avatars>
  extends DigestSchemeOptions,
    AdapterOptions<Avatars, A> {
  /** Schemes to offer beside it, weaker ones, such as `basicScheme({ realm })`. @default none */
  readonly also?: readonly HttpScheme[]
}

/**
 * A login by HTTP Digest: middleware `(req, res, next)`, and `authenticate` for everything else.
 *
 * @throws {HttpLoginError} `BAD_CONFIGURATION`; also when no checker of the portal can check an answer to Digest
 */
export function httpDigest<Avatars extends object, const A extends keyof Avatars>(
  options: HttpDigestOptions<Avatars, A>,
): HttpLogin<Avatars, A> {
  const { also = [], ...others } = options
  const { door, own } = splitOptions<Avatars, A, DigestSchemeOptions>('httpDigest', others, ['also', ...DIGEST_OPTIONS])
  if (!Array.isArray(also)) {
    throw new HttpLoginError('BAD_CONFIGURATION', 'also is a list of schemes', {
      hint: "Such as [basicScheme({ realm: 'club' })].",
    })
  }
  return httpLogin({ ...door, schemes: [digestScheme(own), ...also] })
}

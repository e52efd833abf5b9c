import { createHash } from 'node:crypto'

/** A client of these tests' own: it shares no line with what it tests. */

/** One challenge of a 401, taken apart. */
export interface Challenge {
  readonly [parameter: string]: string
}

/** The parameters of `Digest a=b, c="d"`; these tests' own servers write no quoted pairs but in realms. */
export function challengesIn(headers: readonly (readonly [string, string])[]): Challenge[] {
  return headers
    .filter(([name, value]) => name.toLowerCase() === 'www-authenticate' && value.startsWith('Digest '))
    .map(([, value]) =>
      Object.fromEntries(
        [...value.slice('Digest '.length).matchAll(/([a-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^,]+))/g)].map(
          ([, name, quoted, token]) => [name as string, quoted?.replace(/\\(.)/g, '$1') ?? (token as string)],
        ),
      ),
    )
}

const HASHES: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' }

export function hash(algorithm: string, data: string | Uint8Array): string {
  return createHash(HASHES[algorithm.replace(/-sess$/, '')] as string)
    .update(data)
    .digest('hex')
}

/** What an answer is made of; what is left out is what an honest client would say. */
export interface AnswerOptions {
  readonly username?: string
  readonly password?: string
  readonly method?: string
  readonly uri?: string
  readonly nc?: string
  readonly cnonce?: string
  readonly qop?: string
  readonly body?: string | Uint8Array
  readonly realm?: string
  readonly nonce?: string
  readonly algorithm?: string
}

/** The parameters of an answer, each as it would be written. */
export function parametersOf(challenge: Challenge, options: AnswerOptions = {}): Record<string, string> {
  const {
    username = 'ada',
    password = 'sesame',
    method = 'GET',
    uri = '/private',
    nc = '00000001',
    cnonce = 'c0ffee',
    qop = 'auth',
    body = '',
    realm = challenge.realm as string,
    nonce = challenge.nonce as string,
    algorithm = challenge.algorithm as string,
  } = options
  const h = (data: string | Uint8Array) => hash(algorithm, data)
  const a1 = h(`${username}:${realm}:${password}`)
  const key = algorithm.endsWith('-sess') ? h(`${a1}:${nonce}:${cnonce}`) : a1
  const a2 = h(qop === 'auth-int' ? `${method}:${uri}:${h(body)}` : `${method}:${uri}`)
  return {
    username: `"${Buffer.from(username).toString('latin1').replace(/["\\]/g, '\\$&')}"`,
    realm: `"${realm.replace(/["\\]/g, '\\$&')}"`,
    nonce: `"${nonce}"`,
    uri: `"${uri}"`,
    algorithm,
    qop,
    nc,
    cnonce: `"${cnonce}"`,
    response: `"${h(`${key}:${nonce}:${nc}:${cnonce}:${qop}:${a2}`)}"`,
    opaque: `"${challenge.opaque}"`,
  }
}

/** Parameters as a header; `undefined` leaves one out. */
export function header(parameters: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(parameters).filter(([, value]) => value !== undefined)
  return `Digest ${pairs.map(([name, value]) => `${name}=${value}`).join(', ')}`
}

/** The whole of an honest answer. */
export function answer(challenge: Challenge, options?: AnswerOptions): string {
  return header(parametersOf(challenge, options))
}

import { createHash } from 'node:crypto'
import {
  type AttackKind,
  type Header,
  HttpLoginError,
  type HttpScheme,
  type Origin,
  type Presentation,
  quote,
  type Reading,
  type RequestView,
  type Unreadable,
} from '@gatewright/http-login'
import { algorithmOf } from './algorithms.ts'
import { type AnswerKeeper, DigestAnswer } from './digest-answer.ts'
import type { DigestParameters } from './digest-parameters.ts'
import { Nonces } from './nonces.ts'
import { type DigestSchemeOptions, digestSettings, type Qop } from './options.ts'
import { parseParameters } from './parse-parameters.ts'
import { isSameTarget } from './same-target.ts'
import { afterRun, asciiSet, unitsOf } from './units.ts'
import { decodeExtValue, decodeUsername } from './username.ts'

/** Parallel requests overtake each other; a count that is further behind than this is answered `stale`. */
const WINDOW = 64
/** Clocks of several machines differ. */
const CLOCK_SKEW_MS = 60_000

/**
 * HTTP Digest (RFC 7616), to be offered by an `httpLogin`.
 *
 * @throws {HttpLoginError} `BAD_CONFIGURATION`
 */
export function digestScheme(options: DigestSchemeOptions): HttpScheme {
  const settings = digestSettings(options)
  const { realm, secrets, state, algorithms, qop, userhash, nonceLifetimeMs, domain, now } = settings
  const nonces = new Nonces(secrets, realm, now)
  const opaques = secrets.map((secret) => opaqueOf(secret, realm))
  const addressOf = ({ peer }: Origin): string => (settings.bindAddress ? (peer?.address ?? '') : '')

  /** Everything in a challenge but nonce and stale; the parts that RFC 7616 section 3.3 wants unquoted are. */
  const offers = algorithms.map(({ name }) => {
    const parts = [
      `realm=${quote(realm)}`,
      `qop="${qop.join(', ')}"`,
      `algorithm=${name}`,
      `opaque="${opaques[0]}"`,
      'charset=UTF-8',
      ...(userhash ? ['userhash=true'] : []),
      ...(domain.length > 0 ? [`domain=${quote(domain.join(' '))}`] : []),
    ]
    return `Digest ${parts.join(', ')}, nonce="`
  })

  const keeper: AnswerKeeper = {
    // What another process has counted is not known here; nor is what this machine did before it was started again.
    isStale: ({ nonce: { maker }, ageMs }) =>
      ageMs > nonceLifetimeMs || ageMs < -CLOCK_SKEW_MS || (!state.shared && maker !== nonces.maker),
    // Kept until no clock takes the nonce for alive, and no later.
    claim: (nonce, count) => state.window(nonce.key, count, WINDOW, nonceLifetimeMs + 2 * CLOCK_SKEW_MS),
    info(answer) {
      const { nonce, address } = answer.parts
      nonces.remember(nonce, address)
      return settings.authenticationInfo ? [authenticationInfo(answer)] : []
    },
  }

  /** RFC 7616 section 3.5. A session key holds the first nonce, so a session is given no other one. */
  function authenticationInfo(answer: DigestAnswer): Header {
    const { nc, cnonce, algorithm, address, ageMs } = answer.parts
    const next = ageMs > nonceLifetimeMs / 2 && !algorithm.session ? `, nextnonce="${nonces.make(address)}"` : ''
    return ['Authentication-Info', `rspauth="${answer.rspauth()}", qop=auth, cnonce=${quote(cnonce)}, nc=${nc}${next}`]
  }

  function read(text: string, request: RequestView, origin: Origin): Reading | Promise<Reading> {
    const given = parseParameters(text)
    if (!given) return malformed('no list of parameters')
    const { nonce: nonceText, nc, cnonce, uri, response, realm: saidRealm } = given
    if (nonceText === undefined || uri === undefined || response === undefined || saidRealm === undefined) {
      return malformed('a parameter is missing')
    }
    // RFC 7616 section 3.4: without qop, nc and cnonce it is the Digest of RFC 2069, which anybody can replay.
    if (given.qop === undefined || nc === undefined || cnonce === undefined) return malformed('no qop, nc or cnonce')
    const username = nameIn(given)
    if (username === undefined) return malformed('no user name, two of them, or one that is no UTF-8')
    if (!isCount(nc)) return malformed('nc is not eight hexadecimal digits from 1')
    const saidQop = given.qop.toLowerCase()
    if (saidQop !== 'auth' && saidQop !== 'auth-int') return malformed('qop is unknown')
    if (!isSameTarget(uri, request)) {
      return { ...malformed('uri is not the target of the request'), attack: { attack: 'uri-mismatch', detail: uri } }
    }

    // RFC 7616 section 3.4: without algorithm it is MD5. What we have not offered is not for the client to choose.
    const algorithm = algorithmOf(given.algorithm ?? 'MD5')
    if (!algorithm || !algorithms.includes(algorithm)) return attempted('downgrade', given.algorithm ?? 'no algorithm')
    if (!qop.includes(saidQop)) return attempted('downgrade', saidQop)
    if (!algorithm.couldMake(response)) return malformed('response is not of its algorithm')
    if (saidRealm !== realm) return foreign('another realm')
    if (given.opaque === undefined || !opaques.includes(given.opaque)) return foreign('opaque is not ours')
    const address = addressOf(origin)
    const nonce = nonces.read(nonceText, address)
    if (!nonce) return attempted('invented-nonce', nonceText)

    const { method } = request
    const ageMs = now() - nonce.madeAt
    const said = { realm, algorithm, nonce, ageMs, address, nc, cnonce, qop: saidQop as Qop, response, method, uri }
    const hashed = given.userhash !== undefined && given.userhash.toLowerCase() === 'true'
    if (!hashed && saidQop === 'auth') return new DigestAnswer(said, username, keeper)

    return (async (): Promise<Reading> => {
      // A hash of nobody's is looked up like a name of nobody's, with the same work.
      const name = hashed ? ((await userhash?.find(username)) ?? username) : username
      if (saidQop === 'auth') return new DigestAnswer(said, name, keeper)
      const body = await bodyOf(request)
      return 'code' in body ? body : new DigestAnswer(said, name, keeper, algorithm.hashBytes(body))
    })()
  }

  /** What `auth-int` signs: the body as it came, before anybody has decoded it. */
  async function bodyOf(request: RequestView): Promise<Uint8Array | Unreadable> {
    try {
      return (await request.body?.(settings.maxBodyBytes, settings.bodyDeadlineMs)) ?? new Uint8Array()
    } catch (error) {
      if (error instanceof HttpLoginError && error.code === 'BODY_TOO_LARGE')
        return { code: 413, reason: error.message }
      throw error
    }
  }

  return {
    name: 'Digest',
    presents: 'digest',
    protocol: 'http-digest',
    challenges(origin: Origin, after?: Presentation): readonly string[] {
      const stale = after instanceof DigestAnswer && after.stale ? '", stale=true' : '"'
      const nonce = nonces.make(addressOf(origin))
      return offers.map((offer) => offer + nonce + stale)
    },
    read,
  }
}

/** RFC 7616 section 3.4: the name, its hash, or an extended name; never two of them. */
function nameIn({ username, usernameExt, userhash }: DigestParameters): string | undefined {
  if ((username === undefined) === (usernameExt === undefined)) return undefined
  const flag = userhash?.toLowerCase()
  if (flag !== undefined && flag !== 'true' && flag !== 'false') return undefined
  if (usernameExt !== undefined) return flag === 'true' ? undefined : decodeExtValue(usernameExt)
  return decodeUsername(username as string)
}

/** Sent back unchanged by every client (RFC 7616 section 3.3); the same in all processes with the same secret. */
function opaqueOf(secret: string | Uint8Array, realm: string): string {
  return createHash('sha256')
    .update('gatewright http-digest opaque\0')
    .update(realm)
    .update('\0')
    .update(secret)
    .digest('hex')
    .slice(0, 32)
}

const HEX = asciiSet('0123456789abcdefABCDEF')

/** RFC 7616 section 3.4: eight hexadecimal digits, counted from 1. The last number would leave none to count on with. */
function isCount(nc: string): boolean {
  if (nc.length !== 8 || afterRun(unitsOf(nc), 0, HEX) !== 8) return false
  return nc !== '00000000' && nc.toLowerCase() !== 'ffffffff'
}

const malformed = (reason: string): Unreadable => ({ code: 400, reason })
const foreign = (reason: string): Unreadable => ({ code: 401, reason })
const attempted = (attack: AttackKind, detail: string): Unreadable => ({
  code: 401,
  reason: attack,
  attack: { attack, detail },
})

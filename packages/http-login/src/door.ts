import { type AttemptOptions, type Login, PortalError } from '@gatewright/portal'
import { tellAttack } from './attack.ts'
import { authorizationOf } from './authorization.ts'
import { admitted, challenged, type Denial, denied, type HttpAnswer, unencrypted } from './http-answer.ts'
import type { HttpScheme, Presentation, Reading } from './http-scheme.ts'
import type { Permit, SharedOptions } from './options.ts'
import type { Origin, RequestView } from './request-view.ts'
import { originFinder } from './trust-proxy.ts'
import type { Visit } from './visit.ts'
import { callListener, warn } from './warning.ts'

/** What all resources behind one login share. */
export interface Door<Avatars extends object> {
  /**
   * Whether a request may come in, and as whom. `undefined` when nobody waits for the answer any more.
   * @throws whatever a rule of the application throws
   */
  decide<A extends keyof Avatars>(
    request: RequestView,
    wanted: A | readonly A[],
    permit: Permit<Avatars, A> | undefined,
    visit?: Visit,
  ): Promise<HttpAnswer<Avatars, A> | undefined>
  /** Something broke on this side. */
  report(error: unknown, request: RequestView): void
}

const MAX_HEADER_LENGTH = 16_384
/** When to come back after a fault that does not say. */
const RETRY_MS = 5_000

/** @throws {HttpLoginError} `BAD_CONFIGURATION` */
export function createDoor<Avatars extends object>(options: SharedOptions<Avatars>): Door<Avatars> {
  const { portal, trustProxy = false, maxHeaderLength = MAX_HEADER_LENGTH, onError = broke } = options
  const schemes = [...options.schemes]
  const schemesByName = new Map(schemes.map((scheme) => [scheme.name.toLowerCase(), scheme]))
  const observers = [...(options.observers ?? [])]
  const findOrigin = originFinder(trustProxy)

  async function decide<A extends keyof Avatars>(
    request: RequestView,
    wanted: A | readonly A[],
    permit: Permit<Avatars, A> | undefined,
    visit?: Visit,
  ): Promise<HttpAnswer<Avatars, A> | undefined> {
    const origin = findOrigin(request)
    const header = request.header('authorization')
    if (header === undefined || header === '') return ask(origin)
    if (header.length > maxHeaderLength) return denied(400)
    const { scheme: name, parameters } = authorizationOf(header)
    const scheme = schemesByName.get(name)
    if (!scheme) return ask(origin)

    let presentation = visit?.presentedBy(scheme)
    if (!presentation) {
      let reading: Reading | Promise<Reading> = scheme.read(parameters, request, origin)
      if ('then' in reading) {
        try {
          reading = await reading
        } catch (error) {
          return broken(error, request)
        }
      }
      if ('code' in reading) {
        if (reading.attack) tellAttack(observers, reading.attack, scheme.name, request, origin)
        return reading.code === 401 ? ask(origin) : denied(reading.code)
      }
      presentation = reading
      visit?.present(scheme, presentation)
    }

    let login: Login<Avatars, A>
    try {
      login = await portal.login(presentation.credential, wanted, new Arrival(scheme, presentation, request, origin))
    } catch (error) {
      return broken(error, request)
    }
    if (login.status === 'granted') {
      let answer: HttpAnswer<Avatars, A> | undefined
      try {
        const permitted: unknown = permit === undefined || permit(login, request)
        if (permitted === true) answer = admitted(login, presentation.admitted?.() ?? [])
        // An async rule is typed out, but easily written; its rejection must not end the process.
        else Promise.resolve(permitted).catch((error: unknown) => report(error, request))
      } finally {
        if (answer === undefined) await login.logout().catch((error: unknown) => report(error, request))
      }
      return answer ?? denied(403)
    }
    // HTTP has no dialogue for a second factor. The answer is that for wrong credentials: it must not tell that one was right.
    if (login.status === 'pending') return ask(origin)
    if (login.retryAfterMs !== undefined) return denied(429, login.retryAfterMs)
    if (login.forbidden) return denied(403)
    if (presentation.attack) tellAttack(observers, presentation.attack, scheme.name, request, origin)
    return ask(origin, scheme, presentation)
  }

  /** Everything that the client may answer with; without any, it is told not to try. */
  function ask(origin: Origin, refusing?: HttpScheme, refused?: Presentation): Denial {
    const challenges = schemes.flatMap((scheme) => scheme.challenges(origin, scheme === refusing ? refused : undefined))
    return challenges.length > 0 ? challenged(challenges) : origin.secure ? denied(403) : unencrypted()
  }

  /** A fault is never a denial: the client is told to come back, whoever it is. */
  function broken(error: unknown, request: RequestView): Denial | undefined {
    const code = error instanceof PortalError ? error.code : undefined
    if (code === 'ABORTED') return undefined
    if (code !== 'OVERLOADED' && code !== 'CLOSED') report(error, request)
    const retryAfterMs = error instanceof PortalError ? error.retryAfterMs : undefined
    return denied(503, retryAfterMs ?? RETRY_MS)
  }

  function report(error: unknown, request: RequestView): void {
    callListener(() => onError(error, request), broke)
  }

  return { decide, report }
}

/** What the portal is told of the request. Most of it nobody asks for, so it is found out when somebody does. */
class Arrival implements AttemptOptions {
  readonly protocol: string
  readonly confirm: Presentation['confirm']
  readonly #request: RequestView
  readonly #origin: Origin

  constructor({ protocol }: HttpScheme, { confirm }: Presentation, request: RequestView, origin: Origin) {
    this.protocol = protocol
    this.confirm = confirm
    this.#request = request
    this.#origin = origin
  }

  get peer(): Origin['peer'] {
    return this.#origin.peer
  }

  get secure(): boolean {
    return this.#origin.secure
  }

  get signal(): AbortSignal | undefined {
    return this.#request.signal
  }
}

const broke = (error: unknown): void => warn('GATEWRIGHT_HTTP', 'an HTTP login failed on this side', error)

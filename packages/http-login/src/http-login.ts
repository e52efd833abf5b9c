import { turnAway } from './deny.ts'
import { createDoor } from './door.ts'
import { HttpLoginError } from './errors.ts'
import { denied, type GrantedAs, type HttpAnswer } from './http-answer.ts'
import type { NodeMessage, NodeResponse } from './node-request.ts'
import { checkOptions, checkResource, type HttpLoginOptions, type ResourceOptions } from './options.ts'
import type { RequestView } from './request-view.ts'
import { visitOf } from './visit.ts'
import { whenOver } from './when-over.ts'

/**
 * A login for HTTP requests: middleware for Express and its relatives, a listener's first step for `node:http`, and
 * `authenticate` for everything else.
 */
export interface HttpLogin<Avatars extends object, A extends keyof Avatars> {
  /**
   * Calls `next()` for who is logged in, and answers everybody else itself. The avatar is logged out when the response is
   * closed. `next(error)` is called for what should never happen.
   */
  (req: NodeMessage, res: NodeResponse, next: (error?: unknown) => void): void
  /** The same decision about any request, to be carried out by the caller, who must log out whom it admitted. */
  authenticate(request: RequestView): Promise<HttpAnswer<Avatars, A>>
  /**
   * The avatar that a request was let in with.
   * @throws {HttpLoginError} `NOT_LOGGED_IN` for a request that has not passed this login
   */
  avatarOf(req: NodeMessage): Avatars[A]
  /**
   * The login that a request was let in by: who it is, and its proofs.
   * @throws {HttpLoginError} `NOT_LOGGED_IN`
   */
  loginOf(req: NodeMessage): GrantedAs<Avatars, A>
  /**
   * The same door to another resource: other avatars, other rules, the same challenges. One request may pass several.
   * @throws {HttpLoginError} `BAD_CONFIGURATION`
   */
  with<const B extends keyof Avatars>(resource: ResourceOptions<Avatars, B>): HttpLogin<Avatars, B>
}

/**
 * Puts an HTTP login together.
 * @throws {HttpLoginError} `BAD_CONFIGURATION`
 */
export function httpLogin<Avatars extends object, const A extends keyof Avatars>(
  options: HttpLoginOptions<Avatars, A>,
): HttpLogin<Avatars, A> {
  checkOptions(options)
  const door = createDoor(options)
  const { deny } = options

  function to<B extends keyof Avatars>({ avatar, permit }: ResourceOptions<Avatars, B>): HttpLogin<Avatars, B> {
    const wanted = Array.isArray(avatar) ? ([...avatar] as readonly B[]) : (avatar as B)

    async function pass(req: NodeMessage, res: NodeResponse, next: (error?: unknown) => void): Promise<void> {
      const visit = visitOf(req)
      if (visit.grantedBy(login) !== undefined) return next()
      try {
        const answer = await door.decide(visit.request, wanted, permit, visit)
        // Nobody waits for it.
        if (answer === undefined) return
        if (!answer.admitted) return await turnAway(answer, req, res, deny)
        const { login: granted, headers } = answer
        if (res.closed || res.destroyed) return leave(granted, visit.request)
        // Before anything can go wrong: a response that was begun already takes no header.
        whenOver(res, visit.request, () => leave(granted, visit.request))
        for (const [name, value] of headers) res.setHeader(name, value)
        visit.pass(login, granted)
      } catch (error) {
        return next(error)
      }
      next()
    }

    const leave = (granted: { logout(): Promise<void> }, request: RequestView): void => {
      granted.logout().catch((error: unknown) => door.report(error, request))
    }

    const loginOf = (req: NodeMessage): GrantedAs<Avatars, B> => {
      const granted = visitOf(req).grantedBy(login)
      if (granted !== undefined) return granted as GrantedAs<Avatars, B>
      throw new HttpLoginError('NOT_LOGGED_IN', 'this request has not passed this login', {
        hint: 'Put the login before the handler, and ask the login that it passed.',
      })
    }

    const login: HttpLogin<Avatars, B> = Object.assign(
      (req: NodeMessage, res: NodeResponse, next: (error?: unknown) => void): void => void pass(req, res, next),
      {
        authenticate: async (request: RequestView): Promise<HttpAnswer<Avatars, B>> =>
          (await door.decide(request, wanted, permit)) ?? denied(503),
        avatarOf: (req: NodeMessage): Avatars[B] => loginOf(req).avatar,
        loginOf,
        with<const C extends keyof Avatars>(other: ResourceOptions<Avatars, C>): HttpLogin<Avatars, C> {
          checkResource(other)
          return to(other)
        },
      },
    )
    return login
  }

  return to(options)
}

import { assemble, type Portal, type PortalOptions } from './assembly.ts'
import { type AttemptOptions, LoginAttempt, type Proof } from './attempt.ts'
import { type Checker, isOptional } from './checker.ts'
import { admissible, type Credential, type CredentialKind, isOffer, type PublicKeyOffer } from './credentials.ts'
import type { PortalError } from './errors.ts'
import { Reporter } from './events.ts'
import { aborted, asFault, broken, closed, noFactory, unhandled } from './faults.ts'
import { type Admission, asAdmission, type Guard } from './guard.ts'
import { ANONYMOUS, type Identity } from './identity.ts'
import { type RefusalDetails, type Refused, refused } from './login.ts'
import { PendingLogin } from './pending.ts'
import { type LoginRecord, openRecord } from './record.ts'
import { missing } from './requirement.ts'
import { Session } from './session.ts'
import { Talk } from './talk.ts'
import { asVerdict, believed, isVerdict, pass, type Verdict } from './verdict.ts'
import { isPromise, Waits } from './waits.ts'

type Outcome = Session | PendingLogin<Outcome> | Refused

const NOTHING_PROVEN: readonly Proof[] = Object.freeze([])
const ANYWHERE: AttemptOptions = Object.freeze({})
let logins = 0

/**
 * Puts a portal together. Everything that can be wrong with it is found now, not at the first login.
 *
 * @throws {PortalError} `BAD_CONFIGURATION`
 */
export function createPortal<Avatars extends object>(options: PortalOptions<Avatars>): Portal<Avatars> {
  const { realm, checkers, panels, factories, requirement, guard, observers, deadlineMs, patience } = assemble(options)
  const reporter = new Reporter(observers)
  const waits = new Waits(deadlineMs)
  const sessions = new Set<Session>()
  let closing: Promise<void> | undefined

  /**
   * The login algorithm: one credential is presented; a denial is returned, a fault is thrown.
   * What is known at once is not awaited, so that a quick login is one turn of the engine.
   */
  async function present(talk: Talk, presented: Credential, over: boolean): Promise<Outcome> {
    const record = openRecord(reporter, talk, presented)
    /** Who is at work, to name whoever breaks. */
    let part: string | undefined
    try {
      insist(talk)
      if (!talk.wantsOnly(factories)) throw noFactory(talk.wanted, factories.keys())
      const panel = panels.get(presented?.kind)
      if (!panel) throw unhandled(presented, [...panels.keys()])

      // What no user can have presented is refused before a checker sees it; the same factor twice is one factor.
      const credential = admissible(presented)
      if (!credential) return refuse(talk, record, 'malformed credential')
      if (over) return refuse(talk, record, 'this login is over')
      if (talk.hasProven(credential.kind)) return refuse(talk, record, 'this factor is proven already')

      // A try is reserved before anything is compared, so that parallel guesses cannot outrun the guard.
      let attempt = talk.attempt()
      const admission = guard && (await admit(guard, credential, attempt))
      if (admission && 'retryAfterMs' in admission) return refuse(talk, record, 'held back by the guard', admission)

      // The checkers are asked in order: `pass` asks the next, `accept` and `reject` decide, a fault is neither.
      let verdict: Verdict = pass()
      let fault: PortalError | undefined
      let judge = ''
      for (let i = 0; i < panel.length; i++) {
        const checker = panel[i] as Checker
        judge = checker.name
        try {
          const answer: unknown = checker.check(credential, attempt)
          const given = isVerdict(answer) ? answer : asVerdict(await waits.bound(answer, attempt))
          verdict = believed(given, credential.kind)
          record.step(judge, verdict)
          if (verdict.outcome !== 'pass') break
        } catch (error) {
          fault = broken(`checker '${judge}'`, error)
          record.step(judge, fault)
          if (!isOptional(checker) || whyUnwanted(talk)) break
          attempt = talk.attempt() // the signal of the last one has fired
        }
      }
      // Once a checker was down, anything but an acceptance would say more than is known.
      if (verdict.outcome === 'accept') fault = undefined
      if (admission) await settle(admission, fault ? 'fault' : verdict)
      insist(talk)
      if (fault) throw fault
      if (verdict.outcome !== 'accept')
        return refuse(talk, record, verdict.outcome === 'reject' ? verdict.reason : 'unknown to all')

      // Factors add up only within this login, and for one identity.
      const { id, facts } = verdict
      if (!talk.isAbout(id)) return refuse(talk, record, 'this factor is of another identity')
      const proofs = talk.plus({ id, kind: credential.kind, checker: judge, at: Date.now(), facts })
      const context = new LoginAttempt(talk.from, proofs)

      let rows = requirement
      if (typeof rows === 'function') {
        // An anonymous login has no identity to ask about, and an unasked question is not a yes.
        if (id === ANONYMOUS) return refuse(talk, record, 'the requirement depends on who it is')
        part = 'the requirement'
        rows = await waits.bound(rows(id, context), context)
      }
      const needs = missing(rows, proofs)
      if (needs === undefined) return refuse(talk, record, 'no requirement can be met with this factor')
      if (needs.length > 0) {
        insist(talk)
        record.finish('pending', proofs)
        return pend(needs, talk.with(proofs))
      }

      // The first wanted avatar that this identity has is the one it gets.
      for (let i = 0; i < talk.wanted.length; i++) {
        const as = talk.wanted[i] as PropertyKey
        const factory = factories.get(as)
        if (!factory || (id === ANONYMOUS && !factory.anonymous)) continue
        part = factory.part
        const made: unknown = factory.make.call(realm, id, context)
        const avatar = isPromise(made) ? await arrival(made, id, as, talk, context) : made
        if (!isSomething(avatar)) continue
        const session = new Session(id, as, avatar, proofs, talk, leave)
        if (whyUnwanted(talk)) await session.discard()
        insist(talk)
        if (session.hasEnd || record.heard) sessions.add(session)
        record.finish('granted', proofs)
        return session
      }
      return refuse(talk, record, 'this identity has no such avatar', { forbidden: true })
    } catch (error) {
      const fault = whyUnwanted(talk) ?? (part === undefined ? asFault(error) : broken(part, error))
      record.fault(fault)
      record.finish('fault', talk.proofs)
      throw fault
    }
  }

  function refuse(talk: Talk, record: LoginRecord, reason: string, details?: RefusalDetails): Refused {
    record.finish('refused', talk.proofs, reason)
    return refused(details)
  }

  /** Only the object that this makes can go on from these proofs. */
  function pend(needs: readonly CredentialKind[], proven: Talk): PendingLogin<Outcome> {
    return new PendingLogin(needs, patience, (next, over) => present(proven, next, over))
  }

  /** Waits for an avatar. One that arrives when nobody waits for it any more is logged out at once. */
  function arrival(
    made: PromiseLike<unknown>,
    id: Identity,
    as: PropertyKey,
    talk: Talk,
    context: LoginAttempt,
  ): Promise<unknown> {
    const late = (avatar: unknown) =>
      isSomething(avatar) && new Session(id, as, avatar, context.proofs, talk, leave).discard()
    return waits.bound(made, context, late)
  }

  async function admit(guard: Guard, credential: Credential, attempt: LoginAttempt): ReturnType<Guard['admit']> {
    try {
      return asAdmission(await waits.bound(guard.admit(credential, attempt), attempt))
    } catch (error) {
      throw broken('the guard', error)
    }
  }

  /** Not bound to the client's signal: what was reserved is settled, whoever has hung up. */
  async function settle(admission: Admission, verdict: Verdict | 'fault'): Promise<void> {
    try {
      await waits.bound(admission.settle(verdict), new LoginAttempt(ANYWHERE, NOTHING_PROVEN))
    } catch (error) {
      throw broken('the guard', error)
    }
  }

  /** Asks whether a key would do. No avatar can come of it: the talk wants none. */
  async function recognize(offer: PublicKeyOffer, talk: Talk): Promise<boolean> {
    insist(talk)
    if (!isOffer(offer)) return false
    let fault: PortalError | undefined
    for (const checker of panels.get('publickey') ?? []) {
      if (!checker.recognizes) continue
      const attempt = talk.attempt()
      try {
        const known: unknown = await waits.bound(checker.recognizes(offer, attempt), attempt)
        if (known === true) return true
        if (known !== false) throw new TypeError('recognizes() answers true or false')
      } catch (error) {
        insist(talk)
        fault = broken(`checker '${checker.name}'`, error)
        if (!isOptional(checker)) break
      }
    }
    if (fault) throw fault
    return false
  }

  /** Why a login need not go on, if so: nobody is at either end. */
  function whyUnwanted({ from: { signal } }: Talk): PortalError | undefined {
    if (closing) return closed()
    return signal?.aborted === true ? aborted(signal) : undefined
  }

  function insist(talk: Talk): void {
    const unwanted = whyUnwanted(talk)
    if (unwanted) throw unwanted
  }

  const isSomething = (avatar: unknown) => avatar !== undefined && avatar !== null

  const talkOf = (wanted: PropertyKey | readonly PropertyKey[], from: AttemptOptions) =>
    new Talk(++logins, from, Array.isArray(wanted) ? [...wanted] : [wanted as PropertyKey], NOTHING_PROVEN)

  /** Every session ends here, once. */
  function leave(session: Session, talk: Talk, failure: unknown): void {
    sessions.delete(session)
    reporter.left(session, talk, failure)
  }

  async function end(): Promise<void> {
    waits.close(closed())
    const ends = await Promise.allSettled([...sessions].map((session) => session.logout()))
    ends.push(...(await Promise.allSettled(checkers.map(async (checker) => checker.close?.()))))
    const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
    if (failures.length > 0) throw new AggregateError(failures, 'the portal is closed, but not everything ended well')
  }

  function close(): Promise<void> {
    // `closing` is set before the waits fail and their logins look why.
    closing ??= Promise.resolve().then(end)
    return closing
  }

  return {
    accepts: Object.freeze([...panels.keys()]),
    login: (credential, avatar, from = ANYWHERE) => present(talkOf(avatar, from), credential, false) as Promise<never>,
    recognizes: (offer, from = ANYWHERE) => recognize(offer, talkOf([], from)),
    close,
    [Symbol.asyncDispose]: close,
  }
}

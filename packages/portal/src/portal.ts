import { admissible } from './admissible.ts'
import { assemble, type Portal, type PortalOptions } from './assembly.ts'
import { type AttemptOptions, LoginAttempt, type Proof } from './attempt.ts'
import { type Checker, isOptional } from './checker.ts'
import { objectionIn } from './confirmation.ts'
import type { Credential, CredentialKind } from './credential-kinds.ts'
import type { PortalError } from './errors.ts'
import { Reporter } from './events.ts'
import { aborted, asFault, broken, closed, noFactory, unhandled } from './faults.ts'
import { ANONYMOUS, type Identity } from './identity.ts'
import { type RefusalDetails, type Refused, refused } from './login.ts'
import { PendingLogin, type Turn } from './pending.ts'
import { isPromise } from './promises.ts'
import { recognize } from './recognition.ts'
import { type LoginRecord, openRecord } from './record.ts'
import { missing } from './requirement.ts'
import { reserve } from './reservation.ts'
import { type Host, Session } from './session.ts'
import { Talk } from './talk.ts'
import { asVerdict, believed, isVerdict, pass, type Verdict } from './verdict.ts'
import { Waits } from './waits.ts'

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
  const errands = new Waits(deadlineMs)
  const sessions = new Set<Session>()
  let closing: Promise<void> | undefined

  /**
   * The login algorithm: one credential is presented; a denial is returned, a fault is thrown.
   * What is known at once is not awaited, so that a quick login is one turn of the engine.
   */
  async function present(talk: Talk, presented: Credential, turn?: Turn): Promise<Outcome> {
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
      if (turn?.over === true) return refuse(talk, record, 'this login is over')
      if (talk.hasProven(credential.kind)) return refuse(talk, record, 'this factor is proven already')

      let attempt = talk.attempt()
      const reservation = guard && (await reserve(guard, credential, attempt, boundBy(attempt), record.fault))
      if (reservation && 'retryAfterMs' in reservation) {
        return refuse(talk, record, 'held back by the guard', reservation)
      }

      // The checkers are asked in order: `pass` asks the next, `accept` and `reject` decide, a fault is neither.
      let verdict: Verdict = pass()
      let fault: PortalError | undefined
      let answer: unknown
      let judge = ''
      for (let i = 0; i < panel.length; i++) {
        const checker = panel[i] as Checker
        judge = checker.name
        try {
          answer = checker.check(credential, attempt)
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
      // The adapter has the last word on what proves it: a one-time answer may have been used before. That counts for nobody.
      let objection: string | undefined
      if (verdict.outcome === 'accept' && talk.from.confirm) {
        try {
          const given = talk.from.confirm()
          objection = objectionIn(isPromise(given) ? await waits.bound(given, attempt) : given)
        } catch (error) {
          fault = broken('the adapter', error)
          verdict = pass()
          answer = undefined // it counts for nobody, also when the client did not stay to hear so
        }
      }
      if (reservation) {
        // A hung-up guess is a guess, if it was compared; a rejection counts, whoever else was down.
        if (fault && whyUnwanted(talk))
          void reservation.settleLate(answer, credential.kind, unattended).catch(record.fault)
        else {
          const undecided = objection !== undefined || (fault !== undefined && verdict.outcome === 'pass')
          await reservation.settle(undecided ? 'fault' : verdict, unattended)
        }
      }
      insist(talk)
      if (fault && verdict.outcome !== 'accept') {
        // Once a checker was down, a denial would say more than is known. The try is spent all the same.
        if (turn) turn.rejected = verdict.outcome === 'reject'
        throw fault
      }
      if (verdict.outcome !== 'accept') {
        return refuse(talk, record, verdict.outcome === 'reject' ? verdict.reason : 'unknown to all')
      }
      if (objection !== undefined) return refuse(talk, record, objection)

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
        const session = new Session(id, as, avatar, proofs, talk, host)
        const unwanted = whyUnwanted(talk)
        if (unwanted) {
          void session.discard()
          throw unwanted
        }
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
    return new PendingLogin(needs, patience, (next, turn) => present(proven, next, turn))
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
      isSomething(avatar) && new Session(id, as, avatar, context.proofs, talk, host).discard()
    return waits.bound(made, context, late)
  }

  const boundBy =
    (attempt: LoginAttempt) =>
    <T>(work: PromiseLike<T>, late?: (result: T) => unknown) =>
      waits.bound(work, attempt, late)

  /** For what must be brought to its end whoever has left, the portal's own closing included: only the deadline holds. */
  const unattended = <T>(work: PromiseLike<T>) => errands.bound(work, new LoginAttempt(ANYWHERE, NOTHING_PROVEN))

  /** Why a login need not go on, if so: nobody is at either end. */
  function whyUnwanted({ from: { signal } }: Talk): PortalError | undefined {
    if (closing) return closed()
    return signal?.aborted === true ? aborted(signal) : undefined
  }

  function insist(talk: Talk): void {
    const unwanted = whyUnwanted(talk)
    if (unwanted) throw unwanted
  }

  /** `false` is what `may(id) && new Avatar()` makes of a no. */
  const isSomething = (avatar: unknown) => avatar !== undefined && avatar !== null && avatar !== false

  const talkOf = (wanted: PropertyKey | readonly PropertyKey[], from: AttemptOptions | undefined) =>
    new Talk(++logins, from ?? ANYWHERE, Array.isArray(wanted) ? [...wanted] : [wanted as PropertyKey], NOTHING_PROVEN)

  /** Every session ends here, once. */
  const host: Host = {
    bound: unattended,
    left(session, talk, failure) {
      sessions.delete(session)
      reporter.left(session, talk, failure)
    },
  }

  async function end(): Promise<void> {
    waits.close(closed())
    const ends = await Promise.allSettled([...sessions].map((session) => session.logout()))
    ends.push(
      ...(await Promise.allSettled(checkers.map(async (checker) => unattended(Promise.resolve(checker.close?.()))))),
    )
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
    login: (credential, avatar, from) => present(talkOf(avatar, from), credential) as Promise<never>,
    recognizes: (offer, from) => recognize(offer, talkOf([], from), panels.get('publickey') ?? [], waits, insist),
    close,
    [Symbol.asyncDispose]: close,
  }
}

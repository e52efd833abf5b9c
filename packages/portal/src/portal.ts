import { assemble, type Portal, type PortalOptions } from './assembly.ts'
import { type AttemptOptions, LoginAttempt, type Proof } from './attempt.ts'
import { type Checker, isOptional } from './checker.ts'
import { admissible, type Credential, isOffer, type PublicKeyOffer } from './credentials.ts'
import type { PortalError } from './errors.ts'
import { Reporter } from './events.ts'
import { aborted, asFault, broken, closed, noFactory, unhandled } from './faults.ts'
import { asAdmission, type Guard, type HeldBack } from './guard.ts'
import { ANONYMOUS } from './identity.ts'
import { type Refused, refused } from './login.ts'
import { PendingLogin } from './pending.ts'
import { type LoginRecord, openRecord } from './record.ts'
import { missing } from './requirement.ts'
import { Session } from './session.ts'
import { Talk } from './talk.ts'
import { asVerdict, isVerdict, pass, type Verdict } from './verdict.ts'
import { isPromise, Waits } from './waits.ts'

/** What the checkers decided, and which of them did. */
interface Ruling {
  readonly verdict: Verdict
  readonly checker: string
}

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
  const { checkers, panels, factories, requirement, guard, observers, deadlineMs, patience } = assemble(options)
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
    const refuse = (reason: string, answer?: Parameters<typeof refused>[0]) => {
      record.finish('refused', talk.proofs, reason)
      return refused(answer)
    }
    /** Who is at work, to name whoever breaks. */
    let part: string | undefined
    try {
      insist(talk)
      if (!isMade(talk.wanted)) throw noFactory(talk.wanted, factories.keys())
      const panel = panels.get(presented?.kind)
      if (!panel) throw unhandled(presented, [...panels.keys()])

      // What no user can have presented is refused before a checker sees it; the same factor twice is one factor.
      const credential = admissible(presented)
      if (!credential) return refuse('malformed credential')
      if (over) return refuse('this login is over')
      if (talk.proofs.some(({ kind }) => kind === credential.kind)) return refuse('this factor is proven already')

      const ruling = await (guard
        ? guarded(guard, panel, credential, talk, record)
        : ask(panel, credential, talk, record))
      if ('retryAfterMs' in ruling) return refuse('held back by the guard', ruling)
      const { verdict, checker } = ruling
      if (verdict.outcome !== 'accept') return refuse(verdict.outcome === 'reject' ? verdict.reason : 'unknown to all')

      // Factors add up only within this login, and for one identity.
      const { id, facts } = verdict
      if (talk.proofs.some((proof) => proof.id !== id)) return refuse('this factor is of another identity')
      const proven = talk.with({ id, kind: credential.kind, checker, at: Date.now(), facts })
      const context = proven.attempt()

      let rows = requirement
      if (typeof rows === 'function') {
        // An anonymous login has no identity to ask about, and an unasked question is not a yes.
        if (id === ANONYMOUS) return refuse('the requirement depends on who it is')
        part = 'the requirement'
        rows = await waits.bound(rows(id, context), context)
      }
      const needs = missing(rows, proven.proofs)
      if (needs === undefined) return refuse('no requirement can be met with this factor')
      if (needs.length > 0) {
        insist(talk)
        record.finish('pending', proven.proofs)
        return new PendingLogin(needs, patience, (next, tooLate) => present(proven, next, tooLate))
      }

      // The first wanted avatar that this identity has is the one it gets.
      for (const as of talk.wanted) {
        const factory = factories.get(as)
        if (!factory || (id === ANONYMOUS && !factory.anonymous)) continue
        part = factory.part
        const made = factory.make(id, context)
        const seat = (avatar: unknown) => new Session(id, as, avatar, proven, leave)
        const avatar = isPromise(made) ? await waits.bound(made, context, (late) => late && seat(late).discard()) : made
        if (avatar === undefined || avatar === null) continue
        const session = seat(avatar)
        if (whyUnwanted(talk)) await session.discard()
        insist(talk)
        if (session.hasEnd || reporter.heard) sessions.add(session)
        record.finish('granted', proven.proofs)
        return session
      }
      return refuse('this identity has no such avatar', { forbidden: true })
    } catch (error) {
      const fault = whyUnwanted(talk) ?? (part === undefined ? asFault(error) : broken(part, error))
      record.fault(fault)
      record.finish('fault', talk.proofs)
      throw fault
    }
  }

  /** Reserves a try before anything is compared, so that parallel guesses cannot outrun the guard; settles it whatever happens. */
  async function guarded(guard: Guard, ...asked: Parameters<typeof ask>): Promise<Ruling | HeldBack> {
    const [, credential, talk] = asked
    const attempt = talk.attempt()
    const admission = await ofGuard(attempt, async () => asAdmission(await guard.admit(credential, attempt)))
    if ('retryAfterMs' in admission) return admission
    let verdict: Verdict | 'fault' = 'fault'
    try {
      const ruling = await ask(...asked)
      verdict = ruling.verdict
      return ruling
    } finally {
      // Not bound to the client's signal: a guess whose author hung up is a guess.
      await ofGuard(new LoginAttempt(ANYWHERE, talk.proofs), () => admission.settle(verdict))
    }
  }

  async function ofGuard<T>(attempt: LoginAttempt, work: () => Promise<T>): Promise<T> {
    try {
      return await waits.bound(work(), attempt)
    } catch (error) {
      throw broken('the guard', error)
    }
  }

  /** Asks the checkers in order: `pass` asks the next, `accept` and `reject` decide, a fault is neither. */
  async function ask(
    panel: readonly Checker[],
    credential: Credential,
    talk: Talk,
    record: LoginRecord,
  ): Promise<Ruling> {
    let attempt = talk.attempt()
    let fault: PortalError | undefined
    for (const checker of panel) {
      try {
        const answer: unknown = checker.check(credential, attempt)
        const verdict = asVerdict(isVerdict(answer) ? answer : await waits.bound(answer, attempt), credential.kind)
        record.step(checker.name, verdict)
        insist(talk)
        if (verdict.outcome === 'accept') return { verdict, checker: checker.name }
        if (verdict.outcome === 'reject') {
          // Once a checker was down, a denial would say more than is known.
          if (fault) break
          return { verdict, checker: checker.name }
        }
      } catch (error) {
        insist(talk)
        fault = broken(`checker '${checker.name}'`, error)
        record.step(checker.name, fault)
        if (!isOptional(checker)) break
        attempt = talk.attempt() // the signal of the last one has fired
      }
    }
    if (fault) throw fault
    return { verdict: pass(), checker: '' }
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

  const isMade = (wanted: readonly PropertyKey[]) => wanted.length > 0 && wanted.every((name) => factories.has(name))

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

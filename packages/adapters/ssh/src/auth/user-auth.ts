import {
  type Credential,
  type Granted,
  type Login,
  type Pending,
  PortalError,
  type PublicKeyOffer,
  password,
  totp,
} from '@gatewright/portal'
import { SshKeyError } from '@gatewright/ssh-keys'
import type { SshLimits } from '../limits.ts'
import { type DisconnectReason, Message, Reason } from '../transport/message.ts'
import { type LoginRequest, readAnswer, readLoginRequest, readPassword } from './login-request.ts'
import { methodsFor, type Question, questionFor } from './methods.ts'
import { keyOffered, provenKey, readKeyRequest } from './public-key.ts'

/** The client, as its login sees it. */
export interface Applicant {
  readonly sessionId: Buffer
  failure(methods: readonly string[], partial: boolean): void
  keyIsWelcome(algorithm: string, blob: Uint8Array): void
  ask(prompt: string): void
  disconnect(reason: DisconnectReason): void
}

/** What decides. */
export interface Judge<Avatars> {
  readonly accepts: readonly Credential['kind'][]
  login(credential: Credential): Promise<Login<Avatars>>
  recognizes(offer: PublicKeyOffer): Promise<boolean>
  /** The login is done. `false` when nothing came of it after all: then the client is answered as if it had been refused. */
  grant(login: Granted<Avatars>): boolean
  /** The login could not be decided. */
  fault(error: unknown): void
}

/** Requests that may wait for an earlier one to be decided. Clients wait for each answer; RFC 4252 does not make them. */
const MAX_WAITING = 16

const PROMPTS: Readonly<Record<Question, string>> = { password: 'Password: ', totp: 'Code: ' }

/**
 * The login of one client: RFC 4252 and RFC 4256. Requests are decided one after the other, each completely before the next
 * is looked at, so that an answer is the answer to what was asked.
 */
export class UserAuth<Avatars> {
  readonly #applicant: Applicant
  readonly #judge: Judge<Avatars>
  readonly #limits: SshLimits
  readonly #waiting: Buffer[] = []
  #busy = false
  #over = false
  #requests = 0
  #failures = 0
  /** The user name of the first request; another one would be another login. */
  #user: string | undefined
  #pending: Pending<Avatars> | undefined
  /** What the client was asked last, until it answers or asks for something else. */
  #question: Question | undefined

  constructor(applicant: Applicant, judge: Judge<Avatars>, limits: SshLimits) {
    this.#applicant = applicant
    this.#judge = judge
    this.#limits = limits
  }

  /** Counts a request of any kind. */
  count(): void {
    if (++this.#requests > this.#limits.requests) this.#disconnect(Reason.NO_MORE_AUTH_METHODS_AVAILABLE)
  }

  /** A message of numbers 50 to 79. */
  receive(payload: Buffer): void {
    if (this.#over) return
    this.count()
    if (this.#waiting.length >= MAX_WAITING) this.#disconnect(Reason.PROTOCOL_ERROR)
    this.#waiting.push(payload)
    if (!this.#busy) void this.#work()
  }

  /** Nobody waits for an answer any more. */
  end(): void {
    this.#over = true
    this.#waiting.length = 0
    void this.#pending?.[Symbol.asyncDispose]()
    this.#pending = undefined
  }

  async #work(): Promise<void> {
    this.#busy = true
    for (let payload = this.#waiting.shift(); payload && !this.#over; payload = this.#waiting.shift()) {
      try {
        await this.#decide(payload)
      } catch (error) {
        // What cannot be read is the client's; what cannot be decided counts against nobody.
        if (error instanceof SshKeyError) this.#disconnect(Reason.PROTOCOL_ERROR)
        else this.#fault(error)
      }
    }
    this.#busy = false
  }

  #decide(payload: Buffer): Promise<void> | void {
    if (payload[0] === Message.USERAUTH_INFO_RESPONSE) return this.#answered(payload)
    if (payload[0] !== Message.USERAUTH_REQUEST) return this.#disconnect(Reason.PROTOCOL_ERROR)
    // RFC 4252 section 5.1: a dialogue that is under way ends here, without an answer.
    this.#question = undefined
    const request = readLoginRequest(payload)
    if (request.service !== 'ssh-connection') return this.#disconnect(Reason.SERVICE_NOT_AVAILABLE)
    this.#user ??= request.user
    // RFC 4252 section 5: what has been proven belongs to the name that it was proven for.
    if (this.#user !== request.user) return this.#disconnect(Reason.PROTOCOL_ERROR)
    const { method } = request
    if (method === 'none') return this.#applicant.failure(this.#methods, false)
    if (!(this.#methods as readonly string[]).includes(method)) return this.#refuse()
    if (method === 'publickey') return this.#publicKey(request)
    if (method === 'password') return this.#password(request)
    return this.#ask()
  }

  async #publicKey(request: LoginRequest): Promise<void> {
    const asked = readKeyRequest(request)
    if (asked.signature === undefined) {
      const key = keyOffered(asked)
      const welcome = key !== undefined && (await this.#judge.recognizes({ username: request.user, key })) === true
      if (this.#over) return
      if (welcome) this.#applicant.keyIsWelcome(asked.algorithm, asked.blob)
      else this.#refuse()
      return
    }
    const credential = provenKey(request.user, asked, this.#applicant.sessionId)
    if (credential === undefined) this.#refuse()
    else await this.#present(credential, false)
  }

  async #password(request: LoginRequest): Promise<void> {
    const secret = readPassword(request)
    if (secret === undefined) this.#refuse()
    else await this.#present(password(request.user, secret), false)
  }

  /** Begins a dialogue, or goes on with it. */
  #ask(): void {
    this.#question = questionFor(this.#needs, this.#pending !== undefined)
    if (this.#question) this.#applicant.ask(PROMPTS[this.#question])
    else this.#refuse()
  }

  async #answered(payload: Buffer): Promise<void> {
    const question = this.#question
    this.#question = undefined
    if (question === undefined || this.#user === undefined) return this.#disconnect(Reason.PROTOCOL_ERROR)
    const answer = readAnswer(payload)
    // RFC 4256 section 3.4: as many answers as questions.
    if (answer === undefined) this.#refuse()
    else await this.#present(question === 'totp' ? totp(answer) : password(this.#user, answer), true)
  }

  async #present(credential: Credential, inDialogue: boolean): Promise<void> {
    const login = await (this.#pending ? this.#pending.next(credential) : this.#judge.login(credential))
    if (this.#over) {
      await login[Symbol.asyncDispose]()
      return
    }
    if (login.status === 'refused') return this.#refuse()
    this.#pending = undefined
    if (login.status === 'pending') {
      this.#pending = login
      // Whoever talks already is asked on; all others learn which methods are left.
      if (inDialogue && questionFor(login.needs, true) === 'totp') this.#ask()
      else this.#applicant.failure(this.#methods, true)
      return
    }
    if (this.#judge.grant(login)) this.end()
    else this.#refuse()
  }

  get #needs(): readonly Credential['kind'][] {
    return this.#pending?.needs ?? this.#judge.accepts
  }

  get #methods(): readonly string[] {
    return methodsFor(this.#needs, this.#pending !== undefined)
  }

  /** Says no, which is all that it says: whoever, whatever and however. */
  #refuse(): void {
    if (this.#over) return
    this.#applicant.failure(this.#methods, false)
    if (++this.#failures >= this.#limits.failures) this.#disconnect(Reason.NO_MORE_AUTH_METHODS_AVAILABLE)
  }

  #fault(error: unknown): void {
    if (this.#over) return
    this.#judge.fault(error)
    this.#applicant.failure(this.#methods, false)
  }

  #disconnect(reason: DisconnectReason): void {
    if (this.#over) return
    this.end()
    this.#applicant.disconnect(reason)
  }
}

/** Whether a fault is news to whoever runs the server: not a client that left, nor a portal that says it has enough to do. */
export function isNews(error: unknown): boolean {
  return !(error instanceof PortalError) || !['ABORTED', 'CLOSED', 'OVERLOADED'].includes(error.code)
}

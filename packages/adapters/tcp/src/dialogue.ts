import type { Credential, Granted, Login, Pending } from '@gatewright/portal'
import type { LineReader } from './line-reader.ts'
import type { LoginAnswer, LoginDialogue } from './login-format.ts'
import type { Telnet } from './telnet.ts'

const GRANTED: LoginAnswer = Object.freeze({ status: 'granted' })
const REFUSED: LoginAnswer = Object.freeze({ status: 'refused' })

/** A client talking its way in. Whatever the format does with the answers, the login itself stays here. */
export class Dialogue<Avatars, A extends keyof Avatars> implements LoginDialogue {
  /** What the portal granted. */
  granted: Granted<Avatars, A> | undefined
  readonly write: (text: string) => void
  readonly #reader: LineReader
  readonly #telnet: Telnet | undefined
  readonly #login: (credential: Credential) => Promise<Login<Avatars, A>>

  constructor(
    write: (text: string) => void,
    reader: LineReader,
    telnet: Telnet | undefined,
    login: (credential: Credential) => Promise<Login<Avatars, A>>,
  ) {
    this.write = write
    this.#reader = reader
    this.#telnet = telnet
    this.#login = login
  }

  readLine(secret?: 'secret'): Promise<string | undefined> {
    return secret && this.#telnet ? this.#readHidden(this.#telnet) : this.#reader.read()
  }

  present(credential: Credential): Promise<LoginAnswer> {
    if (this.granted) return Promise.reject(new TypeError('this client is logged in already'))
    return this.#login(credential).then((login) => this.#answer(login))
  }

  async #readHidden(telnet: Telnet): Promise<string | undefined> {
    telnet.hide(true)
    try {
      return await this.#reader.read()
    } finally {
      telnet.hide(false)
      // The line end was not shown either.
      this.write('\r\n')
    }
  }

  #answer(login: Login<Avatars, A>): LoginAnswer {
    if (login.status === 'refused') return REFUSED
    if (login.status === 'pending') return this.#pending(login)
    this.granted = login as Granted<Avatars, A>
    return GRANTED
  }

  #pending(pending: Pending<Avatars, A>): LoginAnswer {
    const next = async (credential: Credential) => this.#answer(await pending.next(credential))
    return { status: 'pending', needs: pending.needs, next }
  }
}

import { TcpError } from './errors.ts'

/** What the server says, one line each, without the line end. None of it tells why a login failed. */
export interface TcpMessages {
  readonly granted: string
  readonly denied: string
  /** Something that the login needs is broken; it says nothing about the user. */
  readonly unavailable: string
  /** Too many logins are waiting; `seconds` is when to come back, if that is known. */
  readonly overloaded: (seconds: number | undefined) => string
  readonly timeout: string
  /** A password was about to cross the network in the clear. */
  readonly plaintext: string
  /** Too many connections that are not logged in. */
  readonly crowded: string
  readonly tooLong: string
}

const DEFAULTS: TcpMessages = {
  granted: 'Login successful, please proceed.',
  denied: 'Login denied, goodbye.',
  unavailable: 'Login unavailable, try again later.',
  overloaded: (seconds) => `Too many logins, try again ${seconds === undefined ? 'later' : `in ${seconds} s`}.`,
  timeout: 'Login timed out, goodbye.',
  plaintext: 'Login refused: this connection is not encrypted.',
  crowded: 'Too many connections, try again later.',
  tooLong: 'Line too long, goodbye.',
}

/**
 * The messages with their defaults and line ends.
 * @throws {TcpError} `BAD_CONFIGURATION` for a message that does not exist, or is of the wrong type
 */
export function messagesOf(given: Partial<TcpMessages> = {}): TcpMessages {
  for (const [name, text] of Object.entries<unknown>({ ...given })) {
    const wanted = Object.hasOwn(DEFAULTS, name) ? typeof Reflect.get(DEFAULTS, name) : undefined
    if (typeof text === wanted) continue
    throw new TcpError(
      'BAD_CONFIGURATION',
      wanted ? `messages.${name} is a ${wanted}` : `there is no message '${name}'`,
      {
        hint: `There are ${Object.keys(DEFAULTS).join(', ')}.`,
      },
    )
  }
  const { granted, denied, unavailable, overloaded, timeout, plaintext, crowded, tooLong } = { ...DEFAULTS, ...given }
  return {
    granted: line(granted),
    denied: line(denied),
    unavailable: line(unavailable),
    overloaded(seconds) {
      try {
        return line(overloaded(seconds))
      } catch {
        // Whoever is overloaded has no time for a broken sentence.
        return line(DEFAULTS.overloaded(seconds))
      }
    },
    timeout: line(timeout),
    plaintext: line(plaintext),
    crowded: line(crowded),
    tooLong: line(tooLong),
  }
}

const line = (text: string) => `${text}\r\n`

import {
  accept,
  type Checker,
  createPortal,
  type LoginEvent,
  type Portal,
  reject,
  type Verdict,
} from '@gatewright/portal'

/** The people and props of these tests. */

export interface Avatars {
  echo: { readonly id: string }
}

/** Knows one user by one password, and says so at once. */
export function knows(username: string, secret: string, name = 'memory'): Checker<'password'> {
  return {
    name,
    accepts: ['password'],
    check: (credential) =>
      credential.username === username && credential.password === secret ? accept(username) : reject('wrong password'),
  }
}

/** Accepts one code of one user, as a second factor does: it looks at whom the login has proven. */
export function knowsCode(id: string, code: string, name = 'codes'): Checker<'totp'> {
  return {
    name,
    accepts: ['totp'],
    check: ({ passcode, username }, { proofs }) =>
      passcode === code && (username ?? proofs[0]?.id) === id ? accept(id) : reject('wrong code'),
  }
}

/** Answers whatever it is told to, which need not be a verdict. */
export function answers(name: string, answer: () => unknown): Checker<'password'> {
  return { name, accepts: ['password'], check: answer as () => Verdict }
}

/** A portal with one avatar, and everything it ever told. */
export function echoPortal(
  checkers: readonly Checker[],
  options: Partial<Parameters<typeof createPortal<Avatars>>[0]> = {},
): { portal: Portal<Avatars>; events: LoginEvent[] } {
  const events: LoginEvent[] = []
  const portal = createPortal<Avatars>({
    realm: { echo: (id) => ({ id }) },
    checkers,
    observers: [(event) => events.push(event)],
    ...options,
  })
  return { portal, events }
}

/** The code of a fault; anything else that happened instead shows in the assertion. */
export async function codeOf(login: Promise<unknown>): Promise<unknown> {
  return login.then(
    (value) => value,
    (error: unknown) => (error as { code?: unknown }).code ?? error,
  )
}

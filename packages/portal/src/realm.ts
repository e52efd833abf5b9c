import type { Attempt } from './attempt.ts'
import type { ANONYMOUS, Identity } from './identity.ts'

/** What a factory may know of the login that it makes an avatar for: who proved what, from where. */
export type LoginContext = Attempt

/**
 * A record of avatar factories, one per thing that an identity can be in a protocol; `undefined` means that this identity
 * has no such avatar. Factories see strings only, unless wrapped in {@link allowAnonymous}.
 */
export type Realm<Avatars> = {
  readonly [A in keyof Avatars]: (
    id: string,
    login: LoginContext,
  ) => Avatars[A] | undefined | Promise<Avatars[A] | undefined>
}

const ANYBODY: unique symbol = Symbol.for('gatewright.allow-anonymous') as never

/** Opens a factory to anonymous logins: its `id` may be {@link ANONYMOUS}. Without this word no anonymous login reaches it. */
export function allowAnonymous<Avatar>(
  factory: (id: string | typeof ANONYMOUS, login: LoginContext) => Avatar,
): ((id: string | typeof ANONYMOUS, login: LoginContext) => Avatar) & { readonly [ANYBODY]: true } {
  return Object.assign((id: Identity, login: LoginContext) => factory(id, login), { [ANYBODY]: true as const })
}

/** Whether a factory was opened to anonymous logins. */
export function admitsAnonymous(factory: object): boolean {
  return (factory as { [ANYBODY]?: true })[ANYBODY] === true
}

/**
 * What must not compile, does not: `pnpm types` reads this file, and a `@ts-expect-error` without an error is one.
 * Nothing here is ever run.
 */
import {
  type ANONYMOUS,
  accept,
  allowAnonymous,
  type Checker,
  createPortal,
  type Login,
  type Portal,
  password,
  type Verdict,
} from '@gatewright/portal'

interface Echo {
  say(text: string): string
}
interface Shell {
  run(command: string): Promise<number>
}
interface House {
  echo: Echo
  shell: Shell
}
declare const portal: Portal<House>

export async function anAvatarIsOutOfReachBeforeTheStatusIsChecked(): Promise<void> {
  const login = await portal.login(password('ada', 'x'), 'echo')
  // @ts-expect-error a refusal has no avatar
  login.avatar.say('hi')
  // @ts-expect-error only a pending login has a next step
  await login.next(password('ada', 'x'))
  if (login.status === 'granted') {
    login.avatar.say('hi') satisfies string
    login.as satisfies 'echo'
    // @ts-expect-error an echo runs no commands
    login.avatar.run('ls')
  }
  if (login.status === 'pending') (await login.next(password('ada', 'x'))) satisfies Login<House, 'echo'>
  if (login.status === 'refused') login.retryAfterMs satisfies number | undefined
}

export async function theWantedAvatarsDecideTheType(): Promise<void> {
  const login = await portal.login(password('ada', 'x'), ['echo', 'shell'])
  if (login.status !== 'granted') return
  if (login.as === 'shell') await login.avatar.run('ls')
  else login.avatar.say('hi')
  // @ts-expect-error the realm makes no mailbox
  await portal.login(password('ada', 'x'), 'mailbox')
}

/** As an adapter declares what it needs. */
declare function serveShell(options: { portal: Portal<{ shell: Shell }>; avatar: 'shell' }): void
declare function serve<Avatars extends object, A extends keyof Avatars>(
  options: { portal: Portal<Avatars>; avatar: A },
  handler: (avatar: Avatars[A]) => void,
): void

export function anAdapterNeedsItsAvatar(): void {
  serveShell({ portal: portal as unknown as Portal<{ shell: Shell }>, avatar: 'shell' })
  serve({ portal, avatar: 'echo' }, (avatar) => avatar.say('hi'))
  // @ts-expect-error this portal's realm makes no mailbox
  serve({ portal, avatar: 'mailbox' }, () => {})
  declarePortalWithoutShell((echoOnly) => {
    // @ts-expect-error this portal lacks the avatar that the adapter needs
    serveShell({ portal: echoOnly, avatar: 'shell' })
  })
}
declare function declarePortalWithoutShell(use: (portal: Portal<{ echo: Echo }>) => void): void

declare module '@gatewright/portal' {
  interface CredentialKinds {
    'acme/fingerprint': { readonly kind: 'acme/fingerprint'; readonly print: Uint8Array }
  }
}

export function aThirdPartysKindIsAKind(): void {
  const checker: Checker<'acme/fingerprint'> = {
    name: 'acme',
    accepts: ['acme/fingerprint'],
    check: ({ print }) => accept(print.byteLength > 0 ? 'ada' : 'bob'),
  }
  const mine = createPortal({ realm: { echo: (id) => ({ id }) }, checkers: [checker], require: [['acme/fingerprint']] })
  void mine.login({ kind: 'acme/fingerprint', print: new Uint8Array(1) }, 'echo')
  // @ts-expect-error its field is missing
  void mine.login({ kind: 'acme/fingerprint' }, 'echo')
  // @ts-expect-error nobody declared this kind
  void mine.login({ kind: 'acme/retina' }, 'echo')
}

export function aVerdictIsMadeByTheThreeWordsOnly(): void {
  // @ts-expect-error a look-alike is not a verdict
  const lookAlike: Verdict = { outcome: 'accept', id: 'ada', facts: {} }
  // @ts-expect-error neither is a boolean
  const checker: Checker<'password'> = { name: 'yes', accepts: ['password'], check: () => true }
  void [lookAlike, checker]
}

export function factoriesSeeStringsUnlessOpened(): void {
  createPortal({
    realm: {
      open: allowAnonymous((id: string | typeof ANONYMOUS) => ({ id })),
      private: (id) => ({ upper: id.toUpperCase() }),
    },
    checkers: [],
  })
}

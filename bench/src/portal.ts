import { timingSafeEqual } from 'node:crypto'
import { accept, type Checker, createPortal, pass, password, reject } from '@gatewright/portal'
import passport from 'passport'
import { Strategy as CustomStrategy } from 'passport-custom'
import { type Contestant, sideBySide, table } from './side-by-side.ts'

const USERS = new Map([['ada', Buffer.from('sesame')]])

/** The work that every contestant does; all the rest is overhead. */
function knows(username: string, secret: string): boolean {
  const stored = USERS.get(username)
  const given = Buffer.from(secret)
  return stored !== undefined && stored.length === given.length && timingSafeEqual(stored, given)
}

const trivial: Checker<'password'> = {
  name: 'trivial',
  accepts: ['password'],
  check: (credential) => (knows(credential.username, credential.password) ? accept(credential.username) : reject('no')),
}
const later: Checker<'password'> = {
  ...trivial,
  check: async (credential) =>
    knows(credential.username, credential.password) ? accept(credential.username) : reject('no'),
}
const passing = (name: string): Checker<'password'> => ({ name, accepts: ['password'], check: () => pass() })

const avatar = {}
const realm = { echo: () => avatar }
const one = createPortal({ realm, checkers: [trivial] })
const asynchronous = createPortal({ realm, checkers: [later] })
const eight = createPortal({ realm, checkers: [...Array.from({ length: 7 }, (_, i) => passing(`pass-${i}`)), trivial] })

/** passport as its manual has it: one middleware, which either calls next() with `req.user` set or ends the response. */
passport.use(
  'custom',
  new CustomStrategy((req, done) => {
    const { username, password: secret } = req as unknown as { username: string; password: string }
    done(null, knows(username, secret) ? { id: username } : false)
  }),
)
const authenticate = passport.authenticate('custom', { session: false }) as (
  req: object,
  res: object,
  next: () => void,
) => void

function passportLogin(username: string, secret: string): Promise<{ readonly id: string } | undefined> {
  return new Promise((done) => {
    const req = { username, password: secret, headers: {}, user: undefined }
    const res = { statusCode: 0, setHeader() {}, end: () => done(undefined) }
    authenticate(req, res, () => done(req.user))
  })
}

const contest = (secret: string): Contestant[] => [
  { name: 'floor: async function, Map, timingSafeEqual', run: async () => knows('ada', secret) },
  { name: 'passport 0.7 with passport-custom', run: () => passportLogin('ada', secret) },
  { name: 'portal.login, one checker', run: () => one.login(password('ada', secret), 'echo') },
  { name: 'portal.login, one checker that is async', run: () => asynchronous.login(password('ada', secret), 'echo') },
  { name: 'portal.login, eight checkers', run: () => eight.login(password('ada', secret), 'echo') },
]

/** `portal.login` beside passport and the least that a login can be. */
export async function benchPortal(): Promise<void> {
  for (const [title, secret, right] of [
    ['granted', 'sesame', true],
    ['refused', 'guess!', false],
  ] as const) {
    // A contestant that answers wrongly is not fast.
    const granted = (await one.login(password('ada', secret), 'echo')).status === 'granted'
    if (granted !== right || ((await passportLogin('ada', secret)) !== undefined) !== right)
      throw new Error(`wrong answer when ${title}`)
    console.log(`\n${title}`)
    console.log(table(await sideBySide(contest(secret))))
  }
}

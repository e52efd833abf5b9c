import { createHash } from 'node:crypto'
import { hash, type StoredUser, type UserSource, userChecker } from '@gatewright/passwords'
import { accept, type Checker, digest, pass, password, publickey, reject, totp } from '@gatewright/portal'
import type { CheckerSubject } from '../src/index.ts'
import { Backend, honest, subjectOf } from './specimen-checker.ts'

const backend = new Backend()

/** As simple as a checker with a backend can be. */
export const simpleSubject: CheckerSubject = subjectOf(
  () => {
    backend.reset()
    return {
      check: async (credential) => {
        backend.ask()
        return honest(credential)
      },
      close: async () => undefined,
    }
  },
  { sabotage: () => backend.sabotage() },
)

const RIGHT = 'a password of more than seventy-two bytes, so that whatever bcrypt cuts off matters too'
const STORED = await hash(RIGHT)

/** As checkers with real hashes are made: `userChecker()` over a source. One name is not ASCII, one id not the name. */
export const hashingSubject: CheckerSubject = {
  create: () => {
    backend.reset()
    const users = new Map<string, StoredUser>([
      ['zo\u00eb', { id: 'user-7', password: STORED }],
      ['ada', { id: 'ada', password: STORED }],
      ['eve', { id: 'eve', password: STORED, blocked: 'locked' }],
    ])
    const source: UserSource = {
      name: 'users',
      find: async (name) => {
        backend.ask()
        return users.get(name)
      },
    }
    return userChecker(source)
  },
  good: [
    [password('zo\u00eb', RIGHT), 'user-7'],
    [password('ada', RIGHT), 'ada'],
  ],
  bad: [password('ada', 'guess'), password('nobody', RIGHT), password('eve', RIGHT)],
  sabotage: () => backend.sabotage(),
}

const KEY = { algorithm: 'ssh-ed25519', blob: Uint8Array.from({ length: 51 }, (_, i) => i) }
const OTHER_KEY = { algorithm: 'ssh-ed25519', blob: new Uint8Array(51) }

export function keyChecker(): Checker<'publickey'> {
  const keys = new Map([['ada', Buffer.from(KEY.blob)]])
  return {
    name: 'keys',
    accepts: ['publickey'],
    check: ({ username, key }) => {
      const known = keys.get(username)
      if (!known) return pass()
      return known.equals(key.blob) ? accept(username, { bytes: key.blob.length }) : reject('another key')
    },
    recognizes: ({ username, key }) => keys.get(username)?.equals(key.blob) === true,
  }
}

export const keySubject: CheckerSubject = {
  create: keyChecker,
  good: [[publickey('ada', KEY), 'ada']],
  bad: [publickey('ada', OTHER_KEY), publickey('grace', KEY)],
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const HA1 = md5('ada:desk:sesame')
const answered = (username: string, ha1: string) =>
  digest({
    username,
    realm: 'desk',
    algorithm: 'MD5',
    verify: (stored) => md5(`${stored}:nonce`) === md5(`${ha1}:nonce`),
  })

export const digestSubject: CheckerSubject = {
  create: () => {
    const stored = new Map([['ada', HA1]])
    const checker: Checker<'digest'> = {
      name: 'digests',
      accepts: ['digest'],
      check: (credential) => {
        const ha1 = stored.get(credential.username)
        if (ha1 === undefined) return pass()
        return credential.verify(ha1) === true ? accept(credential.username) : reject('wrong password')
      },
    }
    return checker
  },
  good: [[answered('ada', HA1), 'ada']],
  bad: [answered('ada', md5('ada:desk:guess')), answered('nobody', HA1)],
}

/** Codes that are good once, of whoever the login has proven so far; and of a clock that moves on from test to test. */
export const codeSubject: CheckerSubject = {
  create: () => {
    const unused = new Map([
      ['ada', new Set(['123456'])],
      ['grace', new Set(['234567', '345678'])],
    ])
    const checker: Checker<'totp'> = {
      name: 'codes',
      accepts: ['totp'],
      check: ({ username, passcode }, { proofs }) => {
        const name = username ?? proofs[0]?.id
        const codes = typeof name === 'string' ? unused.get(name) : undefined
        if (typeof name !== 'string' || !codes) return pass()
        return codes.delete(passcode) ? accept(name) : reject('wrong code, or used')
      },
    }
    return checker
  },
  get good(): CheckerSubject['good'] {
    return [
      [totp('123456'), 'ada'],
      [totp('234567', 'grace'), 'grace'],
      [totp('345678', 'grace'), 'grace'],
    ]
  },
  bad: [totp('000000'), totp('123456', 'grace'), totp('123456', 'nobody')],
}

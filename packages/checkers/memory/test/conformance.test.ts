import { createHash } from 'node:crypto'
import { digest, password } from '@gatewright/portal'
import { checkerTests, userSourceTests } from '@gatewright/testkit'
import { describe, test } from 'vitest'
import { memoryChecker, memoryUsers } from '../src/index.ts'

const USERS = { ada: 'sesame', 'grace hopper': 'nano seconds ', ['__proto__']: 'ordinary', zoë: 'ünïcode' }

/** A client's answer to a challenge, made with this password. */
function answer(username: string, typed: string) {
  const realm = 'desk'
  const right = createHash('sha256').update(`${username}:${realm}:${typed}`).digest('hex')
  return digest({ username, realm, algorithm: 'SHA-256', verify: (ha1) => ha1 === right })
}

describe('memoryChecker', () => {
  checkerTests(test, {
    create: () => memoryChecker(USERS),
    good: [
      [password('ada', 'sesame'), 'ada'],
      [password('grace hopper', 'nano seconds '), 'grace hopper'],
      [password('__proto__', 'ordinary'), '__proto__'],
      [password('zoë', 'ünïcode'), 'zoë'],
    ],
    bad: [
      password('ada', 'Sesame'),
      password('ada', 'sesame '),
      password('grace hopper', 'nano seconds'),
      password('constructor', 'sesame'),
      password('nobody', 'sesame'),
    ],
  })
})

describe('memoryChecker with Digest', () => {
  checkerTests(test, {
    create: () => memoryChecker(USERS, { digest: true }),
    good: [
      [answer('ada', 'sesame'), 'ada'],
      [password('ada', 'sesame'), 'ada'],
    ],
    bad: [answer('ada', 'wrong'), answer('nobody', 'sesame'), password('ada', 'wrong')],
  })
})

describe('memoryUsers', () => {
  userSourceTests(test, {
    create: () => memoryUsers(USERS),
    known: [
      ['ada', 'ada'],
      ['grace hopper', 'grace hopper'],
      ['__proto__', '__proto__'],
      ['zoë', 'zoë'],
    ],
    unknown: ['nobody', 'Ada', 'ada ', 'constructor', 'toString'],
  })
})

import { rmSync } from 'node:fs'
import { password } from '@gatewright/portal'
import { checkerTests, userSourceTests } from '@gatewright/testkit'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { unixChecker, unixUsers } from '../src/index.ts'
import { cheapHash, Machine, passwdLine, shadowLine } from './machine.ts'

const machine = new Machine()
const LONG = 'x'.repeat(73)
let passwd: string
let shadow: string

beforeAll(async () => {
  const [ada, zoe, long] = await Promise.all(['sesame', 'ünïcode ', LONG].map(cheapHash))
  passwd = ['ada', 'zoë', '__proto__', 'locked', 'expired', 'stale', 'service', 'open', 'unshadowed']
    .map((name) => passwdLine(name, { shell: name === 'service' ? '/usr/sbin/nologin' : '/bin/bash' }))
    .join('')
  shadow =
    shadowLine('ada', `${ada}`) +
    shadowLine('zoë', `${zoe}`) +
    shadowLine('__proto__', `${long}`) +
    shadowLine('locked', `!${ada}`) +
    shadowLine('expired', `${ada}`, '19000:0:99999:7::19001') +
    shadowLine('stale', `${ada}`, '0:0:99999:7::') +
    shadowLine('service', `${ada}`) +
    shadowLine('open', '')
})
afterAll(() => machine.remove())

const subject = {
  sabotage: () => rmSync(machine.shadow),
}

/** Files that work, whatever an earlier test did to them. */
function mended() {
  machine.write(passwd, shadow)
  return machine.options
}

describe('unixChecker', () => {
  checkerTests(test, {
    ...subject,
    create: () => unixChecker(mended()),
    good: [
      [password('ada', 'sesame'), 'ada'],
      [password('zoë', 'ünïcode '), 'zoë'],
      [password('__proto__', LONG), '__proto__'],
    ],
    bad: [
      password('ada', 'Sesame'),
      password('zoë', 'ünïcode'),
      password('locked', 'sesame'),
      password('expired', 'sesame'),
      password('stale', 'sesame'),
      password('service', 'sesame'),
      password('open', 'sesame'),
      password('open', ' '),
      password('unshadowed', 'x'),
      password('nobody', 'sesame'),
    ],
  })
})

describe('unixUsers', () => {
  userSourceTests(test, {
    ...subject,
    create: () => unixUsers(mended()),
    known: ['ada', 'zoë', '__proto__', 'locked', 'expired', 'service', 'open'].map((name) => [name, name] as const),
    unknown: ['nobody', 'Ada', 'ada ', 'constructor', 'toString'],
  })
})

import { desCrypt, hashingBudget, plain } from '@gatewright/passwords'
import { password } from '@gatewright/portal'
import { beforeAll, describe, expect, test } from 'vitest'
import { unixChecker, unixUsers } from '../src/index.ts'
import { formatOf } from '../src/password-field.ts'
import { answer, attempt, cheapHash, faultOf, machine, passwdLine, shadowLine } from './machine.ts'

let good: string
beforeAll(async () => {
  good = await cheapHash('sesame')
})

/** What each field comes to, whatever is typed; HASH is a sound one of `sesame`. */
const FIELDS: readonly (readonly [field: string, verdict: string])[] = [
  ['', 'reject no password stored'],
  ...['!', '!!', '!*', '!HASH', '!!HASH', '! HASH', '*', '**', '*HASH', '*LK*', '*NP*', '*0', '*1', '*1$6$'].map(
    (field) => [field, 'reject locked'] as const,
  ),
  ...[
    'x',
    'X',
    'NP',
    'LK',
    '##ada',
    'sesame',
    '-',
    '.',
    '~HASH',
    ' HASH',
    '{SSHA}c2VzYW1l',
    '{CRYPT}HASH',
    plain('sesame'),
    desCrypt('abJnggxhB/yWI'),
    'U6aMy0wo',
  ].map((field) => [field, 'reject locked'] as const),
  ...['$9$salt$hash', '$md5$salt$hash', '$foo$', '$', '$$', '$x', '_J9..rasmBYk8r9AiWNc', '$HASH', 'abJnggxhB/yWI'].map(
    (field) => [field, 'fault UNKNOWN_FORMAT'] as const,
  ),
  ['$argon2id$', 'fault MALFORMED'],
  ['HASH ', 'fault MALFORMED'],
  ['HASH!', 'fault MALFORMED'],
  [
    '$argon2id$v=19$m=2097152,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'fault COST_ABOVE_LIMIT',
  ],
]

describe('a password field lets nobody in by', () => {
  test.each(FIELDS)('%j', async (template, verdict) => {
    const field = template.replace('HASH', good)
    // Bob is there to make strangers as cheap as he is. Where ada's field stands makes no difference, but for `x`, which in passwd(5) means "see shadow(5)".
    const bob = passwdLine('bob', { field: good })
    const shadowed = unixChecker(machine(passwdLine('ada') + bob, shadowLine('ada', field)).options)
    const plain = unixChecker(machine(passwdLine('ada', { field }) + bob, '').options)
    for (const typed of ['sesame', 'wrong', field, field.slice(1), good]) {
      if (typed === '') continue
      const before = hashingBudget.started
      expect(await answer(shadowed, 'ada', typed)).toBe(verdict)
      expect(await answer(plain, 'ada', typed)).toBe(verdict)
      // As much work as for anybody: neither the lock nor the fault shows in the time.
      expect(hashingBudget.started - before).toBe(2)
    }
  })
})

test('an unknown format is named, and nothing after it shown', async () => {
  const { options } = machine(passwdLine('ada'), shadowLine('ada', '$9$canarysalt$canaryhash'))
  const fault = await faultOf(() => unixChecker(options).check(password('ada', 'x'), attempt()))
  expect(String(fault)).toContain('$9$')
  expect(String(fault)).not.toContain('canary')
})

describe('the two files together', () => {
  test.each([
    ['x means shadow(5)', 'x', 'HASH', 'accept ada'],
    ['a hash in passwd(5) counts, without a shadow entry', 'HASH', undefined, 'accept ada'],
    ['and with one', 'HASH', '$9$other$other', 'accept ada'],
    ['unless that is locked', 'HASH', '!', 'reject locked'],
    ['or expired', 'HASH', 'expired', 'reject expired'],
    ['* in passwd(5) is a lock, whatever shadow(5) says', '*', 'HASH', 'reject locked'],
    ['so is !', '!x', 'HASH', 'reject locked'],
    ['an empty field in passwd(5) is not an open door', '', 'HASH', 'reject no password stored'],
    ['an account that shadow(5) forgot is locked', 'x', undefined, 'reject locked'],
  ])('%s', async (_what, field, shadow, verdict) => {
    const line =
      shadow === undefined
        ? ''
        : shadow === 'expired'
          ? shadowLine('ada', good, '19000:0:99999:7::1')
          : shadowLine('ada', shadow.replace('HASH', good))
    const { options } = machine(passwdLine('ada', { field: field.replace('HASH', good) }), line)
    expect(await answer(unixChecker(options), 'ada', 'sesame')).toBe(verdict)
  })

  test('a line in shadow(5) alone is nobody', async () => {
    const { options } = machine(passwdLine('bob'), shadowLine('ada', good) + shadowLine('bob', good))
    expect(await answer(unixChecker(options), 'ada', 'sesame')).toBe('pass')
    expect(await answer(unixChecker(options), 'bob', 'sesame')).toBe('accept bob')
  })
})

describe('blocked users', () => {
  test('carry their own hash, but never what stands behind a lock', async () => {
    const lines: readonly (readonly [name: string, shadow: string, shell: string])[] = [
      ['locked', shadowLine('locked', `!${good}`), '/bin/sh'],
      ['expired', shadowLine('expired', good, '19000:0:99999:7::0'), '/bin/sh'],
      ['disabled', shadowLine('disabled', good), '/bin/false'],
      ['must-change', shadowLine('must-change', good, '0:0:99999:7::'), '/bin/sh'],
    ]
    const { options } = machine(
      lines.map(([name, , shell]) => passwdLine(name, { shell })).join(''),
      lines.map(([, line]) => line).join(''),
    )
    const source = unixUsers(options)
    expect(await source.find('locked', attempt())).toEqual({ id: 'locked', blocked: 'locked' })
    for (const name of ['expired', 'disabled', 'must-change']) {
      expect(await source.find(name, attempt())).toEqual({ id: name, password: good, blocked: name })
    }
  })

  test('are blocked for the gravest reason', async () => {
    const reasonOf = async (field: string, days: string, shell: string) => {
      const { options } = machine(passwdLine('ada', { shell }), shadowLine('ada', field, days))
      return (await unixUsers(options).find('ada', attempt()))?.blocked
    }
    expect(await reasonOf('!', '0:0:1:7::1', '/bin/false')).toBe('locked')
    expect(await reasonOf(good, '0:0:1:7::1', '/bin/false')).toBe('expired')
    expect(await reasonOf(good, '0:0:1:7::', '/bin/false')).toBe('disabled')
    expect(await reasonOf(good, '0:0:1:7::', '/bin/sh')).toBe('must-change')
    expect(await reasonOf(good, '19000:::::', '/bin/sh')).toBeUndefined()
  })
})

describe('the sample', () => {
  const sampleOf = async (...fields: readonly string[]) => {
    const names = fields.map((_, i) => `u${i}`)
    const { options } = machine(
      names.map((name) => passwdLine(name)).join(''),
      fields.map((field, i) => shadowLine(`u${i}`, field)).join(''),
    )
    return unixUsers(options).sample?.()
  }

  test('is in the commonest format and cost', async () => {
    const [a, b, c] = ['$6$aaaa$first', '$6$bbbb$second', '$y$j9T$cccc$third']
    expect(await sampleOf(c, a, b)).toBe(a)
    expect(await sampleOf(c, a)).toBe(c)
    expect(await sampleOf('$6$rounds=9000$a$x', '$y$j9T$a$x', '$6$rounds=5000$b$x', '$y$j9T$b$x')).toBe('$y$j9T$a$x')
    expect(await sampleOf('$y$jFT$a$x', '$2b$05$a', '$y$j9T$a$x', '$2b$12$a', '$2b$12$b')).toBe('$2b$12$a')
  })

  test('is of somebody who has an account', async () => {
    const { options } = machine(
      passwdLine('ada'),
      shadowLine('eve', '$5$a$x') + shadowLine('mallory', '$5$a$x') + shadowLine('ada', '$6$a$x'),
    )
    expect(await unixUsers(options).sample?.()).toBe('$6$a$x')
  })

  test('is nobody whose field holds no hash', async () => {
    expect(await sampleOf('!', '*', '!$6$aaaa$first', '', 'x')).toBeUndefined()
    expect(await sampleOf('!', '!$6$aaaa$first', '$5$aaaa$x')).toBe('$5$aaaa$x')
    expect(await sampleOf()).toBeUndefined()
  })

  test.each([
    ['$6$salt$hash', '$6$'],
    ['$6$rounds=5000$salt$hash', '$6$rounds=5000$'],
    ['$y$j9T$salt$hash', '$y$j9T$'],
    ['$gy$j9T$salt$hash', '$gy$j9T$'],
    ['$2b$12$saltandhash', '$2b$12$'],
    ['$7$CU..../....salt$hash', '$7$CU..../....'],
    ['$1$salt$hash', '$1$'],
    ['$argon2id$v=19$m=8,t=1,p=1$salt$hash', '$argon2id$v=19$m=8,t=1,p=1$'],
    ['abJnggxhB/yWI', ''],
    ['_J9..rasmBYk8r9AiWNc', '_'],
    ['$', '$'],
    ['$$', '$$'],
    ['$y$', '$y$'],
    ['$7$C', '$7$C'],
    ['$6$rounds=5000', '$6$'],
  ])('%s is of %j', (hash, format) => expect(formatOf(hash)).toBe(format))
})

import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plain } from '@gatewright/passwords'
import { digest, password } from '@gatewright/portal'
import { checkerTests, userSourceTests } from '@gatewright/testkit'
import { afterAll, describe, test } from 'vitest'
import { fileChecker, fileUsers, htdigestChecker, htdigestUsers } from '../src/index.ts'
import { SESAME, stored } from './scratch.ts'

const directory = mkdtempSync(join(tmpdir(), 'gatewright-file-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** A file that is as it should be whenever a subject is made, and can be taken away. */
function backend(name: string, lines: readonly string[]) {
  const path = join(directory, name)
  return {
    path,
    restore: () => writeFileSync(path, `${lines.join('\n')}\n`),
    sabotage: () => unlinkSync(path),
  }
}

const ha1 = (username: string, secret: string, algorithm: string) =>
  createHash(algorithm).update(`${username}:desk:${secret}`).digest('hex')

/** A client's answer to a challenge, made with this password. */
function answer(username: string, typed: string, algorithm = 'SHA-256') {
  const right = ha1(username, typed, algorithm === 'MD5' ? 'md5' : 'sha256')
  return digest({ username, realm: 'desk', algorithm, verify: (stored) => stored === right })
}

const htpasswd = [`ada:${SESAME}`, `grace hopper:${SESAME}`, `__proto__:${SESAME}`, `zoë:${SESAME}`, 'eve:!', '# eof']
const known = ['ada', 'grace hopper', '__proto__', 'zoë'].map((name) => [name, name] as const)

describe('fileChecker', () => {
  const { path, restore, sabotage } = backend('checker', htpasswd)
  checkerTests(test, {
    create: () => {
      restore()
      return fileChecker({ path })
    },
    good: known.map(([name, id]) => [password(name, 'sesame'), id]),
    bad: [
      password('ada', 'Sesame'),
      password('ada', 'sesame '),
      password('eve', '!'),
      password('constructor', 'sesame'),
      password('# eof', 'sesame'),
    ],
    sabotage,
  })
})

describe('fileChecker with Digest', () => {
  const { path, restore, sabotage } = backend('digest', [`ada:${plain('sesame')}`, `grace:${plain('nano seconds ')}`])
  checkerTests(test, {
    create: () => {
      restore()
      return fileChecker({ path, digest: true })
    },
    good: [
      [answer('ada', 'sesame'), 'ada'],
      [password('grace', 'nano seconds '), 'grace'],
    ],
    bad: [answer('ada', 'wrong'), answer('nobody', 'sesame'), password('grace', 'nano seconds')],
    sabotage,
  })
})

describe('fileUsers', () => {
  const { path, restore, sabotage } = backend('users', htpasswd)
  userSourceTests(test, {
    create: () => {
      restore()
      return fileUsers({ path })
    },
    known,
    unknown: ['nobody', 'Ada', 'ada ', 'constructor', 'toString', '# eof', ''],
    sabotage,
  })
})

describe('fileUsers that rehash, in a layout of their own, whatever the case', () => {
  const { path, restore, sabotage } = backend('layout', [`x|${stored(1)}|y|Ada`, `x|${stored(2)}|y|Zoë|z`])
  userSourceTests(test, {
    create: () => {
      restore()
      return fileUsers({ path, delim: '|', usernameField: 3, passwordField: 1, caseSensitive: false, rehash: true })
    },
    known: [
      ['Ada', 'Ada'],
      ['zoë', 'Zoë'],
    ],
    unknown: ['nobody', 'x', 'y', 'constructor'],
    sabotage,
  })
})

const htdigest = [
  `ada:desk:${ha1('ada', 'sesame', 'md5')}`,
  `ada:desk:${ha1('ada', 'sesame', 'sha256')}`,
  `ada:attic:${ha1('ada', 'else', 'md5')}`,
  `__proto__:desk:${ha1('__proto__', 'ordinary', 'sha256')}`,
]

describe('htdigestChecker', () => {
  const { path, restore, sabotage } = backend('htdigest', htdigest)
  checkerTests(test, {
    create: () => {
      restore()
      return htdigestChecker({ path })
    },
    good: [
      [answer('ada', 'sesame'), 'ada'],
      [answer('ada', 'sesame', 'MD5'), 'ada'],
      [answer('__proto__', 'ordinary'), '__proto__'],
    ],
    bad: [answer('ada', 'else'), answer('nobody', 'sesame'), answer('__proto__', 'ordinary', 'MD5')],
    sabotage,
  })
})

describe('htdigestUsers', () => {
  const { path, restore, sabotage } = backend('htdigest-users', htdigest)
  userSourceTests(test, {
    create: () => {
      restore()
      return htdigestUsers({ path })
    },
    known: [
      ['ada', 'ada'],
      ['__proto__', '__proto__'],
    ],
    unknown: ['nobody', 'desk', 'ada:desk'],
    sabotage,
  })
})

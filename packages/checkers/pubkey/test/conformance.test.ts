import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkerTests } from '@gatewright/testkit'
import { describe, test } from 'vitest'
import {
  authorizedKeys,
  authorizedKeysFile,
  authorizedKeysFrom,
  certificateAuthoritiesFile,
  pubkeyChecker,
} from '../src/index.ts'
import { certify, credential, ecdsa, ed25519 } from './keys.ts'
import { scratch } from './scratch.ts'

const { directory } = scratch()
const key = ed25519()
const second = ecdsa()
const stranger = ed25519()
const authority = ed25519()
const bad = [
  credential('ada', stranger),
  credential('grace', key),
  credential('nobody', key),
  credential('__proto__', stranger),
  credential('ada', certify(key, stranger)),
]
/** Passed on whether or not anybody could say whose they are. */
const noKeys = [
  credential('ada', { algorithm: 'ssh-rsa', blob: key.blob }),
  credential('ada', { algorithm: 'ssh-ed25519', blob: Buffer.alloc(0) }),
  credential('ada', { algorithm: 'ssh-dss', blob: key.blob }),
]

describe('keys in a literal', () => {
  checkerTests(test, {
    create: () =>
      pubkeyChecker({
        keys: authorizedKeys([
          ['ada', `${key.line}\n${second.line}`],
          ['zoë', key.line],
          ['__proto__', key.line],
        ]),
      }),
    good: [
      [credential('ada', key), 'ada'],
      [credential('ada', second), 'ada'],
      [credential('zoë', key), 'zoë'],
      [credential('__proto__', key), '__proto__'],
    ],
    bad: [...bad, ...noKeys],
  })
})

describe('keys in files', () => {
  const accounts = join(directory, 'passwd')
  checkerTests(test, {
    create: () => {
      writeFileSync(accounts, `ada:x:${process.geteuid?.() ?? 0}:0::${directory}:/bin/sh\n`)
      writeFileSync(join(directory, 'keys'), key.line, { mode: 0o600 })
      return pubkeyChecker({ keys: authorizedKeysFile('%h/keys', { accounts }) })
    },
    good: [[credential('ada', key), 'ada']],
    bad,
    sabotage: () => rmSync(accounts),
  })
})

describe('keys from a function', () => {
  let broken = false
  checkerTests(test, {
    create: () => {
      broken = false
      const keys = authorizedKeysFrom(async (username) => {
        if (broken) throw new Error('the directory is down')
        return username === 'ada' ? [key.line] : undefined
      })
      return pubkeyChecker({ keys })
    },
    good: [[credential('ada', key), 'ada']],
    bad,
    sabotage: () => {
      broken = true
    },
  })
})

describe('certificates', () => {
  const path = join(directory, 'authorities')
  checkerTests(test, {
    create: () => {
      writeFileSync(path, authority.line)
      return pubkeyChecker({ authorities: certificateAuthoritiesFile(path) })
    },
    good: [
      [credential('ada', certify(key, authority)), 'ada'],
      [credential('grace', certify(second, authority, { principals: ['ada', 'grace'] })), 'grace'],
    ],
    bad: [
      credential('ada', certify(key, stranger)),
      credential('eve', certify(key, authority)),
      credential('ada', certify(key, authority, { type: 2 })),
    ],
    sabotage: () => rmSync(path),
  })
})

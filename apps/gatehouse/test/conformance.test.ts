import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { hash, userChecker } from '@gatewright/passwords'
import { type PublicKey, password, publickey } from '@gatewright/portal'
import { fingerprint, parseKeyText } from '@gatewright/ssh-keys'
import { checkerTests, userSourceTests } from '@gatewright/testkit'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { houseKeys } from '../src/users/house-keys.ts'
import { houseUsers } from '../src/users/house-users.ts'
import { openUsers } from '../src/users/open-users.ts'
import type { UserTable } from '../src/users/user-table.ts'

const USERS = { ada: 'sesame street', __proto__x: 'ordinary', zoë: 'ünïcode', ['__proto__']: 'plain name' }

const root = mkdtempSync(join(tmpdir(), 'gatehouse-'))
const open: UserTable[] = []
const stored = new Map<string, string>()
let last = ''
let count = 0

beforeAll(async () => {
  for (const [name, secret] of Object.entries(USERS)) stored.set(name, await hash(secret))
})

afterAll(() => {
  for (const table of open) table.close()
  rmSync(root, { recursive: true })
})

/** A database of its own each time, with the same users. */
async function createTable() {
  last = join(root, String(count++))
  const table = await openUsers(last, { create: true })
  open.push(table)
  for (const [name, string] of stored) table.add(name, string, new Date(0))
  return table
}

const create = async () => houseUsers(await createTable())

/** Another process takes the table away under the open connection. */
function sabotage() {
  const other = new DatabaseSync(join(last, 'gatehouse.sqlite'))
  other.exec('DROP TABLE users')
  other.close()
}

describe('houseUsers', () => {
  userSourceTests(test, {
    create,
    sabotage,
    known: Object.keys(USERS).map((name) => [name, name] as const),
    unknown: ['nobody', 'Ada', 'ada ', 'constructor', 'toString', "' OR 1=1 --", '%'],
  })
})

describe('userChecker(houseUsers)', () => {
  checkerTests(test, {
    create: async () => userChecker(await create()),
    sabotage,
    good: Object.entries(USERS).map(([name, secret]) => [password(name, secret), name] as const),
    bad: [
      password('ada', 'Sesame street'),
      password('ada', 'sesame street '),
      password('nobody', 'sesame street'),
      password('constructor', 'plain name'),
    ],
  })
})

const ADAS = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIM3jFT7ylBBMbs3snPuqQ/VjD0iMlOBxqJFD0YFAUGPu ada'
const ZOES = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICOiMjVrKdz6+4Q0FYVPPos2JwDolu+RdWp7Qs0mlrxP zoë'

/** With a key for two of them. */
async function createWithKeys() {
  const table = await createTable()
  for (const [id, line] of [
    ['ada', ADAS],
    ['zoë', `restrict ${ZOES}`],
  ] as const) {
    table.keys.add(id, [{ line, fingerprint: fingerprint(parseKeyText(ADAS).key.blob), comment: '' }], new Date(0))
  }
  return houseKeys(table)
}

describe('houseKeys', () => {
  const [adas, zoes] = [ADAS, ZOES].map((line) => parseKeyText(line).key) as [PublicKey, PublicKey]
  checkerTests(test, {
    create: createWithKeys,
    sabotage,
    good: [
      [publickey('ada', adas), 'ada'],
      [publickey('zoë', zoes), 'zoë'],
      [publickey('zoe\u0308', zoes), 'zoë'],
    ],
    bad: [publickey('ada', zoes), publickey('zoë', adas), publickey('__proto__', adas), publickey('nobody', adas)],
  })
})

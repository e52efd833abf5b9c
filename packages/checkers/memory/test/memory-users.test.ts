import { inspect } from 'node:util'
import { hashingBudget, verify } from '@gatewright/passwords'
import type { Attempt } from '@gatewright/portal'
import { describe, expect, test } from 'vitest'
import { type MemoryUserList, memoryUsers } from '../src/index.ts'

const attempt: Attempt = { protocol: 'test', signal: new AbortController().signal, proofs: [] }
const refusal = expect.objectContaining({ name: 'PortalError', code: 'BAD_CONFIGURATION', message: expect.any(String) })
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('users', () => {
  test.each<[string, MemoryUserList]>([
    ['a record', { ada: 'sesame', bob: 'x' }],
    [
      'a Map',
      new Map([
        ['ada', 'sesame'],
        ['bob', 'x'],
      ]),
    ],
    [
      'pairs',
      [
        ['ada', 'sesame'],
        ['bob', 'x'],
      ],
    ],
    ['a generator', Object.entries({ ada: 'sesame', bob: 'x' }).values()],
  ])('come from %s', async (_what, list) => {
    const users = memoryUsers(list)
    const ada = await users.find('ada', attempt)
    expect(ada?.id).toBe('ada')
    expect(await verify(ada?.password ?? '', 'sesame')).toBe('match')
    expect(await users.find('eve', attempt)).toBeUndefined()
  })

  test('are stored as hashes, by default', async () => {
    const users = memoryUsers({ ada: 'sesame' })
    expect((await users.find('ada', attempt))?.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(users.accepts).toEqual(['password'])
    expect(await users.sample?.()).toBe((await users.find('ada', attempt))?.password)
  })

  test('are stored readable where Digest was asked for', async () => {
    const users = memoryUsers({ ada: 'sesame' }, { digest: true })
    const before = hashingBudget.started
    const stored = (await users.find('ada', attempt))?.password ?? ''
    expect(hashingBudget.started).toBe(before)
    expect(stored).toMatch(/^\$gatewright-plain\$/)
    expect(await verify(stored, 'sesame')).toBe('match')
    expect(users.accepts).toEqual(['password', 'digest'])
  })

  test('that look like stored strings are passwords all the same', async () => {
    const odd = '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA'
    const stored = (await memoryUsers({ ada: odd }).find('ada', attempt))?.password ?? ''
    expect(await verify(stored, odd)).toBe('match')
  })

  test("are found under their prepared names; '__proto__' is an ordinary one, inherited keys are none", async () => {
    const list: Record<string, string> = Object.create({ inherited: 'x' })
    Object.defineProperty(list, '__proto__', { value: 'ordinary', enumerable: true })
    list['zoe\u0308'] = 'x'
    const users = memoryUsers(list)
    expect((await users.find('__proto__', attempt))?.id).toBe('__proto__')
    expect((await users.find('zo\u00eb', attempt))?.id).toBe('zo\u00eb')
    expect((await users.find('zoe\u0308', attempt))?.id).toBe('zo\u00eb')
    for (const name of ['inherited', 'constructor', 'toString', '', 'a\0']) {
      expect(await users.find(name, attempt)).toBeUndefined()
    }
  })

  test('can be none at all', async () => {
    const users = memoryUsers({})
    expect(await users.find('ada', attempt)).toBeUndefined()
    expect(await users.sample?.()).toBeUndefined()
  })

  test('more than the hashing queue holds are all stored', async () => {
    const many = hashingBudget.limits.threads * 64 + 8
    const users = memoryUsers(Array.from({ length: many }, (_, i) => [`user${i}`, 'x'] as const))
    expect((await users.find(`user${many - 1}`, attempt))?.id).toBe(`user${many - 1}`)
    expect(hashingBudget.refused).toBe(0)
  })

  test('leave no password behind in anything that prints', async () => {
    const users = memoryUsers({ ada: 'canary-password' })
    await users.find('ada', attempt)
    expect(inspect(users, { depth: 9, showHidden: true }) + JSON.stringify(users)).not.toContain('canary-password')
  })
})

describe('set and delete', () => {
  test('are seen by every look-up that begins afterwards', async () => {
    const users = memoryUsers({ ada: 'sesame' })
    users.set('ada', 'open sesame')
    users.set('bob', 'x')
    const stored = (await users.find('ada', attempt))?.password ?? ''
    expect(await verify(stored, 'open sesame')).toBe('match')
    expect(await verify(stored, 'sesame')).toBe('mismatch')
    expect((await users.find('bob', attempt))?.id).toBe('bob')
    expect(users.delete('bob')).toBe(true)
    expect(users.delete('bob')).toBe(false)
    expect(await users.find('bob', attempt)).toBeUndefined()
  })

  test('while the password is being hashed the later word stands', async () => {
    const users = memoryUsers({ ada: 'first', bob: 'x' })
    await turn()
    users.set('ada', 'second')
    users.set('ada', 'third')
    expect(users.delete('bob')).toBe(true)
    const stored = (await users.find('ada', attempt))?.password ?? ''
    expect(await verify(stored, 'third')).toBe('match')
    expect(await users.find('bob', attempt)).toBeUndefined()
  })

  test('1,000 in a random order leave what a Map would hold', async () => {
    const users = memoryUsers({}, { digest: true })
    const model = new Map<string, string>()
    for (let i = 0; i < 1_000; i++) {
      const name = `user${(i * 7) % 13}`
      if (i % 3 === 0) expect(users.delete(name)).toBe(model.delete(name))
      else {
        users.set(name, `password${i}`)
        model.set(name, `password${i}`)
      }
      if (i % 5 === 0) await turn()
    }
    for (let i = 0; i < 13; i++) {
      const stored = (await users.find(`user${i}`, attempt))?.password
      const password = model.get(`user${i}`)
      expect(stored === undefined).toBe(password === undefined)
      if (stored && password) expect(await verify(stored, password)).toBe('match')
    }
  })

  test('compare names as look-ups do', () => {
    const users = memoryUsers({ 'zo\u00eb': 'x' })
    expect(users.delete('zoe\u0308')).toBe(true)
  })

  test.each([
    ['', 'x'],
    ['a\nb', 'x'],
    ['ada', ''],
    ['ada', 'x\ud800'],
  ])('set refuses what nobody can have: %j, %j', async (name, password) => {
    const users = memoryUsers({ ada: 'sesame' })
    expect(() => users.set(name, password)).toThrow(refusal)
    expect(await verify((await users.find('ada', attempt))?.password ?? '', 'sesame')).toBe('match')
  })
})

describe('refused at once, with a hint and without a secret', () => {
  const long = 'n'.repeat(256)
  test.each<[string, unknown]>([
    ['an empty name', { '': 'canary' }],
    ['a control character', { 'a\0': 'canary' }],
    ['a lone surrogate', { 'a\ud800': 'canary' }],
    ['a name of 256 bytes', { [long]: 'canary' }],
    ['an empty password', { ada: '' }],
    ['a password with a lone surrogate', { ada: 'canary\udc00' }],
    ['a password of 1,025 bytes', { ada: 'c'.repeat(1025) }],
    ['a number', { ada: 1 }],
    ['nothing', { ada: undefined }],
    [
      'one name twice after preparation',
      [
        ['zo\u00eb', 'canary'],
        ['zoe\u0308', 'canary'],
      ],
    ],
    [
      'a name twice',
      [
        ['ada', 'canary'],
        ['ada', 'canary'],
      ],
    ],
    ['no pair', [['ada']]],
    ['three', [['ada', 'canary', 'x']]],
    ['text', 'ada:canary'],
    ['null', null],
    ['undefined', undefined],
  ])('%s', (_what, list) => {
    let error: unknown
    try {
      memoryUsers(list as MemoryUserList)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toEqual(refusal)
    const shown = inspect(error, { depth: 9 })
    for (const secret of ['canary', long, 'c'.repeat(1025)]) expect(shown).not.toContain(secret)
  })

  test.each([{ digets: true }, { name: '' }, { name: 1 }, { digest: 'yes' }])('the options %j', (options) => {
    expect(() => memoryUsers({ ada: 'sesame' }, options as object)).toThrow(refusal)
  })
})

import { accept, type Checker, password, prepareUsername, publickey, totp } from '@gatewright/portal'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { echoPortal, knows } from '../cast.ts'

/** A checker that accepts everybody, and says whom it was asked about. */
function everybody() {
  const asked: { username: string; password: string }[] = []
  const checker: Checker<'password'> = {
    name: 'everybody',
    accepts: ['password'],
    check: (c) => (asked.push({ username: c.username, password: c.password }), accept(c.username)),
  }
  return { asked, ...echoPortal([checker]) }
}

const NEVER_NAMES = [
  '',
  '\0',
  'a\0b',
  'a\nb',
  'a\rb',
  '\x1b[2J',
  'a\x7fb',
  'a\u0085b',
  'a\u2028b',
  'a\u202eb',
  '\ud800',
  'a\udc00',
  'a'.repeat(256),
  'é'.repeat(128),
  'a'.repeat(1e6),
]
const ORDINARY = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'then',
  'hasOwnProperty',
  '__defineGetter__',
  'null',
  'a b',
  ' ',
  'a:b',
  '日本語',
  '😀',
  'a'.repeat(255),
  'é'.repeat(127),
]
const NOT_STRINGS = [
  undefined,
  null,
  7,
  true,
  {},
  [],
  ['ada'],
  { $ne: null },
  Object('ada'),
  { toString: () => 'ada' },
  Symbol('ada'),
  Buffer.from('ada'),
]

describe('9. user names and passwords reach checkers in one form, and anything else is refused before', () => {
  it('refuses names that nobody can have, without asking', async () => {
    const { portal, asked, events } = everybody()
    for (const name of [...NEVER_NAMES, ...NOT_STRINGS]) {
      expect((await portal.login(password(name as string, 'x'), 'echo')).status).toBe('refused')
      expect((await portal.login({ kind: 'password', username: name as string, password: 'x' }, 'echo')).status).toBe(
        'refused',
      )
    }
    expect(asked).toEqual([])
    for (const event of events) expect(event).not.toHaveProperty('username')
  })

  it('takes the names of every object for ordinary names', async () => {
    const { portal, asked } = everybody()
    for (const name of ORDINARY) expect(await portal.login(password(name, 'x'), 'echo')).toMatchObject({ id: name })
    expect(asked.map(({ username }) => username)).toEqual(ORDINARY)
    const { portal: strict } = echoPortal([knows('ada', 'x')])
    for (const name of ORDINARY) expect((await strict.login(password(name, 'x'), 'echo')).status).toBe('refused')
  })

  it('brings names to NFC, written by hand or not, for every kind', async () => {
    const { portal, asked } = everybody()
    await portal.login(password('Zoe\u0308', 'x'), 'echo')
    await portal.login({ kind: 'password', username: 'Zoe\u0308', password: 'x' }, 'echo')
    expect(asked.map(({ username }) => username)).toEqual(['Zo\u00eb', 'Zo\u00eb'])
    expect(totp('1', 'Zoe\u0308').username).toBe('Zo\u00eb')
    expect(publickey('Zoe\u0308', { algorithm: 'a', blob: new Uint8Array(1) }).username).toBe('Zo\u00eb')
  })

  it("refuses a name of a third party's kind that is not prepared", async () => {
    const checker = {
      name: 'print',
      accepts: ['acme/print'],
      check: ({ username }: { username: string }) => accept(username),
    }
    const { portal } = echoPortal([checker as never])
    const present = (username: unknown) => portal.login({ kind: 'acme/print', username } as never, 'echo')
    expect((await present('ada')).status).toBe('granted')
    for (const name of [...NEVER_NAMES, 'Zoe\u0308', 7, null]) expect((await present(name)).status).toBe('refused')
  })

  it('prepares every code point idempotently', () => {
    for (let point = 1; point <= 0x10ffff; point++) {
      const prepared = prepareUsername(String.fromCodePoint(point))
      if (prepared !== undefined && prepareUsername(prepared) !== prepared)
        expect.unreachable(`U+${point.toString(16)}`)
    }
  })

  it('prepares any string idempotently, to at most 255 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const prepared = prepareUsername(name)
        if (prepared === undefined) return
        expect(prepareUsername(prepared)).toBe(prepared)
        expect(prepared.normalize('NFC')).toBe(prepared)
        expect(Buffer.byteLength(prepared)).toBeLessThanOrEqual(255)
      }),
      { numRuns: 20_000, seed: 9 },
    )
  })

  it('hands passwords on exactly as received, from one byte to 1,024', async () => {
    const { portal, asked } = everybody()
    const secrets = [
      ' ',
      'a ',
      ' a',
      'a\0b',
      'Zoe\u0308',
      '\u0007',
      'x'.repeat(1024),
      '😀'.repeat(256),
      '日'.repeat(341),
    ]
    for (const secret of secrets) expect((await portal.login(password('ada', secret), 'echo')).status).toBe('granted')
    expect(asked.map((c) => c.password)).toEqual(secrets)
  })

  it('refuses other passwords without asking', async () => {
    const { portal, asked } = everybody()
    const secrets = [
      '',
      'x'.repeat(1025),
      '😀'.repeat(257),
      '日'.repeat(342),
      '\ud800',
      'x'.repeat(1e7),
      ...NOT_STRINGS,
    ]
    for (const secret of secrets) {
      expect((await portal.login(password('ada', secret as string), 'echo')).status).toBe('refused')
      expect(
        (await portal.login({ kind: 'password', username: 'ada', password: secret as string }, 'echo')).status,
      ).toBe('refused')
    }
    expect(asked).toEqual([])
    expect(Object.keys(Object.prototype)).toEqual([])
  })
})

import { accept, type Checker, PortalError } from '@gatewright/portal'
import { WireWriter } from '@gatewright/ssh-keys'
import { describe, expect, it } from 'vitest'
import {
  answers,
  DISCONNECT,
  FAILURE,
  failureIn,
  INFO_REQUEST,
  keyboard,
  offer,
  PK_OK,
  password,
  RawClient,
  request,
  SUCCESS,
  signed,
} from './raw-client.ts'
import { clientKey, codes, eventually, keys, Passwords, rig } from './rig.ts'

const ada = clientKey()
const other = clientKey()

describe('the methods that are offered', () => {
  it.each([
    [[new Passwords()], ['password', 'keyboard-interactive']],
    [[keys([])], ['publickey']],
    [
      [new Passwords(), keys([]), codes],
      ['publickey', 'password', 'keyboard-interactive'],
    ],
  ])('follow the checkers %#', async (checkers, methods) => {
    await using door = await rig({ checkers })
    using client = await RawClient.connect(door.port)
    expect(failureIn(await client.ask(request('ada', 'none')))).toEqual({ methods, partial: false })
  })

  it('are those that are left after a partial success', async () => {
    await using door = await rig({
      checkers: [new Passwords(), keys([[ada]]), codes],
      require: [
        ['publickey', 'totp'],
        ['password', 'publickey', 'totp'],
      ],
    })
    using client = await RawClient.connect(door.port)
    expect(failureIn(await client.ask(password('ada', 'sesame')))).toEqual({
      methods: ['publickey', 'keyboard-interactive'],
      partial: true,
    })
    expect(failureIn(await client.ask(signed('ada', ada, client.sessionId)))).toEqual({
      methods: ['keyboard-interactive'],
      partial: true,
    })
    // What is proven already is no method any more.
    expect(failureIn(await client.ask(password('ada', 'sesame')))).toMatchObject({ partial: false })
    expect((await client.ask(keyboard('ada')))?.number).toBe(INFO_REQUEST)
    expect((await client.ask(answers('123456')))?.number).toBe(SUCCESS)
  })
})

describe('keyboard-interactive', () => {
  it('asks for the password and goes on to the code', async () => {
    await using door = await rig({ checkers: [new Passwords(), codes], require: [['password', 'totp']] })
    using client = await RawClient.connect(door.port)
    expect((await client.ask(keyboard('ada')))?.payload.includes('Password: ')).toBe(true)
    expect((await client.ask(answers('sesame')))?.payload.includes('Code: ')).toBe(true)
    expect((await client.ask(answers('123456')))?.number).toBe(SUCCESS)
  })

  it.each([[[]], [['sesame', 'sesame']], [['sesame', '', '']]])(
    'refuses the answers %j to one question',
    async (given) => {
      const passwords = new Passwords()
      await using door = await rig({ checkers: [passwords] })
      using client = await RawClient.connect(door.port)
      await client.ask(keyboard('ada'))
      expect((await client.ask(answers(...given)))?.number).toBe(FAILURE)
      expect(passwords.compared).toEqual([])
      // The question is over: a late answer belongs to none.
      expect((await client.ask(answers('sesame')))?.number).toBe(DISCONNECT)
      expect(door.guests).toEqual([])
    },
  )

  it('takes no second answer', async () => {
    await using door = await rig()
    using client = await RawClient.connect(door.port)
    await client.ask(keyboard('ada'))
    client.send(answers('wrong')).send(answers('sesame'))
    expect(await client.rest()).toEqual([FAILURE, DISCONNECT])
    expect(door.guests).toEqual([])
  })

  it('is ended by another request, without an answer of its own', async () => {
    await using door = await rig()
    using client = await RawClient.connect(door.port)
    await client.ask(keyboard('ada'))
    expect((await client.ask(password('ada', 'sesame')))?.number).toBe(SUCCESS)
    expect(client.answers.filter(({ number }) => number === FAILURE)).toEqual([])
  })
})

describe('what is no login', () => {
  it.each(['none', 'hostbased', 'gssapi-with-mic', 'accept', '', 'password,none', '__proto__'])(
    'refuses the method %j',
    async (method) => {
      await using door = await rig()
      using client = await RawClient.connect(door.port)
      const rest = new WireWriter()
        .string('ssh-ed25519')
        .string(ada.blob)
        .string('host')
        .string('ada')
        .string('')
        .done()
      expect((await client.ask(request('ada', method, rest)))?.number).toBe(FAILURE)
      expect(door.guests).toEqual([])
    },
  )

  it('refuses a change of password, right or wrong, and compares nothing', async () => {
    const passwords = new Passwords()
    await using door = await rig({ checkers: [passwords] })
    using client = await RawClient.connect(door.port)
    for (const old of ['sesame', 'wrong']) {
      const fields = new WireWriter().byte(1).string(old).string('sesame').done()
      expect((await client.ask(request('ada', 'password', fields)))?.number).toBe(FAILURE)
    }
    expect(passwords.compared).toEqual([])
  })

  it('believes no success that a client declares', async () => {
    for (const number of [51, 52, 53, 60, 62, 79]) {
      await using door = await rig()
      using client = await RawClient.connect(door.port)
      expect((await client.ask(Buffer.of(number)))?.number).toBe(DISCONNECT)
      expect(door.guests).toEqual([])
    }
  })

  it('refuses a password that is not UTF-8, without looking', async () => {
    const passwords = new Passwords({ ada: '' })
    await using door = await rig({ checkers: [passwords] })
    using client = await RawClient.connect(door.port)
    const fields = new WireWriter().byte(0).string(Buffer.of(0xff, 0xfe)).done()
    expect((await client.ask(request('ada', 'password', fields)))?.number).toBe(FAILURE)
    expect(passwords.compared).toEqual([])
  })

  it.each([
    ['another user', request('bob', 'none')],
    ['another service', request('ada', 'none', new Uint8Array(), 'ssh-other')],
  ])('disconnects for %s in the middle of a login', async (_, second) => {
    await using door = await rig({ checkers: [new Passwords(), codes], require: [['password', 'totp']] })
    using client = await RawClient.connect(door.port)
    await client.ask(password('ada', 'sesame'))
    client.send(second)
    expect(await client.rest()).toEqual([DISCONNECT])
    expect(door.guests).toEqual([])
  })

  it.each([
    ['a request that ends too early', request('ada', 'password', Buffer.of(0, 0, 0, 1, 0))],
    ['a request with more behind it', Buffer.concat([password('ada', 'sesame'), Buffer.of(0)])],
    ['a boolean of 2', request('ada', 'password', new WireWriter().byte(2).string('sesame').done())],
  ])('disconnects for %s', async (_, malformed) => {
    await using door = await rig()
    using client = await RawClient.connect(door.port)
    client.send(malformed)
    expect(await client.rest()).toEqual([DISCONNECT])
    expect(door.guests).toEqual([])
  })
})

describe('a key', () => {
  it('is welcome when it is known, and logs in when it signs', async () => {
    await using door = await rig({ checkers: [keys([[ada]])] })
    using client = await RawClient.connect(door.port)
    expect((await client.ask(offer('ada', other)))?.number).toBe(FAILURE)
    const welcome = await client.ask(offer('ada', ada))
    expect(welcome?.number).toBe(PK_OK)
    expect(door.guests).toEqual([])
    expect((await client.ask(signed('ada', ada, client.sessionId)))?.number).toBe(SUCCESS)
  })

  it('is not proven by another one, by another session, or by nothing', async () => {
    await using door = await rig({ checkers: [keys([[ada]])], limits: { failures: 100 } })
    using client = await RawClient.connect(door.port)
    const tampered = signed('ada', ada, client.sessionId)
    tampered[tampered.length - 1] = (tampered.at(-1) ?? 0) ^ 1
    const empty = request(
      'ada',
      'publickey',
      new WireWriter().byte(1).string('ssh-ed25519').string(ada.blob).string('').done(),
    )
    const forgeries = [
      signed('ada', other, client.sessionId, ada),
      signed('ada', ada, Buffer.alloc(32)),
      tampered,
      empty,
      ...['rsa-sha2-256', 'ssh-rsa', 'ecdsa-sha2-nistp256', 'ssh-dss', 'ssh-ed25519-cert-v01@openssh.com'].map(
        (algorithm) => {
          const signature = new WireWriter().string(algorithm).string(Buffer.alloc(64)).done()
          const fields = new WireWriter().byte(1).string(algorithm).string(ada.blob).string(signature).done()
          return request('ada', 'publickey', fields)
        },
      ),
    ]
    for (const forgery of forgeries) expect((await client.ask(forgery))?.number).toBe(FAILURE)
    expect(door.guests).toEqual([])
  })
})

describe('a login that cannot be decided', () => {
  const broken = (code: 'OVERLOADED' | 'CHECKER_UNAVAILABLE'): Checker<'password'> => ({
    name: 'broken',
    accepts: ['password'],
    check: () => {
      throw new PortalError(code, 'not now')
    },
  })

  it.each(['OVERLOADED', 'CHECKER_UNAVAILABLE'] as const)('counts for nobody: %s', async (code) => {
    await using door = await rig({ checkers: [broken(code)], limits: { failures: 1 } })
    using client = await RawClient.connect(door.port)
    for (let n = 0; n < 10; n++) expect((await client.ask(password('ada', 'x')))?.number).toBe(FAILURE)
    expect(door.errors).toHaveLength(code === 'OVERLOADED' ? 0 : 10)
  })

  it('is refused when the facts of a key are no restrictions', async () => {
    const odd: Checker<'publickey'> = {
      name: 'odd',
      accepts: ['publickey'],
      check: ({ username }) => accept(username, { restrictions: { pty: 'yes' } }),
    }
    await using door = await rig({ checkers: [odd] })
    using client = await RawClient.connect(door.port)
    expect((await client.ask(signed('ada', ada, client.sessionId)))?.number).toBe(FAILURE)
    await eventually(() => door.guests.every(({ logouts }) => logouts === 1))
    expect(door.errors).toHaveLength(1)
  })
})

describe('requests that come at once', () => {
  it('are answered in their order, each before the next is looked at', async () => {
    const passwords = new Passwords()
    const quick = passwords.check.bind(passwords)
    passwords.check = async (...asked) => {
      await new Promise((resolve) => setImmediate(resolve))
      return await quick(...asked)
    }
    await using door = await rig({ checkers: [passwords] })
    using client = await RawClient.connect(door.port)
    for (const secret of ['one', 'two', 'three', 'sesame', 'five']) client.send(password('ada', secret))
    for (const number of [FAILURE, FAILURE, FAILURE, SUCCESS]) expect((await client.answer())?.number).toBe(number)
    // RFC 4252 section 5.3: after the success they are silently ignored.
    expect(passwords.compared).toEqual(['one', 'two', 'three', 'sesame'])
    expect(door.guests).toHaveLength(1)
  })

  it('may be mixed with new keys', async () => {
    await using door = await rig()
    using client = await RawClient.connect(door.port)
    expect((await client.ask(password('ada', 'wrong')))?.number).toBe(FAILURE)
    await client.rekey()
    expect((await client.ask(keyboard('ada')))?.number).toBe(INFO_REQUEST)
    expect((await client.ask(answers('sesame')))?.number).toBe(SUCCESS)
  })
})

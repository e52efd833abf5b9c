import { type PasswordCredential, PortalError } from '@gatewright/portal'
import { describe, expect, it } from 'vitest'
import { Client, DENIED, GRANTED, passChecker, rig, transcript, UNAVAILABLE } from './rig.ts'

describe('the first line is `user password`', () => {
  it('lets in who has the password, and echoes', async () => {
    await using door = await rig()
    using client = await Client.connect(door.port)
    await client.send('user pass\r\n')
    await client.until(GRANTED)
    await client.send('hi\r\n')
    expect(await client.until('hi\r\n')).toBe(`${GRANTED}hi\r\n`)
    expect(door.guests.map(({ id }) => id)).toEqual(['user'])
  })

  it('denies everybody else, and closes', async () => {
    await using door = await rig()
    expect(await transcript(door.port, 'user nope\r\n')).toBe(DENIED)
    expect(door.guests).toEqual([])
  })

  it('takes the password as it is: everything after the first space', async () => {
    const passwords = new Map([
      ['a', ' two  spaces '],
      ['b', 'p\u0000q'],
      ['c', 'pass\r'],
      ['d', 'e\u0301'],
      ['e', '\uFEFFx'],
      ['__proto__', 'pass'],
      ['constructor', 'pass'],
    ])
    await using door = await rig({ checkers: [passChecker(passwords)] })
    for (const [user, password] of passwords) {
      expect(await transcript(door.port, `${user} ${password}\r\n`), user).toBe(GRANTED)
      expect((door.credentials.at(-1) as PasswordCredential).password).toBe(password)
    }
    expect(await transcript(door.port, 'c pass\r\n')).toBe(DENIED)
    expect(await transcript(door.port, 'd é\r\n')).toBe(DENIED)
  })

  it.each([
    ['no password', 'user\r\n'],
    ['an empty password', 'user \r\n'],
    ['an empty name', ' pass\r\n'],
    ['an empty line', '\r\n'],
    ['a space', ' \r\n'],
    ['NUL in the name', 'us\u0000er pass\r\n'],
    ['invalid UTF-8', Buffer.from([0x75, 0xff, 0x20, 0x70, 10])],
    ['a lone surrogate', Buffer.from([0xed, 0xa0, 0x80, 0x20, 0x70, 10])],
    ['a name of 256 bytes', `${'n'.repeat(256)} pass\r\n`],
    ['a password of 1,025 bytes', `user ${'p'.repeat(1025)}\r\n`],
  ])('denies %s like a wrong password, and its log hears of it', async (_what, line) => {
    await using door = await rig()
    expect(await transcript(door.port, line)).toBe(DENIED)
    expect(door.events).toMatchObject([{ type: 'login.finish', status: 'refused' }])
    expect(door.errors).toEqual([])
  })

  it('presents nothing that was cut off: a line without its end is none', async () => {
    await using door = await rig()
    expect(await transcript(door.port, 'user pass')).toBe(DENIED)
    expect(await transcript(door.port)).toBe(DENIED)
    expect(door.credentials).toEqual([])
  })

  it('tells the portal where it comes from', async () => {
    await using door = await rig()
    using client = await Client.connect(door.port)
    await client.send('user pass\n')
    await client.until(GRANTED)
    expect(door.attempts).toMatchObject([
      { protocol: 'tcp', secure: true, peer: { address: '127.0.0.1', port: client.socket.localPort } },
    ])
  })
})

describe('lines sent before the verdict', () => {
  const early = 'user pass\r\none\r\ntwo\r\nthree\r\n'

  it('are answered after it, in order, wherever the bytes were split', async () => {
    await using door = await rig()
    const whole = Buffer.from(early)
    for (let cut = 0; cut <= whole.length; cut++) {
      const answer = await transcript(door.port, whole.subarray(0, cut), whole.subarray(cut))
      expect(answer, `cut at ${cut}`).toBe(`${GRANTED}one\r\ntwo\r\nthree\r\n`)
    }
    expect(door.guests.every(({ logouts }) => logouts === 1)).toBe(true)
  })

  it('wait for a verdict that takes its time', async () => {
    let decide = () => {}
    const decided = new Promise<void>((resolve) => (decide = resolve))
    const slow = {
      ...passChecker(),
      check: async (...asked: Parameters<ReturnType<typeof passChecker>['check']>) => (
        await decided, passChecker().check(...asked)
      ),
    }
    await using door = await rig({ checkers: [slow] })
    using client = await Client.connect(door.port)
    await client.send(early)
    client.end()
    expect(client.received).toBe('')
    decide()
    expect(await client.rest()).toBe(`${GRANTED}one\r\ntwo\r\nthree\r\n`)
  })

  it('are dropped when it is no', async () => {
    await using door = await rig()
    expect(await transcript(door.port, 'user nope\r\nuser pass\r\nhi\r\n')).toBe(DENIED)
    expect(door.credentials).toHaveLength(1)
  })
})

describe('a fault is not a denial', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('database down')
      },
    ],
    ['answers true', () => true as never],
    ['answers nothing', () => undefined as never],
    ['rejects', () => Promise.reject(new Error('database down'))],
  ])('a checker that %s: unavailable, reported, and not counted', async (_what, check) => {
    await using door = await rig({ checkers: [{ name: 'broken', accepts: ['password'], check }] })
    expect(await transcript(door.port, 'user pass\r\nhi\r\n')).toBe(UNAVAILABLE)
    expect(door.errors).toMatchObject([{ code: 'CHECKER_UNAVAILABLE' }])
    expect(door.events.at(-1)).toMatchObject({ type: 'login.finish', status: 'fault' })
  })

  it.each([
    [3000, 'Too many logins, try again in 3 s.\r\n'],
    [1, 'Too many logins, try again in 1 s.\r\n'],
    [undefined, 'Too many logins, try again later.\r\n'],
  ])('overloaded for %j ms says when to come back', async (retryAfterMs, answer) => {
    const busy = () => {
      throw new PortalError('OVERLOADED', 'too many', retryAfterMs === undefined ? {} : { retryAfterMs })
    }
    await using door = await rig({ checkers: [{ name: 'busy', accepts: ['password'], check: busy }] })
    expect(await transcript(door.port, 'user pass\r\n')).toBe(answer)
    expect(door.errors).toEqual([])
  })

  it('overloaded says so even when its own words fail', async () => {
    const busy = () => {
      throw new PortalError('OVERLOADED', 'too many')
    }
    const broken = () => {
      throw new Error('no words')
    }
    await using door = await rig({
      checkers: [{ name: 'busy', accepts: ['password'], check: busy }],
      messages: { overloaded: broken },
    })
    expect(await transcript(door.port, 'user pass\r\n')).toBe('Too many logins, try again later.\r\n')
  })

  it('a closed portal is unavailable', async () => {
    await using door = await rig()
    await door.portal.close()
    expect(await transcript(door.port, 'user pass\r\n')).toBe(UNAVAILABLE)
  })

  it('a format that breaks after the portal granted leaves nobody logged in', async () => {
    const broken = {
      presents: 'password' as const,
      async converse(dialogue: Parameters<ReturnType<typeof import('../src/index.ts').lineLogin>['converse']>[0]) {
        const [name = '', secret = ''] = ((await dialogue.readLine()) ?? '').split(' ')
        const { password } = await import('@gatewright/portal')
        await dialogue.present(password(name, secret))
        throw new Error('forgot the rest')
      },
    }
    await using door = await rig({ login: broken })
    expect(await transcript(door.port, 'user pass\r\n')).toBe(UNAVAILABLE)
    expect(door.guests).toMatchObject([{ logouts: 1 }])
    expect(door.errors).toMatchObject([{ message: 'forgot the rest' }])
  })

  it('a format that presents nothing lets nobody in', async () => {
    await using door = await rig({
      login: { presents: 'password', converse: () => Promise.resolve({ status: 'granted' }) },
    })
    expect(await transcript(door.port, 'user pass\r\n')).toBe(DENIED)
  })
})

describe('a login that needs a second factor', () => {
  it('is denied: one line has no room for it', async () => {
    await using door = await rig({
      checkers: [
        passChecker(),
        {
          name: 'codes',
          accepts: ['totp'],
          check: () => {
            throw new Error('not asked')
          },
        },
      ],
      require: [['password', 'totp']],
    })
    expect(await transcript(door.port, 'user pass\r\nhi\r\n')).toBe(DENIED)
  })
})

import { accept, type Checker, reject } from '@gatewright/portal'
import { describe, expect, it } from 'vitest'
import { promptLogin } from '../src/index.ts'
import { Client, DENIED, GRANTED, passChecker, rig, transcript, UNAVAILABLE } from './rig.ts'

const HIDE = '\xff\xfb\x01'
const SHOW = '\xff\xfc\x01'
const PASSWORD = `${HIDE}Password: `
const TYPED = `${SHOW}\r\n`

const codes: Checker<'totp'> = {
  name: 'codes',
  accepts: ['totp'],
  check: ({ passcode }, { proofs }) => (passcode === '123456' ? accept(String(proofs[0]?.id)) : reject('wrong code')),
}

describe('the dialogue', () => {
  it('asks for name and password, which a telnet client does not show', async () => {
    await using door = await rig({ login: promptLogin() })
    using client = await Client.connect(door.port)
    expect(await client.until('login: ')).toBe('login: ')
    await client.send('user\r\n')
    expect(await client.until('Password: ')).toBe(`login: ${PASSWORD}`)
    await client.send('pass\r\n')
    expect(await client.until(GRANTED)).toBe(`login: ${PASSWORD}${TYPED}${GRANTED}`)
    await client.send('hi\r\n')
    await client.until(`${GRANTED}hi\r\n`)
  })

  it('gives three tries, then closes', async () => {
    await using door = await rig({ login: promptLogin() })
    const round = `login: ${PASSWORD}${TYPED}`
    expect(await transcript(door.port, 'user\nx\n'.repeat(5))).toBe(
      `${round}Login incorrect\r\n${round}Login incorrect\r\n${round}${DENIED}`,
    )
    expect(door.credentials).toHaveLength(3)
  })

  it('lets in at the last try', async () => {
    await using door = await rig({ login: promptLogin({ tries: 2, incorrect: 'No.' }) })
    expect(await transcript(door.port, 'user\nx\nuser\npass\nhi\n')).toBe(
      `login: ${PASSWORD}${TYPED}No.\r\nlogin: ${PASSWORD}${TYPED}${GRANTED}hi\r\n`,
    )
  })

  it('takes names and passwords with spaces, and nothing that is no text', async () => {
    await using door = await rig({
      login: promptLogin({ tries: 1 }),
      checkers: [passChecker(new Map([['a b', ' c ']]))],
    })
    expect(await transcript(door.port, 'a b\r\n c \r\n')).toContain(GRANTED)
    expect(await transcript(door.port, Buffer.from('user\r\np\xfe\r\n', 'latin1'))).toContain(DENIED)
    expect(await transcript(door.port, Buffer.from('us\xfe\r\npass\r\n', 'latin1'))).toContain(DENIED)
    expect(door.guests).toHaveLength(1)
  })

  it('asks for a code when the login needs one', async () => {
    await using door = await rig({
      login: promptLogin(),
      checkers: [passChecker(), codes],
      require: [['password', 'totp']],
    })
    const code = `${HIDE}Code: ${TYPED}`
    expect(await transcript(door.port, 'user\npass\n123456\nhi\n')).toBe(
      `login: ${PASSWORD}${TYPED}${code}${GRANTED}hi\r\n`,
    )
    expect(await transcript(door.port, 'user\npass\n1\n123456\n')).toBe(
      `login: ${PASSWORD}${TYPED}${code}Login incorrect\r\n${code}${GRANTED}`,
    )
    expect(await transcript(door.port, 'user\npass\n1\n2\n3\n123456\n')).toContain(DENIED)
    expect(door.guests).toHaveLength(2)
  })

  it('is over when the login needs what cannot be typed', async () => {
    const keys: Checker<'publickey'> = { name: 'keys', accepts: ['publickey'], check: () => reject('never') }
    await using door = await rig({
      login: promptLogin(),
      checkers: [passChecker(), keys],
      require: [['password', 'publickey']],
    })
    expect(await transcript(door.port, 'user\npass\n')).toBe(`login: ${PASSWORD}${TYPED}${DENIED}`)
  })

  it('ends in `unavailable` when the portal does', async () => {
    const down: Checker<'password'> = {
      name: 'down',
      accepts: ['password'],
      check: () => Promise.reject(new Error('x')),
    }
    await using door = await rig({ login: promptLogin(), checkers: [down] })
    expect(await transcript(door.port, 'user\npass\nuser\npass\n')).toBe(`login: ${PASSWORD}${TYPED}${UNAVAILABLE}`)
  })
})

describe('telnet', () => {
  const talk = async (...bytes: (number | string)[]) => {
    await using door = await rig({ login: promptLogin({ tries: 1 }) })
    const sent = Buffer.concat(bytes.map((b) => (typeof b === 'number' ? Buffer.of(b) : Buffer.from(b, 'latin1'))))
    return await transcript(door.port, sent)
  }
  const login = 'user\r\npass\r\n'

  it('declines every option but the echo it offered, once for each request', async () => {
    // IAC DO SUPPRESS-GO-AHEAD, IAC WILL NAWS, IAC DO ECHO, IAC WONT NAWS, IAC DONT ECHO
    const answer = await talk('\xff\xfd\x03\xff\xfb\x1f\xff\xfd\x01\xff\xfc\x1f\xff\xfe\x01', login)
    expect(answer).toContain('\xff\xfc\x03')
    expect(answer).toContain('\xff\xfe\x1f')
    expect(answer.split('\xff')).toHaveLength(1 + 4)
    expect(answer).toContain(GRANTED)
  })

  it('takes commands and subnegotiations out of what was typed', async () => {
    expect(await talk('us\xff\xf1er\r\npa\xff\xfa\x18\x00xterm\xff\xff\n\xff\xf0ss\r\n')).toContain(GRANTED)
  })

  it('takes CR NUL for a line end, as keyboards send it', async () => {
    expect(await talk('user\r\0pass\r\0hi\r\0')).toContain(`${GRANTED}hi\r\n`)
  })

  it('keeps an escaped byte 255, which is no UTF-8', async () => {
    expect(await talk('user\r\npass\xff\xff\r\n')).toContain(DENIED)
  })

  it('understands all this split at every byte', async () => {
    await using door = await rig({ login: promptLogin({ tries: 1 }) })
    const whole = Buffer.from('\xff\xfd\x03us\xff\xf1er\r\0\xff\xfa\x18\xff\xff\xff\xf0pass\r\nhi\r\0', 'latin1')
    for (let cut = 0; cut <= whole.length; cut++) {
      const answer = await transcript(door.port, whole.subarray(0, cut), whole.subarray(cut))
      expect(answer, `cut at ${cut}`).toMatch(/proceed\.\r\nhi\r\n$/)
    }
  })

  it('does not let itself be made to talk for ever', async () => {
    const answer = await talk('\xff\xfd\x03'.repeat(20_000), login)
    expect(answer).toContain(GRANTED)
    expect(answer.length).toBeLessThan(2000)
  })

  it('is not spoken where lines are: byte 255 is just no text there', async () => {
    await using door = await rig()
    expect(await transcript(door.port, Buffer.from('\xff\xfd\x03user pass\r\n', 'latin1'))).toBe(DENIED)
  })
})

it('promptLogin refuses tries that are none', () => {
  for (const tries of [0, -1, 1.5, Number.NaN]) expect(() => promptLogin({ tries })).toThrow(/tries is a whole number/)
})

import {
  ANONYMOUS,
  accept,
  allowAnonymous,
  anonymous,
  anonymousChecker,
  type Checker,
  createPortal,
  type LoginEvent,
  PortalError,
  password,
  reject,
} from '@gatewright/portal'
import { describe, expect, test } from 'vitest'
import { createLog, loginLog, UsageError } from '../src/index.ts'

const now = (): Date => new Date(0)
const time = '1970-01-01T00:00:00.000Z'

function written(): { lines: string[]; write: (line: string) => void; parsed: () => unknown[] } {
  const lines: string[] = []
  return {
    lines,
    write: (line) => void lines.push(line),
    parsed: () => lines.map((line): unknown => JSON.parse(line)),
  }
}

describe('the log', () => {
  test('writes one JSON object a line, time, level and event first', () => {
    const { lines, write } = written()
    const log = createLog(write, now)
    log.debug('a')
    log.info('b', { port: 1 })
    log.warn('c', { time: 'x', level: 'y', event: 'z', more: true })
    log.error('d')
    expect(lines).toEqual([
      `{"time":"${time}","level":"debug","event":"a"}\n`,
      `{"time":"${time}","level":"info","event":"b","port":1}\n`,
      `{"time":"${time}","level":"warn","event":"c","more":true}\n`,
      `{"time":"${time}","level":"error","event":"d"}\n`,
    ])
  })

  test('escapes every character that could break or forge a line', () => {
    const { lines, write, parsed } = written()
    const text = '\n\r\0\x1b\x7f\x9b\u2028\u202e\ud800"\\'
    createLog(write, now).info('x\n', { text, [text]: 1 })
    expect(lines[0]).toMatch(/^[\x20-\x7e]+\n$/)
    expect(parsed()).toMatchObject([{ event: 'x\n', text, [text]: 1 }])
  })

  test('writes errors of others as name and code, whatever they say', () => {
    const { lines, write, parsed } = written()
    const error = Object.assign(new TypeError('sesame', { cause: new Error('sesame') }), {
      code: 'EODD',
      also: 'sesame',
    })
    createLog(write, now).error('x', { error, deep: { error: new Error('sesame') } })
    expect(parsed()).toEqual([
      {
        time,
        level: 'error',
        event: 'x',
        error: { name: 'TypeError', code: 'EODD', causes: [{ name: 'Error' }] },
        deep: { error: { name: 'Error' } },
      },
    ])
    expect(lines.join()).not.toContain('sesame')
  })

  test('writes what errors of ours say and advise, all along the chain of causes', () => {
    const { lines, write, parsed } = written()
    const root = Object.assign(new Error('sesame'), { code: 'ECONNREFUSED', hint: 'sesame' })
    const middle = new UsageError('BAD_ARGUMENT', 'users.ht:4: no\nmore', { cause: root, hint: 'Mend line 4.' })
    const error = new PortalError('CHECKER_UNAVAILABLE', 'file is unavailable', {
      cause: new Error('sesame', { cause: middle }),
    })
    createLog(write, now).error('x', { error })
    expect(parsed()).toMatchObject([
      {
        error: {
          name: 'PortalError',
          code: 'CHECKER_UNAVAILABLE',
          message: 'file is unavailable',
          causes: [
            { name: 'Error' },
            { name: 'UsageError', code: 'BAD_ARGUMENT', message: 'users.ht:4: no', hint: 'Mend line 4.' },
            { name: 'Error', code: 'ECONNREFUSED' },
          ],
        },
      },
    ])
    expect(lines.join()).not.toContain('sesame')
  })

  test('writes a line for what cannot be written', () => {
    const { parsed, write } = written()
    const loop: Record<string, unknown> = {}
    loop.loop = loop
    const throwing = {
      toJSON: () => {
        throw new Error('sesame')
      },
    }
    createLog(write, now).info('x', loop)
    createLog(write, now).info('y', { throwing })
    createLog(write, now).info('z', { big: 1n, symbol: Symbol('s'), nothing: undefined })
    expect(parsed()).toEqual([
      { time, level: 'info', event: 'x', details: 'cannot be written as JSON' },
      { time, level: 'info', event: 'y', details: 'cannot be written as JSON' },
      { time, level: 'info', event: 'z', big: '1' },
    ])
  })
})

describe('the login log', () => {
  const brittle: Checker<'password'> = {
    name: 'brittle',
    accepts: ['password'],
    check: ({ username, password: typed }) => {
      if (username === 'down') {
        throw new RangeError(`sesame ${typed}`, { cause: Object.assign(new Error('sesame'), { code: 'ECONNREFUSED' }) })
      }
      return typed === 'sesame' ? accept(username, { line: 12n }) : reject('wrong password')
    },
  }

  test('writes every event of a portal, and no secret', async () => {
    const { lines, write, parsed } = written()
    const portal = createPortal({
      realm: { desk: (id) => ({ id }), hall: allowAnonymous(() => ({})) },
      checkers: [brittle, anonymousChecker()],
      observers: [loginLog(write, now)],
    })
    const from = { protocol: 'tcp', peer: { address: '::1', port: 7 } }
    await (await portal.login(password('ada', 'sesame'), 'desk', from))[Symbol.asyncDispose]()
    await portal.login(password('ada\u0301', 'wrong'), 'desk', from)
    await portal.login(anonymous(), 'hall')
    await expect(portal.login(password('down', 'sesame'), 'desk', from)).rejects.toThrow(PortalError)
    await portal.close()

    const origin = { time, login: expect.any(Number) as number, protocol: 'tcp', peer: { address: '::1', port: 7 } }
    const ms = expect.any(Number) as number
    const kind = 'password'
    const checker = 'brittle'
    expect(parsed()).toEqual([
      { ...origin, level: 'debug', event: 'login.step', checker, kind, verdict: 'accept', ms },
      {
        ...origin,
        level: 'info',
        event: 'login.finish',
        status: 'granted',
        kind,
        username: 'ada',
        id: 'ada',
        proofs: [{ id: 'ada', kind, checker, facts: { line: '12' } }],
        ms,
      },
      { ...origin, level: 'info', event: 'logout', id: 'ada', avatar: 'desk' },
      {
        ...origin,
        level: 'debug',
        event: 'login.step',
        checker,
        kind,
        verdict: 'reject',
        reason: 'wrong password',
        ms,
      },
      {
        ...origin,
        level: 'info',
        event: 'login.finish',
        status: 'refused',
        kind,
        username: 'adá',
        proofs: [],
        reason: expect.stringContaining('wrong password') as string,
        ms,
      },
      expect.objectContaining({ event: 'login.step', checker: 'anonymous', protocol: 'direct' }),
      {
        time,
        level: 'info',
        event: 'login.finish',
        login: expect.any(Number) as number,
        protocol: 'direct',
        status: 'granted',
        kind: 'anonymous',
        anonymous: true,
        proofs: [{ anonymous: true, kind: 'anonymous', checker: 'anonymous', facts: {} }],
        ms,
      },
      { ...origin, level: 'warn', event: 'login.step', checker, kind, verdict: 'fault', ms },
      {
        ...origin,
        level: 'error',
        event: 'fault',
        code: 'CHECKER_UNAVAILABLE',
        message: expect.stringContaining("'brittle' is unavailable") as string,
        causes: [{ name: 'RangeError' }, { name: 'Error', code: 'ECONNREFUSED' }],
      },
      { ...origin, level: 'warn', event: 'login.finish', status: 'fault', kind, username: 'down', proofs: [], ms },
      expect.objectContaining({ event: 'logout', anonymous: true, avatar: 'hall' }),
    ])
    expect(lines.join('')).not.toContain('sesame')
  })

  test('follows no endless chain of causes', () => {
    const { parsed, write } = written()
    const loop = new Error('loop')
    loop.cause = loop
    const error = new PortalError('CHECKER_UNAVAILABLE', 'x', { cause: loop, hint: 'Mend the loop.' })
    loginLog(write, now)({ type: 'fault', login: 1, protocol: 'tcp', error })
    expect(parsed()).toMatchObject([
      { hint: 'Mend the loop.', causes: Array.from({ length: 8 }, () => ({ name: 'Error' })) },
    ])
  })

  test('keeps a user of that name apart from nobody in particular', () => {
    const { parsed, write } = written()
    const logout = (id: string | typeof ANONYMOUS): LoginEvent => ({
      type: 'logout',
      login: 1,
      protocol: 'tcp',
      id,
      avatar: Symbol('a'),
    })
    loginLog(write, now)(logout('anonymous'))
    loginLog(write, now)(logout(ANONYMOUS))
    expect(parsed()).toEqual([
      { time, level: 'info', event: 'logout', login: 1, protocol: 'tcp', id: 'anonymous', avatar: 'Symbol(a)' },
      { time, level: 'info', event: 'logout', login: 1, protocol: 'tcp', anonymous: true, avatar: 'Symbol(a)' },
    ])
  })
})

import { createServer, type Server } from 'node:net'
import { createPortal, password } from '@gatewright/portal'
import { describe, expect, test } from 'vitest'
import {
  createProgram,
  Option,
  type Program,
  type RunningServer,
  type ServerContext,
  serverCommand,
  UsageError,
} from '../src/index.ts'
import { app, entry, explosive, pkg, project, Terminal } from './scratch.ts'

type Context = ServerContext<Record<string, unknown>>
type Start = (context: Context) => Promise<RunningServer>

/** A project with a few checkers, and a server program in it. */
function echo(start: Start = async () => ({ port: 8_000, close: async () => undefined })) {
  const where = project({
    ...app('acme', 'keys', 'bomb'),
    ...pkg('acme', entry('acme', { argument: '<words>', secret: true })),
    ...pkg('keys', entry('keys', { accepts: ['publickey'] }), explosive),
    ...pkg('bomb', entry('bomb'), explosive),
    users: 'ada:sesame\n',
    latin1: Buffer.from('sesame\xff', 'latin1'),
  })
  const program = serverCommand({
    name: 'demo',
    summary: 'Echoes what it is told.',
    version: '1.2.3',
    url: 'tcp',
    defaultPort: 8_000,
    supports: ['password', 'totp'],
    from: where.from,
    options: [new Option('--motd <FILE>', 'what to say first').default('none')],
    start,
  })
  return { program, terminal: new Terminal(where.cwd, { USERS: 'ada:sesame' }) }
}

const unstarted: Start = () => Promise.reject(new Error('started'))

/** The context that a server is started with. */
async function contextOf(...args: readonly string[]): Promise<Context> {
  let seen: Context | undefined
  const { program, terminal } = echo(async (context) => {
    seen = context
    return { port: context.port, close: async () => undefined }
  })
  const running = terminal.run(program, ...args)
  await terminal.shows('listening')
  terminal.signal('SIGTERM')
  await running
  if (seen === undefined) throw new Error(terminal.err)
  return seen
}

describe('wrong usage is an error, a hint and exit code 2, and nothing starts', () => {
  const HELP = 'demo --help lists what there is.'
  const LISTS = '--help-auth lists them; a missing one may come with: npm install @gatewright/checker-nonsense'
  test.each<[readonly string[], string, string]>([
    [
      [],
      'nobody could log in: --auth is missing',
      'demo --help-auth lists what can be given, such as --auth memory:ada:sesame.',
    ],
    [['--auth'], "option '--auth <TYPE:ARG>' argument missing", HELP],
    [
      ['--auth', ''],
      '--auth needs a type before the colon',
      'Write --auth TYPE or --auth TYPE:ARG, such as --auth memory:ada:sesame.',
    ],
    [['--auth', 'nonsense'], "no checker of type 'nonsense' is installed; there are acme, keys, bomb", LISTS],
    [
      ['--auth', 'acmee:x'],
      "no checker of type 'acmee' is installed; there are acme, keys, bomb",
      "Did you mean 'acme'? Else: npm install @gatewright/checker-acmee",
    ],
    [['--auth', 'acme'], "'acme' needs an argument", 'Write --auth acme:<words>'],
    [['--auth', 'bomb:x'], "'bomb' takes no argument", 'Write --auth bomb'],
    [
      ['--auth', 'bomb'],
      "the checker 'bomb' of bomb cannot be loaded: imported",
      'Reinstall the package; if that does not help, tell its authors.',
    ],
    [
      ['--auth', 'keys'],
      "'keys' accepts publickey, and this server understands password, totp",
      '--help-auth lists the types that this server can use.',
    ],
    [
      ['--auth', 'acme:@env:NONE'],
      'the variable NONE is not set',
      'Set it in the environment of the server, or check its spelling: letter case counts.',
    ],
    [
      ['--auth', 'acme:@file:none'],
      'cannot read none (ENOENT)',
      'The path is taken from the working directory; the server needs leave to read the file.',
    ],
    [['--auth', 'acme:@file:latin1'], 'latin1 is not UTF-8', 'The file holds the argument as text and nothing else.'],
    [
      ['--auth', './none.js:sesame'],
      'there is no module ./none.js',
      'The path is taken from the working directory, and ends at the first colon.',
    ],
    [['--help-auth-type', 'nonsense'], "no checker of type 'nonsense' is installed; there are acme, keys, bomb", LISTS],
    [
      ['--auth', 'acme:x', '--port', '65536'],
      "--port: '65536' is no port",
      'A port is a number from 0 to 65535; 0 picks a free one.',
    ],
    [
      ['--auth', 'acme:x', '--host', '[::1]'],
      "--host: '[::1]' is neither an IP address nor a host name",
      '127.0.0.1 is this machine alone, 0.0.0.0 everybody; IPv6 addresses are written without brackets.',
    ],
    [
      ['--auth', 'acme:x', '--require', 'publickey'],
      "--require: this server knows no 'publickey'",
      'It knows password, totp.',
    ],
    [
      ['--auth', 'acme:@env:USERS', '--require', 'password,totp'],
      "--require: no --auth accepts 'totp'",
      'Those given accept password; --help-auth lists others.',
    ],
    [['--auth', 'acme:x', 'stray:sesame'], 'there is an argument too many; it belongs to no option', HELP],
    [['--atuh=acme:sesame'], 'there is no option --atuh', HELP],
    [['--hlep'], 'there is no option --hlep', `Did you mean --help? ${HELP}`],
    [['-xsesame'], 'there is no option -x', HELP],
    [['--\x1b[2J'], 'there is no option --\\u001b[2J', HELP],
  ])('%j', async (args, error, hint) => {
    const { program, terminal } = echo(unstarted)
    const { code, out, err } = await terminal.run(program, ...args)
    expect(err).toBe(`error: ${error}\nhint: ${hint}\n`)
    expect([code, out]).toEqual([2, ''])
  })

  test.each([
    '',
    '-1',
    '+1',
    '1.0',
    '1e3',
    '0x50',
    '08',
    ' 80',
    '80 ',
    '٨٠',
    '99999',
    '65536',
    'http',
    '1'.repeat(400),
  ])('the port %j', async (port) => {
    const { program, terminal } = echo(unstarted)
    const { code, err } = await terminal.run(program, '--auth', 'acme:x', `--port=${port}`)
    expect([code, err]).toEqual([2, expect.stringContaining('is no port\nhint: A port is') as string])
  })

  test.each(['', ' ', '*', 'a b', 'a\nb', '-a', 'a-', '.a', 'a..b', '::1%', 'http://a', 'a:80', 'ü', 'x'.repeat(64)])(
    'the host %j',
    async (host) => {
      const { program, terminal } = echo(unstarted)
      const { code, err } = await terminal.run(program, '--auth', 'acme:x', `--host=${host}`)
      expect([code, err]).toEqual([2, expect.stringContaining('is neither an IP address nor a host name') as string])
    },
  )
})

describe('what only asks is answered on stdout with exit code 0, and nothing is imported or started', () => {
  const ask = async (...args: readonly string[]): Promise<string> => {
    const { program, terminal } = echo(unstarted)
    const { code, out, err } = await terminal.run(program, ...args)
    expect([code, err]).toEqual([0, ''])
    return out
  }

  test('--version', async () => {
    expect(await ask('--version')).toBe('1.2.3\n')
    expect(await ask('-V', '--auth', 'nonsense')).toBe('1.2.3\n')
  })

  test('--help', async () => {
    const text = await ask('--help')
    expect(text).toBe(`Usage: demo --auth TYPE:ARG [options]

Echoes what it is told.

Options:
  -V, --version            show the version
  --auth <TYPE:ARG>        who may log in; repeatable, asked in order
  --help-auth              list what --auth can be given
  --help-auth-type <TYPE>  tell all about one of them
  --require <ROWS>         what it takes: 'publickey,totp password,totp' is a code beside either
  --host <ADDRESS>         where to listen (default: "127.0.0.1")
  --port <PORT>            where to listen; 0 picks a free one (default: "8000")
  --motd <FILE>            what to say first (default: "none")
  -h, --help               show this text

Examples:
  demo --auth memory:ada:sesame
  demo --auth memory:@env:USERS --host 0.0.0.0
`)
    expect(await ask('-h')).toBe(text)
  })

  test('--help-auth', async () => {
    const text = await ask('--help-auth')
    expect(text).toContain('\n  acme:<words>  Checks against acme.\n  bomb          Checks against bomb.\n\n')
    expect(text).not.toContain('keys')
    expect(await ask('--port', 'nonsense', '--help-auth', '--auth', 'nonsense')).toBe(text)
  })

  test('--help-auth-type', async () => {
    expect(await ask('--help-auth-type', 'keys')).toContain('This server cannot use it')
  })
})

describe('a server is started with what the command line says', () => {
  test('by default on loopback, on its own port', async () => {
    expect(await contextOf('--auth', 'acme:x')).toMatchObject({
      host: '127.0.0.1',
      port: 8_000,
      options: { motd: 'none' },
      checkers: [{ name: 'acme' }],
      sources: [],
    })
  })

  test('without a requirement unless there is one', async () => {
    expect(await contextOf('--auth', 'acme:x')).not.toHaveProperty('require')
    expect((await contextOf('--auth', 'acme:x', '--require', 'any')).portal).not.toHaveProperty('require')
    const { require, portal } = await contextOf('--auth', 'acme:x', '--require', 'password')
    expect([require, portal.require]).toEqual([[['password']], [['password']]])
  })

  test('with its own options, and every --auth in order', async () => {
    const { options, checkers } = await contextOf('--auth=acme:b', '--motd', 'x', '--auth', 'acme:@env:USERS')
    expect([options.motd, checkers.map(({ name }) => name)]).toEqual(['x', ['acme', 'acme#2']])
  })

  test('and a portal made of that works and logs', async () => {
    const { program, terminal } = echo(async ({ portal }) => {
      const made = createPortal({ realm: { desk: (id) => ({ id }) }, ...portal })
      await expect(made.login(password('ada', 'sesame'), 'desk')).rejects.toThrow("'acme' is unavailable")
      return { port: 1, close: () => made.close() }
    })
    const running = terminal.run(program, '--auth', 'acme:@file:users')
    await terminal.shows('listening')
    terminal.signal('SIGINT')
    expect((await running).code).toBe(0)
    expect(terminal.log.map(({ event }) => event)).toEqual([
      'login.step',
      'fault',
      'login.finish',
      'stopping',
      'stopped',
    ])
    expect(terminal.err).not.toContain('sesame')
  })

  test.each([
    ['127.0.0.1', 'tcp://127.0.0.1:8000'],
    ['localhost', 'tcp://localhost:8000'],
    ['::1', 'tcp://[::1]:8000'],
    ['::', 'tcp://[::]:8000'],
    ['fe80::1%eth0', 'tcp://[fe80::1%25eth0]:8000'],
  ])('on %s, which it tells in one line of stdout', async (host, url) => {
    const { program, terminal } = echo()
    const running = terminal.run(program, '--auth', 'acme:@env:USERS', '--host', host)
    await terminal.shows('listening')
    terminal.signal('SIGTERM')
    expect(await running).toMatchObject({ code: 0, out: `listening on ${url}\n` })
  })

  test('on the port that was picked', async () => {
    let server: Server | undefined
    const { program, terminal } = echo(listening((made) => (server = made)))
    const running = terminal.run(program, '--auth', 'acme:@env:USERS', '--port', '0')
    await terminal.shows('listening')
    const address = server?.address()
    expect(terminal.out).toBe(`listening on tcp://127.0.0.1:${typeof address === 'object' ? address?.port : ''}\n`)
    terminal.signal('SIGTERM')
    expect((await running).code).toBe(0)
  })

  test('and warned of secrets on the command line, without repeating them', async () => {
    const { program, terminal } = echo()
    const running = terminal.run(program, '--auth', 'acme:sesame')
    await terminal.shows('listening')
    terminal.signal('SIGTERM')
    await running
    expect(terminal.log[0]).toMatchObject({
      level: 'warn',
      event: 'exposed',
      message: expect.stringContaining('acme:@env:NAME or acme:@file:PATH') as string,
    })
    expect(terminal.err).not.toContain('sesame')
  })
})

test('a program answers whatever happens', async () => {
  const { terminal } = echo()
  expect(await terminal.run(createProgram(() => Promise.resolve(7)))).toEqual({ code: 7, out: '', err: '' })
  const throwing = createProgram(() => {
    throw new UsageError('BAD_OPTION', 'a\x1b', { hint: 'b\x1b' })
  })
  expect(await terminal.run(throwing)).toEqual({ code: 2, out: '', err: 'error: a\\u001b\nhint: b\\u001b\n' })
})

describe('a server that cannot start ends the program', () => {
  const failing = async (error: unknown, ...more: readonly string[]) => {
    const { program, terminal } = echo(() => Promise.reject(error))
    return await terminal.run(program, '--auth', 'acme:@env:USERS', ...more)
  }

  test('with exit code 1, and what to do about a port in use', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => {
      taken.listen(0, '127.0.0.1', resolve)
    })
    const address = taken.address()
    const port = String(typeof address === 'object' ? address?.port : '')
    const { program, terminal } = echo(listening())
    expect(await terminal.run(program, '--auth', 'acme:@env:USERS', '--port', port)).toEqual({
      code: 1,
      out: '',
      err: `error: cannot listen on tcp://127.0.0.1:${port}: the port is in use\nhint: Another program listens there: stop it, or choose another --port; 0 picks a free one.\n`,
    })
    taken.close()
  })

  test('with exit code 1 and one line for all else, never a stack', async () => {
    expect(await failing(new Error('no\nstack'))).toEqual({ code: 1, out: '', err: 'error: no\n' })
    expect(await failing(undefined)).toMatchObject({ code: 1, err: 'error: undefined\n' })
    expect(await failing(new Error(''))).toMatchObject({ code: 1, err: 'error: Error\n' })
    expect(await failing(Object.assign(new Error('x'), { hint: 'y' }))).toMatchObject({ err: 'error: x\nhint: y\n' })
    expect(await failing(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }))).toMatchObject({
      err: 'error: getaddrinfo\n',
    })
  })

  test('with exit code 2 when the usage or the configuration is to blame', async () => {
    expect(await failing(new UsageError('BAD_OPTION', 'x', { hint: 'y' }))).toMatchObject({ code: 2 })
    const { program, terminal } = echo(async () => {
      createPortal({ realm: {}, checkers: [] })
      return { port: 0, close: async () => undefined }
    })
    expect(await terminal.run(program, '--auth', 'acme:@env:USERS')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^error: a portal without a checker.*\nhint: /) as string,
    })
  })

  test('and closes the checkers', async () => {
    const closed: string[] = []
    Reflect.set(globalThis, 'closed', closed)
    const plugin = `export const create = (argument, { name }) => ({ name, accepts: ['password'], check() {},
      close: async () => { closed.push(name); throw new Error('cannot close') } })`
    const where = project({ ...app('acme'), ...pkg('acme', entry('acme'), plugin) })
    const program = demo(where.from, () => Promise.reject(new Error('x')))
    const { code, err } = await new Terminal(where.cwd).run(program, '--auth', 'acme', '--auth', 'acme')
    expect([code, err, closed]).toEqual([1, 'error: x\n', ['acme', 'acme#2']])
  })
})

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (name) => {
  test('tells the server to stop, and ends when it is closed, with exit code 0', async () => {
    const order: string[] = []
    const { program, terminal } = echo(async ({ signal }) => {
      signal.addEventListener('abort', () => order.push('signal'))
      return { port: 1, close: async () => void order.push('close') }
    })
    const running = terminal.run(program, '--auth', 'acme:@env:USERS')
    await terminal.shows('listening')
    terminal.signal(name)
    expect((await running).code).toBe(0)
    expect(order).toEqual(['signal', 'close'])
    expect(terminal.log).toMatchObject([{ event: 'stopping', signal: name }, { event: 'stopped' }])
    expect(terminal.signals.listenerCount('SIGTERM') + terminal.signals.listenerCount('SIGINT')).toBe(0)
  })

  test('for a second time ends a drain that takes too long, with exit code 1', async () => {
    let closes = 0
    const { program, terminal } = echo(async () => ({ port: 1, close: () => new Promise(() => void closes++) }))
    const running = terminal.run(program, '--auth', 'acme:@env:USERS')
    await terminal.shows('listening')
    terminal.signal('SIGTERM')
    terminal.signal(name)
    expect((await running).code).toBe(1)
    expect(closes).toBe(1)
    expect(terminal.log).toMatchObject([{ event: 'stopping' }, { event: 'interrupted', signal: name }])
  })
})

test.each<[string, () => Promise<void>]>([
  ['rejects', () => Promise.reject(new Error('stuck'))],
  [
    'throws',
    () => {
      throw new Error('stuck')
    },
  ],
])('a server whose close() %s ends the program with exit code 1', async (_, close) => {
  const { program, terminal } = echo(async () => ({ port: 1, close }))
  const running = terminal.run(program, '--auth', 'acme:@env:USERS')
  await terminal.shows('listening')
  terminal.signal('SIGTERM')
  const { code, err } = await running
  expect([code, err.split('\n').at(-2)]).toEqual([1, 'error: stuck'])
})

/** The same without options of its own. */
function demo(from: string, start: Start): Program {
  return serverCommand({
    name: 'demo',
    summary: 'Echoes.',
    version: '1.2.3',
    url: 'tcp',
    defaultPort: 8_000,
    supports: ['password'],
    from,
    start,
  })
}

/** A server that really listens. */
function listening(made: (server: Server) => void = () => undefined): Start {
  return async ({ host, port }) => {
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve)
    })
    made(server)
    const address = server.address()
    return {
      port: typeof address === 'object' && address !== null ? address.port : 0,
      close: () =>
        new Promise((resolve) => {
          server.close(() => resolve())
        }),
    }
  }
}

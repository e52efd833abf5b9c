import { describe, expect, test } from 'vitest'
import { discoverCheckers, helpAuth, helpAuthType } from '../src/index.ts'
import { app, entry, explosive, pkg, project } from './scratch.ts'

const installed = (files: Readonly<Record<string, unknown>>): ReturnType<typeof discoverCheckers> =>
  discoverCheckers(project(files))

const box = () =>
  installed({
    ...app('memory', '@acme/ldap', 'keys', 'anonymous'),
    ...pkg(
      'memory',
      entry('memory', { argument: '<name:password:...>', help: 'A few users.', secret: true }),
      explosive,
    ),
    ...pkg('@acme/ldap', entry('ldap', { argument: '[<url>]', help: 'A directory.\n\nAsks it  twice.\n' }), explosive),
    ...pkg('keys', entry('keys', { accepts: ['publickey'], help: 'Keys.' }), explosive),
    ...pkg('anonymous', entry('anonymous', { accepts: ['anonymous', 'password'], help: 'Everybody.' }), explosive),
  })

const LEARN_MORE = `
--help-auth-type TYPE tells all about one of them.
@env:NAME or @file:PATH in place of ARG keeps it off the command line.
./my-checker.js:ARG in place of TYPE:ARG names a module of your own.
`

describe('--help-auth', () => {
  test('lists in columns what this server can use, and imports nothing', () => {
    expect(helpAuth(box(), ['password'])).toBe(
      `Who may log in is decided by checkers: --auth TYPE or --auth TYPE:ARG, repeatable, asked in order.

  anonymous                   Everybody.
  ldap[:<url>]                A directory.
  memory:<name:password:...>  A few users.
${LEARN_MORE}`,
    )
  })

  test('says so when there is nothing', () => {
    expect(helpAuth(installed(app()), ['password'])).toBe(
      `Who may log in is decided by checkers: --auth TYPE or --auth TYPE:ARG, repeatable, asked in order.

No installed package provides a checker that this server can use.
${LEARN_MORE}`,
    )
  })

  test('lists what is broken or provided twice, after what works', () => {
    const broken = installed({
      ...app('a', 'b', 'broken', 'worse'),
      ...pkg('a', [entry('fine'), entry('same')]),
      ...pkg('b', entry('same')),
      ...pkg('broken', { type: 'broken', accepts: ['password'], help: 'x' }),
      'node_modules/worse/package.json': 'not JSON',
    })
    expect(helpAuth(broken, ['password'])).toBe(
      `Who may log in is decided by checkers: --auth TYPE or --auth TYPE:ARG, repeatable, asked in order.

  fine  Checks against fine.
${LEARN_MORE}
Cannot be used:
  broken: gatewright.checkers[0].module is missing
  worse: package.json is not a JSON object
  'same' is provided by a and by b
`,
    )
  })

  test('lets no manifest write to the terminal', () => {
    const evil = installed({
      ...app('evil'),
      ...pkg('evil', [entry('evil', { argument: '<\x1b[2J>', help: '\x1b]0;x\x07\u202e\r' }), { '\x1b[2J': 1 }]),
    })
    expect(helpAuth(evil, ['password'])).not.toMatch(/[^\n\x20-\x7e]/)
    expect(helpAuthType('evil', evil, ['password'])).not.toMatch(/[^\n\x20-\x7e]/)
  })
})

describe('--help-auth-type', () => {
  test('tells all, and imports nothing', () => {
    expect(helpAuthType('ldap', box(), ['password'])).toBe(`--auth ldap[:<url>]

  A directory.

  Asks it  twice.

  accepts  password
  package  @acme/ldap 1.2.3
`)
  })

  test('says which arguments are secrets', () => {
    expect(helpAuthType('memory', box(), ['password'])).toContain(
      '\n  secret   yes: give the argument as @env:NAME or @file:PATH\n',
    )
  })

  test('says when this server cannot use it', () => {
    expect(helpAuthType('keys', box(), ['password', 'totp'])).toBe(`--auth keys

  Keys.

  accepts  publickey
  package  keys 1.2.3

This server cannot use it: it understands password, totp.
`)
  })

  test('refuses a type that is not there', () => {
    expect(() => helpAuthType('lpad', box(), ['password'])).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_TYPE',
        hint: "Did you mean 'ldap'? Else: npm install @gatewright/checker-lpad",
      }),
    )
  })

  test('passes over an argument, and repeats none', () => {
    const ldap = helpAuthType('ldap', box(), ['password'])
    expect(helpAuthType('ldap:CANARY', box(), ['password'])).toBe(ldap)
    for (const typed of ['lpad:ada:CANARY', ':CANARY', '__proto__:CANARY', './my.js:CANARY']) {
      expect(() => helpAuthType(typed, box(), ['password'])).toThrow(
        expect.objectContaining({
          code: 'UNKNOWN_TYPE',
          message: expect.not.stringContaining('CANARY'),
          hint: expect.not.stringContaining('CANARY'),
        }),
      )
    }
  })
})

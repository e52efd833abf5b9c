import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { type CredentialKind, createPortal, password } from '@gatewright/portal'
import { describe, expect, test } from 'vitest'
import { type LoadedAuth, loadAuth, UsageError } from '../src/index.ts'
import { accepting, app, entry, explosive, pkg, project, write } from './scratch.ts'

type Where = { readonly cwd: string; readonly from: string }

const PASSWORD: readonly CredentialKind[] = ['password']

const load = (where: Where, specs: readonly string[], env = {}, supports = PASSWORD): Promise<LoadedAuth> =>
  loadAuth(specs, { ...where, env, supports })

async function refusal(work: Promise<unknown>): Promise<UsageError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof UsageError)) throw new Error(`no usage error but ${inspect(error)}`)
  expect(error.hint).toBeTruthy()
  return error
}

const names = ({ checkers }: LoadedAuth): readonly string[] => checkers.map(({ name }) => name)

/** A source that knows nobody, and says whom it was asked for. */
const source = `
const asked = (globalThis.asked ??= [])
export const source = (argument, { name }) => ({ name, find: (user) => void asked.push(name + ' ' + user) })
export const create = () => { throw new Error('not this one') }`

describe('each --auth becomes a checker', () => {
  const acme = { ...app('acme'), ...pkg('acme', entry('acme', { argument: '<words>' })) }

  test('in the order of the command line, made from its argument', async () => {
    const where = project(acme)
    const { checkers, sources, warnings } = await load(where, ['acme:b:c', 'acme:a'])
    expect(checkers).toMatchObject([
      {
        name: 'acme:b:c',
        seen: { argument: 'b:c', context: { name: 'acme:b:c', type: 'acme', cwd: where.cwd } },
      },
      { name: 'acme:a', seen: { argument: 'a' } },
    ])
    expect([sources, warnings]).toEqual([[], []])
  })

  test('under names that are unique', async () => {
    const auth = await load(project(acme), ['acme:a', 'acme:a', 'acme:a#2', 'acme:a'])
    expect(names(auth)).toEqual(['acme:a', 'acme:a#2', 'acme:a#2#2', 'acme:a#3'])
  })

  test('under names of one line, however strange and long the argument', async () => {
    const auth = await load(project(acme), ['acme:\n\x1b[2J\u202e', `acme:${'x'.repeat(5_000)}`])
    expect(names(auth)).toEqual(['acme:\\n\\u001b[2J\\u202e', `acme:${'x'.repeat(95)}…`])
  })

  test('under names without what came from elsewhere, or is marked as secret', async () => {
    const where = project({
      ...app('acme', 'vault'),
      ...pkg('acme', entry('acme', { argument: '<words>' })),
      ...pkg('vault', entry('vault', { argument: '<words>', secret: true })),
      file: 'sesame\n',
    })
    const auth = await load(where, ['acme:@env:A', 'acme:@file:file', 'vault:sesame', 'vault:@env:A'], { A: 'sesame' })
    expect(auth.checkers).toMatchObject([
      { name: 'acme', seen: { argument: 'sesame' } },
      { name: 'acme#2', seen: { argument: 'sesame' } },
      { name: 'vault', seen: { argument: 'sesame' } },
      { name: 'vault#2', seen: { argument: 'sesame' } },
    ])
    expect(auth.warnings).toEqual([
      'the argument of --auth vault is in every process list; vault:@env:NAME or vault:@file:PATH would keep it secret',
    ])
  })

  test('renamed when its plug-in does not care, and works as before', async () => {
    const plugin = `
      class Own {
        #secret
        name = 'own'
        accepts = ['password']
        constructor(secret) { this.#secret = secret }
        get about() { return this.#secret.length }
        check(credential) { return globalThis.gatewrightPass(credential.password === this.#secret) }
      }
      export const create = (argument) => Object.freeze(new Own(argument))`
    const where = project({ ...app('own'), ...pkg('own', entry('own', { argument: '<secret>' }), plugin) })
    const { accept, pass } = await import('@gatewright/portal')
    Reflect.set(globalThis, 'gatewrightPass', (right: boolean) => (right ? accept('ada') : pass()))
    const { checkers } = await load(where, ['own:open', 'own:sesame'])
    expect(checkers.map(({ name }) => name)).toEqual(['own:open', 'own:sesame'])
    expect(checkers.map((checker) => Reflect.get(checker, 'about') as unknown)).toEqual([4, 6])
    await using portal = createPortal({ realm: { desk: (id) => ({ id }) }, checkers })
    await using login = await portal.login(password('ada', 'sesame'), 'desk')
    expect(login).toMatchObject({ status: 'granted', proofs: [{ checker: 'own:sesame' }] })
  })

  test('and a secret that stands in a file, and not in the process list, is nothing to warn about', async () => {
    const where = project({ ...app('vault'), ...pkg('vault', entry('vault', { argument: '<words>', secret: true })) })
    const { warnings } = await loadAuth(['vault:sesame'], {
      ...where,
      env: {},
      supports: PASSWORD,
      inProcessList: false,
    })
    expect(warnings).toEqual([])
  })

  test('none at all for none', async () => {
    expect(await load(project(acme), [])).toEqual({ checkers: [], sources: [], warnings: [] })
  })
})

describe('sources that stand next to each other become one checker', () => {
  const files = {
    ...app('acme', 'users'),
    ...pkg('acme', entry('acme', { argument: '[words]' })),
    ...pkg('users', entry('users', { argument: '[words]' }), source),
  }

  test('in their place, asked in their order', async () => {
    const auth = await load(project(files), ['acme:a', 'users:x', 'users:y', 'acme:b'])
    expect(names(auth)).toEqual(['acme:a', 'users(users:x,users:y)', 'acme:b'])
    expect(auth.sources.map(({ name }) => name)).toEqual(['users:x', 'users:y'])
    expect(auth.warnings).toEqual([])
    const asked: string[] = []
    Reflect.set(globalThis, 'asked', asked)
    const fresh = await load(project(files), ['users:x', 'users:y'])
    await using portal = createPortal({ realm: { desk: (id) => ({ id }) }, checkers: fresh.checkers })
    await using login = await portal.login(password('ada', 'sesame'), 'desk')
    expect(login.status).toBe('refused')
    expect(asked).toEqual(['users:x ada', 'users:y ada'])
  })

  test('named as the source when there is one', async () => {
    expect(names(await load(project(files), ['users']))).toEqual(['users'])
  })
})

describe('a module can be named outright', () => {
  test('by a path from the working directory, with or without an argument', async () => {
    const where = project({ ...app(), 'my-checker.js': accepting, 'sub/main.mjs': '' })
    expect((await load(where, ['./my-checker.js:a:b', './my-checker.js'])).checkers).toMatchObject([
      { name: './my-checker.js', seen: { argument: 'a:b', context: { type: './my-checker.js', cwd: where.cwd } } },
      { name: './my-checker.js#2', seen: { argument: '' } },
    ])
    const below = { from: where.from, cwd: join(where.cwd, 'sub') }
    expect(names(await load(below, ['../my-checker.js']))).toEqual(['../my-checker.js'])
    expect(names(await load(below, [`${where.cwd}/my-checker.js:a`]))).toEqual([`${where.cwd}/my-checker.js`])
  })

  test('in CommonJS too', async () => {
    const commonJs = `const made = { create: (a, { name }) => ({ name, accepts: ['password'], check() {} }) }
      Object.assign(module, { exports: made })`
    expect(names(await load(project({ ...app(), 'old.cjs': commonJs }), ['./old.cjs']))).toEqual(['./old.cjs'])
  })

  test('and is refused when it is not there, is a folder, or accepts nothing that the server understands', async () => {
    const where = project({ ...app(), 'my.js': accepting, 'folder/x': '' })
    expect(await refusal(load(where, ['./none.js:sesame']))).toMatchObject({
      code: 'UNKNOWN_TYPE',
      message: 'there is no module ./none.js',
    })
    expect(await refusal(load(where, ['./folder']))).toMatchObject({ message: 'there is no module ./folder' })
    expect(await refusal(load(where, ['./my.js'], {}, ['publickey', 'totp']))).toMatchObject({
      code: 'UNSUPPORTED_TYPE',
      message: 'the module ./my.js accepts password, and this server understands publickey, totp',
    })
  })
})

describe('the module of a package', () => {
  const exporting = (exports: object, module = './plugin'): Record<string, unknown> => ({
    ...app('acme'),
    'node_modules/acme/package.json': {
      name: 'acme',
      type: 'module',
      exports,
      gatewright: { checkers: [entry('acme', { module })] },
    },
    'node_modules/acme/dist/plugin.js': accepting,
  })

  test('may be a subpath that it exports', async () => {
    const where = project(exporting({ './plugin': { default: './dist/plugin.js' } }))
    expect(names(await load(where, ['acme']))).toEqual(['acme'])
  })

  test('may be a file that it does not export', async () => {
    const where = project(exporting({ '.': './index.js' }, './dist/plugin.js'))
    expect(names(await load(where, ['acme']))).toEqual(['acme'])
  })

  test('is found by the conditions of the process, as the packages of this repository are', async () => {
    const auth = await loadAuth(['anonymous'], { from: import.meta.url, cwd: '/', supports: ['anonymous'] })
    expect(auth.checkers).toMatchObject([{ name: 'anonymous', accepts: ['anonymous'] }])
  })

  test('is found in a package under an alias', async () => {
    const where = project({
      'package.json': { name: 'app', dependencies: { mine: 'npm:acme@1' } },
      'node_modules/mine/package.json': {
        name: 'acme',
        type: 'module',
        exports: { './plugin': './plugin.js' },
        gatewright: { checkers: [entry('acme', { module: './plugin' })] },
      },
      'node_modules/mine/plugin.js': accepting,
    })
    expect(names(await load(where, ['acme']))).toEqual(['acme'])
  })

  test('is refused when it is neither', async () => {
    expect(await refusal(load(project(exporting({ '.': './index.js' })), ['acme']))).toMatchObject({
      code: 'BAD_MANIFEST',
      message:
        "'acme': acme: gatewright.checkers module './plugin' is neither a file of the package nor exported by it",
    })
  })

  test('is refused when a link leads out of the package', async () => {
    const where = project({ ...exporting({}, './plugin.js'), 'outside.js': explosive })
    symlinkSync(join(where.cwd, 'outside.js'), join(where.cwd, 'node_modules/acme/plugin.js'))
    const { code, message } = await refusal(load(where, ['acme']))
    expect([code, message]).toEqual([
      'BAD_MANIFEST',
      "'acme': acme: gatewright.checkers module './plugin.js' lies outside of the package",
    ])
  })

  test('is loaded from where a linked package really is', async () => {
    const where = project({ ...app('acme') })
    const store = project({ 'package.json': { name: 'acme', gatewright: { checkers: [entry('acme')] } } })
    write(store.cwd, { 'plugin.js': accepting })
    mkdirSync(join(where.cwd, 'node_modules'))
    symlinkSync(store.cwd, join(where.cwd, 'node_modules/acme'))
    expect(names(await load(where, ['acme']))).toEqual(['acme'])
  })
})

describe('nothing is imported', () => {
  const files = {
    ...app('acme', 'bomb'),
    ...pkg('acme', entry('acme')),
    ...pkg('bomb', entry('bomb'), explosive),
  }

  test('that no --auth names', async () => {
    expect(names(await load(project(files), ['acme']))).toEqual(['acme'])
  })

  test('before every --auth is understood', async () => {
    expect((await refusal(load(project(files), ['bomb', 'nonsense']))).code).toBe('UNKNOWN_TYPE')
    expect((await refusal(load(project(files), ['bomb', 'acme:unwanted']))).code).toBe('BAD_ARGUMENT')
    expect((await refusal(load(project(files), ['bomb', './none.js']))).code).toBe('UNKNOWN_TYPE')
  })

  test('for a type that this server cannot use', async () => {
    expect(await refusal(load(project(files), ['bomb'], {}, ['publickey']))).toMatchObject({
      code: 'UNSUPPORTED_TYPE',
      message: "'bomb' accepts password, and this server understands publickey",
    })
  })
})

describe('a plug-in that fails is a usage error', () => {
  const failing = (plugin: string, more: object = { argument: '[words]' }): Record<string, unknown> => ({
    ...app('acme'),
    ...pkg('acme', entry('acme', more), plugin),
  })
  const message = async (plugin: string, spec = 'acme', env = {}, more?: object): Promise<string> => {
    const error = await refusal(load(project(failing(plugin, more)), [spec], env))
    expect(error.code).toBe('BROKEN_PLUGIN')
    return error.message
  }

  test('when it throws while loading', async () => {
    expect(await message(`throw new Error('no\\nway')`)).toBe("the checker 'acme' of acme cannot be loaded: no")
    expect(await message('export const create = (')).toContain("the checker 'acme' of acme cannot be loaded: ")
    expect(await message(`import 'not-there'`)).toContain("Cannot find package 'not-there'")
    expect(await message('throw null')).toBe("the checker 'acme' of acme cannot be loaded: null")
    expect(await refusal(load(project({ ...app(), 'my.js': explosive }), ['./my.js']))).toMatchObject({
      message: 'the module ./my.js cannot be loaded: imported',
      hint: 'It needs: export const create = (argument) => myChecker(argument). If it has that, node ./my.js shows where it fails.',
    })
  })

  test('when it exports nothing of use', async () => {
    const none = 'it exports neither create(argument, context) nor source(argument, context)'
    for (const plugin of ['', 'export const create = 1', 'export default null', 'export default class {}']) {
      expect(await message(plugin)).toBe(`the checker 'acme' of acme cannot be loaded: ${none}`)
    }
  })

  test.each(['undefined', 'null', 'true', '{}', '[]', `{ name: 'x', accepts: ['password'] }`, `'checker'`])(
    'when create() makes %s',
    async (made) => {
      expect(await message(`export const create = () => (${made})`)).toBe(
        "the checker 'acme' of acme: create() made no checker: an object with name, accepts and check()",
      )
    },
  )

  test.each([
    `{ name: '', accepts: ['password'], check() {} }`,
    `{ name: 'x', accepts: [], check() {} }`,
    `{ name: 'x', accepts: 'password', check() {} }`,
    `{ name: 'x', accepts: [1], check() {} }`,
    `{ name: 'x', accepts: ['password'], check: true }`,
  ])('when create() makes the odd checker %s', async (made) => {
    expect(await message(`export const create = async () => (${made})`)).toContain('create() made no checker')
  })

  test('when source() makes no source', async () => {
    expect(await message(`export const source = () => ({ name: 'x' })`)).toBe(
      "the checker 'acme' of acme: source() made no user source: an object with name and find()",
    )
  })

  test('when it throws or rejects, in its own words and with its own hint', async () => {
    expect(await message(`export const create = () => { throw new TypeError('odd') }`)).toBe(
      "the checker 'acme' of acme: odd",
    )
    const rejecting = `export const create = async () => { throw Object.assign(new Error('odd'), { hint: 'Even it.' }) }`
    expect(await refusal(load(project(failing(rejecting)), ['acme:a']))).toMatchObject({ hint: 'Even it.' })
  })

  test('in no words at all when they could repeat a secret', async () => {
    const quoting = `export const create = (argument) => { throw Object.assign(new RangeError('odd: ' + argument.slice(2)), { code: 'EODD', hint: argument }) }`
    const shown = "the checker 'acme' of acme failed (RangeError EODD)"
    expect(await message(quoting, 'acme:sesame')).toBe("the checker 'acme' of acme: odd: same")
    expect(await message(quoting, 'acme:@env:A', { A: 'sesame' })).toBe(shown)
    const secret = { argument: '<words>', secret: true }
    expect(await message(quoting, 'acme:sesame', {}, secret)).toBe(shown)
    const error = await refusal(load(project(failing(quoting, secret)), ['acme:sesame']))
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toMatch(/sesame|odd: same/)
  })

  test('in no words even of our own packages, which may have been handed a part of it', async () => {
    const where = project({
      ...app(),
      'leaky.mjs': `export const create = (argument) => {
        const { host, username, password } = new URL(argument)
        const text = 'cannot connect to ' + host + ' as ' + username + ' with ' + password
        throw Object.assign(new Error(text), { [Symbol.for('gatewright.error')]: 'PortalError', code: 'BAD_CONFIGURATION', hint: password }) }`,
      url: 'postgres://bob:CANARY-PW@db/x\n',
    })
    for (const spec of ['./leaky.mjs:postgres://bob:CANARY-PW@db/x', './leaky.mjs:@file:url', './leaky.mjs:@env:URL']) {
      const error = await refusal(load(where, [spec], { URL: 'postgres://bob:CANARY-PW@db/x' }))
      expect(error.message).toBe('the module ./leaky.mjs failed (Error BAD_CONFIGURATION)')
      expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toMatch(/CANARY|bob/)
    }
  })

  test('in no words that repeat one line of a list', async () => {
    const quoting = `export const create = (argument) => { throw new Error('odd line: ' + argument.split('\\n')[1]) }`
    const env = { A: 'ada:CANARY1\nbob:CANARY2' }
    expect(await message(quoting, 'acme:@env:A', env)).toBe("the checker 'acme' of acme failed (Error)")
  })

  test('with the form of the argument as a hint, where words are kept back', async () => {
    const plugin = `export const create = () => { throw new Error('odd') }`
    const secret = { argument: '<name:password:...>', secret: true }
    expect((await refusal(load(project(failing(plugin, secret)), ['acme:sesame']))).hint).toBe(
      'Its form is acme:name:password:...; --help-auth-type acme tells more. What it said is not shown: it could repeat the argument, which is kept secret.',
    )
  })

  test('in its own words where there is no argument to repeat', async () => {
    const where = project({ ...app(), 'my.js': `export const create = () => { throw new Error('odd') }` })
    expect((await refusal(load(where, ['./my.js']))).message).toBe('the module ./my.js: odd')
  })

  test('and whatever was made before it is closed, even if that fails', async () => {
    const closed: string[] = []
    Reflect.set(globalThis, 'closed', closed)
    const closing = `export const create = (argument, { name }) => ({ name, accepts: ['password'], check() {},
      close: async () => { closed.push(argument); if (argument === 'a') throw new Error('cannot close') } })`
    const sourceClosing = `export const source = (argument, { name }) => ({ name, find() {}, close() { closed.push(name) } })`
    const where = project({
      ...app('acme', 'users', 'bomb'),
      ...pkg('acme', entry('acme', { argument: '<words>' }), closing),
      ...pkg('users', entry('users'), sourceClosing),
      ...pkg('bomb', entry('bomb'), explosive),
    })
    const error = await refusal(load(where, ['acme:a', 'users', 'acme:b', 'bomb', 'acme:c']))
    expect(error.message).toContain('imported')
    expect(closed.toSorted()).toEqual(['a', 'b', 'users'])
  })

  test('and what accepts nothing of use is closed too', async () => {
    const closed: string[] = []
    Reflect.set(globalThis, 'closed', closed)
    const plugin = `export const create = () => ({ name: 'x', accepts: ['totp'], check() {}, close: async () => void closed.push('x') })`
    const error = await refusal(load(project(failing(plugin)), ['acme']))
    expect(error.code).toBe('UNSUPPORTED_TYPE')
    expect(closed).toEqual(['x'])
  })
})

describe('types and arguments', () => {
  const where = (): Where =>
    project({
      ...app('one', 'two', 'none', 'some', 'broken', '@acme/ldap'),
      ...pkg('one', entry('same'), explosive),
      ...pkg('two', entry('same'), explosive),
      ...pkg('none', entry('none')),
      ...pkg('some', [entry('some', { argument: '<words>' }), entry('maybe', { argument: '[words]' })]),
      ...pkg('@acme/ldap', entry('ldap', { argument: '<url>' })),
      ...pkg('broken', { type: 'broken', accepts: ['password'], help: 'x' }),
    })
  const shown = async (spec: string): Promise<readonly string[]> => {
    const { code, message, hint } = await refusal(load(where(), [spec]))
    return [code, message, hint ?? '']
  }

  test('an unknown type is answered with those there are, and where it may come from', async () => {
    const there = 'there are same, none, some, maybe, ldap'
    expect(await shown('sql')).toEqual([
      'UNKNOWN_TYPE',
      `no checker of type 'sql' is installed; ${there}`,
      '--help-auth lists them; a missing one may come with: npm install @gatewright/checker-sql',
    ])
    expect(await shown('lapd:x')).toEqual([
      'UNKNOWN_TYPE',
      `no checker of type 'lapd' is installed; ${there}`,
      "Did you mean 'ldap'? Else: npm install @gatewright/checker-lapd",
    ])
    expect(await shown('LDAP')).toEqual([
      'UNKNOWN_TYPE',
      `no checker of type 'LDAP' is installed; ${there}`,
      "Did you mean 'ldap'?",
    ])
    expect((await shown('; rm -rf $HOME\n'))[2]).toBe('--help-auth lists them.')
    expect((await shown('lib/my.js'))[2]).toBe(
      'A module of your own is named by a path that begins with ./ or /: --auth ./lib/my.js:ARG.',
    )
    expect((await shown('__proto__'))[0]).toBe('UNKNOWN_TYPE')
    expect((await refusal(load(project(app()), ['memory']))).message).toBe(
      "no checker of type 'memory' is installed; none is",
    )
  })

  test('a type that two packages provide is an error naming both', async () => {
    expect(await shown('same')).toEqual([
      'AMBIGUOUS_TYPE',
      "the type 'same' is provided by one 1.2.3 and by two 1.2.3",
      'Uninstall all but one, or name the file of its module: --auth ./node_modules/PACKAGE/FILE.js:ARG.',
    ])
  })

  test('a type that is described wrongly is an error naming package and field', async () => {
    expect(await shown('broken')).toEqual([
      'BAD_MANIFEST',
      "'broken': broken: gatewright.checkers[0].module is missing",
      'The mistake is in the package.json of that package; tell its authors, or use another.',
    ])
  })

  test('an argument that is missing or not wanted is an error, one that is optional is not', async () => {
    expect(await shown('some')).toEqual(['BAD_ARGUMENT', "'some' needs an argument", 'Write --auth some:<words>'])
    expect((await shown('some:'))[0]).toBe('BAD_ARGUMENT')
    expect(await shown('none:sesame')).toEqual(['BAD_ARGUMENT', "'none' takes no argument", 'Write --auth none'])
    expect(names(await load(where(), ['maybe', 'maybe:a', 'none']))).toEqual(['maybe', 'maybe:a', 'none'])
  })
})

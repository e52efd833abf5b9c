import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { discoverCheckers } from '../src/index.ts'
import { app, entry, explosive, pkg, project, write } from './scratch.ts'

const types = (where: { from: string; cwd: string }): readonly string[] =>
  discoverCheckers(where).checkers.map(({ type }) => type)

describe('checkers are found by manifest', () => {
  test('and everything that the manifest says is reported', () => {
    const where = project({
      ...app('acme'),
      ...pkg('acme', entry('acme', { argument: '<url>', help: 'One.\nTwo.', secret: true }), explosive),
    })
    expect(discoverCheckers(where)).toEqual({
      problems: [],
      checkers: [
        {
          type: 'acme',
          accepts: ['password'],
          argument: '<url>',
          help: 'One.\nTwo.',
          secret: true,
          module: './plugin.js',
          package: { name: 'acme', version: '1.2.3', directory: join(where.cwd, 'node_modules/acme') },
        },
      ],
    })
  })

  test('and nothing is imported', () => {
    const where = project({ ...app('acme'), ...pkg('acme', entry('acme'), explosive) })
    expect(types(where)).toEqual(['acme'])
  })

  test('in the order of the dependencies, several to a package', () => {
    const where = project({
      ...app('b', 'a'),
      ...pkg('a', [entry('a1'), entry('a2')]),
      ...pkg('b', entry('b')),
    })
    expect(types(where)).toEqual(['b', 'a1', 'a2'])
  })

  test('among dependencies, optional and peer dependencies, not among those of development', () => {
    const where = project({
      'package.json': {
        dependencies: { a: '*' },
        optionalDependencies: { b: '*', 'not-installed': '*' },
        peerDependencies: { c: '*' },
        devDependencies: { d: '*' },
      },
      ...pkg('a', entry('a')),
      ...pkg('b', entry('b')),
      ...pkg('c', entry('c')),
      ...pkg('d', entry('d')),
      ...pkg('stranger', entry('stranger')),
    })
    expect(types(where)).toEqual(['a', 'b', 'c'])
  })

  test('in scoped packages, and in folders further up, as Node looks', () => {
    const { cwd } = project({
      ...pkg('@acme/up', entry('up')),
      'apps/one/package.json': { name: 'one', dependencies: { '@acme/up': '*', near: '*' } },
      'apps/one/src/main.js': '',
      ...Object.fromEntries(
        Object.entries(pkg('near', entry('near'))).map(([path, file]) => [`apps/one/${path}`, file]),
      ),
    })
    expect(types({ cwd, from: pathToFileURL(join(cwd, 'apps/one/src/main.js')).href })).toEqual(['up', 'near'])
  })

  test('above build output that has a package.json of its own', () => {
    const { cwd } = project({ ...app('a'), ...pkg('a', entry('a')), 'dist/package.json': { type: 'module' } })
    expect(types({ cwd: join(cwd, 'dist'), from: join(cwd, 'dist/main.js') })).toEqual(['a'])
  })

  test('in packages that do not export their package.json', () => {
    const where = project({ ...app('a'), ...pkg('a', entry('a')) })
    write(where.cwd, {
      'node_modules/a/package.json': {
        name: 'a',
        exports: { '.': './index.js' },
        gatewright: { checkers: [entry('a')] },
      },
    })
    expect(types(where)).toEqual(['a'])
  })

  test('through symbolic links', () => {
    const where = project({
      ...app('linked'),
      'store/linked/package.json': { name: 'linked', gatewright: { checkers: [entry('linked')] } },
    })
    mkdirSync(join(where.cwd, 'node_modules'))
    symlinkSync(join(where.cwd, 'store/linked'), join(where.cwd, 'node_modules/linked'))
    expect(discoverCheckers(where).checkers[0]?.package.directory).toBe(join(where.cwd, 'store/linked'))
  })

  test('of this repository, anonymous first of all', () => {
    expect(types({ from: import.meta.url, cwd: '/' })).toContain('anonymous')
  })
})

describe('the working directory is searched too', () => {
  const twoPlaces = (cwdPackages: Record<string, unknown>, ...dependencies: string[]) => {
    const { from } = project({ ...app('acme'), ...pkg('acme', entry('acme')) })
    const { cwd } = project({ ...app(...dependencies), ...cwdPackages })
    return { from, cwd }
  }

  test('for packages that the application does not have', () => {
    expect(types(twoPlaces(pkg('other', entry('other')), 'other'))).toEqual(['acme', 'other'])
  })

  test('but of a package that both have, the application has its own way', () => {
    const where = twoPlaces(pkg('acme', entry('acme')), 'acme')
    const { checkers } = discoverCheckers(where)
    expect(checkers.map(({ package: { directory } }) => directory)).toEqual([
      expect.not.stringContaining(where.cwd) as string,
    ])
  })

  test('and the very same package is one', () => {
    const where = project({ ...app('acme'), ...pkg('acme', entry('acme')) })
    expect(types(where)).toEqual(['acme'])
  })

  test('itself alone, not what lies above it', () => {
    const { cwd } = project({ ...app('up'), ...pkg('up', entry('up')), 'down/main.js': '' })
    const { from } = project(app())
    expect(types({ from, cwd: join(cwd, 'down') })).toEqual([])
  })

  test('and may have no package.json, or not exist', () => {
    const { from } = project({ ...app('acme'), ...pkg('acme', entry('acme')) })
    expect(types({ from, cwd: '/nowhere/at/all' })).toEqual(['acme'])
  })
})

describe('a manifest that is wrong is listed with its field, and harms no other package', () => {
  const listed = (manifest: unknown): readonly (readonly [string | undefined, string])[] => {
    const where = project({
      ...app('broken', 'fine'),
      ...pkg('fine', entry('fine')),
      'node_modules/broken/package.json': { name: 'broken', gatewright: manifest },
    })
    const { checkers, problems } = discoverCheckers(where)
    expect(checkers.map(({ type }) => type)).toEqual(['fine'])
    expect(problems.every(({ package: name }) => name === 'broken')).toBe(true)
    return problems.map(({ type, problem }) => [type, problem])
  }
  const without = (field: string): object =>
    Object.fromEntries(Object.entries(entry('x')).filter(([name]) => name !== field))

  test.each<[string, unknown, string | undefined, string]>([
    ['no object', 'yes', undefined, 'gatewright.checkers must be a list'],
    ['null', null, undefined, 'gatewright.checkers must be a list'],
    ['no list', { checkers: {} }, undefined, 'gatewright.checkers must be a list'],
    ['an entry that is no object', { checkers: ['x'] }, undefined, 'gatewright.checkers[0] must be an object'],
    ['no type', { checkers: [without('type')] }, undefined, 'gatewright.checkers[0].type is missing'],
    ['no accepts', { checkers: [without('accepts')] }, 'x', 'gatewright.checkers[0].accepts is missing'],
    ['no help', { checkers: [without('help')] }, 'x', 'gatewright.checkers[0].help is missing'],
    ['no module', { checkers: [without('module')] }, 'x', 'gatewright.checkers[0].module is missing'],
    [
      'an empty accepts',
      { checkers: [entry('x', { accepts: [] })] },
      'x',
      'gatewright.checkers[0].accepts must be a list of credential kinds',
    ],
    [
      'a number among accepts',
      { checkers: [entry('x', { accepts: ['password', 1] })] },
      'x',
      'gatewright.checkers[0].accepts must be a list of credential kinds',
    ],
    ['a blank help', { checkers: [entry('x', { help: ' ' })] }, 'x', 'gatewright.checkers[0].help must be a text'],
    [
      'an argument of two lines',
      { checkers: [entry('x', { argument: 'a\nb' })] },
      'x',
      'gatewright.checkers[0].argument must be a text of one line',
    ],
    [
      'a secret that is a word',
      { checkers: [entry('x', { secret: 'yes' })] },
      'x',
      'gatewright.checkers[0].secret must be true or false',
    ],
    [
      'a misspelt secret',
      { checkers: [entry('x', { secert: true })] },
      'x',
      'gatewright.checkers[0].secert is no field known here; is it meant to be secret?',
    ],
  ])('%s', (_, manifest, type, problem) => {
    expect(listed(manifest)).toEqual([[type, problem]])
  })

  test('a field that a later version may know is left to it', () => {
    const where = project({ ...app('later'), ...pkg('later', entry('later', { homepage: 'x', settings: {} })) })
    expect(discoverCheckers(where)).toMatchObject({ checkers: [{ type: 'later' }], problems: [] })
  })

  test('one type twice, of which the first counts', () => {
    const where = project({ ...app('broken'), ...pkg('broken', [entry('x'), entry('x')]) })
    const problem = 'gatewright.checkers[1].type is provided by an earlier entry already'
    expect(discoverCheckers(where)).toMatchObject({ checkers: [{ type: 'x' }], problems: [{ type: 'x', problem }] })
  })

  test.each(['', 'a:b', './a', '../a', '/a', '-a', 'a b', '__proto__', 'ü', 'a\n', 'x'.repeat(65)])(
    'the type %j',
    (type) => {
      expect(listed({ checkers: [entry(type)] })).toEqual([
        [undefined, 'gatewright.checkers[0].type must be a word of letters, digits, ".", "_" and "-"'],
      ])
    },
  )

  test.each([
    'plugin.js',
    '../plugin.js',
    './../x.js',
    './a/../../x.js',
    '/etc/x.js',
    './',
    './a//b',
    '.\\a',
    './%2e%2e/x',
  ])('the module %j', (module) => {
    expect(listed({ checkers: [entry('x', { module })] })).toEqual([
      ['x', 'gatewright.checkers[0].module must be a path that starts with "./" and stays within the package'],
    ])
  })

  test.each<[string, string]>([
    ['{', 'package.json is not a JSON object'],
    ['[]', 'package.json is not a JSON object'],
    ['', 'package.json is not a JSON object'],
  ])('a package.json that holds %j', (text, problem) => {
    const where = project({
      ...app('broken', 'fine'),
      ...pkg('fine', entry('fine')),
      'node_modules/broken/package.json': text,
    })
    expect(discoverCheckers(where)).toMatchObject({
      checkers: [{ type: 'fine' }],
      problems: [{ package: 'broken', problem }],
    })
  })

  test('a package.json of the application itself', () => {
    const where = project({ 'package.json': '{' })
    expect(discoverCheckers(where).problems).toEqual([
      { package: where.cwd, problem: 'package.json is not a JSON object' },
    ])
  })

  test('an empty gatewright field is none', () => {
    expect(listed({})).toEqual([])
    expect(listed({ checkers: [] })).toEqual([])
  })

  test('dependencies with names that lead elsewhere are not looked for', () => {
    const { cwd } = project({
      'app/package.json': {
        name: 'app',
        dependencies: { '../elsewhere': '*', '@a/../../../elsewhere': '*', '..': '*', '.': '*', '': '*', 'a\\b': '*' },
      },
      'app/node_modules/x/y': '',
      'app/elsewhere/package.json': { name: 'elsewhere', gatewright: { checkers: [entry('x')] } },
      'elsewhere/package.json': { name: 'elsewhere', gatewright: { checkers: [entry('x')] } },
    })
    expect(discoverCheckers({ cwd: '/', from: join(cwd, 'app/main.js') })).toEqual({ checkers: [], problems: [] })
  })
})

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Gatehouse, piped, scratch } from './place.ts'

const SECRET = 'correct horse'

/** What `users list` says in a directory with these files; each reads and checks the whole configuration. */
async function complaint(files: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> {
  const place = new Gatehouse(scratch(files))
  expect(await place.run(['users', 'list', ...args])).toBe(2)
  expect(place.err).toMatch(/^error: .*\nhint: .*\n$/)
  // What stands in a file is not called by the name of an option.
  expect(place.err).not.toMatch(/^error:.* --/)
  return place.err
}

describe.each([
  ['gatehouse.config.json', (config: object) => JSON.stringify(config)],
  [
    'gatehouse.config.ts',
    (config: object) => `const config: object = ${JSON.stringify(config)}\nexport default config`,
  ],
])('%s', (file, written) => {
  it('is read where gatehouse is started', async () => {
    const place = new Gatehouse(scratch({ [file]: written({ data: 'here' }) }))
    expect(await place.run(['users', 'add', 'ada'], { input: piped(SECRET) })).toBe(0)
    expect(await place.run(['users', 'list', '--data', 'here'])).toBe(0)
    expect(place.out).toContain('ada')
  })

  it('gives way to the command line, key by key', async () => {
    const place = new Gatehouse(scratch({ [file]: written({ data: 'here', port: 1 }) }))
    expect(await place.run(['users', 'add', 'ada', '--data', 'there'], { input: piped(SECRET) })).toBe(0)
    expect(await place.run(['users', 'list'])).toBe(1)
    expect(place.err).toContain(join(place.cwd, 'here'))
  })

  it('is named by --config, and its paths are relative to itself', async () => {
    const directory = scratch()
    mkdirSync(join(directory, 'etc'))
    writeFileSync(join(directory, 'etc', file), written({ data: 'users' }))
    const place = new Gatehouse(directory)
    const config = ['--config', `etc/${file}`]
    expect(await place.run(['users', 'add', 'ada', ...config], { input: piped(SECRET) })).toBe(0)
    expect(await place.run(['users', 'list', '--data', 'etc/users'])).toBe(0)
  })

  it.each([
    [{ prot: 1 }, "there is no setting 'prot'"],
    [{ port: 8000, __PROTO: 1, toString: 2 }, "there is no setting '__PROTO', 'toString'"],
    [{ port: '8000x' }, "'8000x' is no port"],
    [{ port: 8000.5 }, "'8000.5' is no port"],
    [{ port: true }, 'port: expected a number'],
    [{ host: '' }, 'host: expected a text'],
    [{ host: 'a b' }, "'a b' is neither an IP address nor a host name"],
    [{ data: 7 }, 'data: expected a text'],
    [{ data: 'a\0b' }, 'data: expected a text'],
    [{ auth: 'memory:ada:sesame' }, 'auth: expected a list of texts'],
    [{ auth: [1] }, 'auth: expected a text'],
    [{ allowPlaintext: 'no' }, 'allowPlaintext: expected true or false'],
    [{ require: [] }, 'require: expected a text'],
    [[], 'the configuration is no object'],
  ])('is refused for %j, by name of file and key', async (config, problem) => {
    const said = await complaint({ [file]: written(config) })
    expect(said).toContain(`error: ${file}: `)
    expect(said).toContain(problem)
  })

  it('is missed when it was asked for', async () => {
    expect(await complaint({}, '--config', file)).toContain(`error: ${file}: there is no such file\n`)
  })
})

it('knows what a misspelt key was meant to be', async () => {
  const said = await complaint({ 'gatehouse.config.json': '{ "prot": 1 }' })
  expect(said).toContain("hint: Did you mean 'port'? There are data, host, realm, auth")
  expect(await complaint({ 'gatehouse.config.json': '{ "toString": 1 }' })).toContain('hint: There are data')
})

it('takes __proto__ for a key like any other', async () => {
  const file = { 'gatehouse.config.json': '{ "__proto__": { "data": "x" } }' }
  expect(await complaint(file)).toContain("there is no setting '__proto__'")
})

it('prefers TypeScript where there are both', async () => {
  const file = { 'gatehouse.config.json': '{ "data": "json" }', 'gatehouse.config.ts': "export default { data: 'ts' }" }
  const place = new Gatehouse(scratch(file))
  expect(await place.run(['users', 'list'])).toBe(1)
  expect(place.err).toContain(join(place.cwd, 'ts'))
})

it('repeats nothing of a file that is no JSON', async () => {
  const said = await complaint({ 'gatehouse.config.json': '{ "auth": ["memory:ada:hunter2"], }' })
  expect(said).toContain('error: gatehouse.config.json: this is not JSON\n')
  expect(said).not.toContain('hunter2')
})

it('tells what a module throws, and that it exports nothing', async () => {
  expect(await complaint({ 'gatehouse.config.ts': "throw new Error('not today\\nor ever')" })).toContain(
    'error: gatehouse.config.ts: not today\n',
  )
  expect(await complaint({ 'gatehouse.config.ts': 'export const port = 1' })).toContain('there is no default export')
})

it('does not pass over a file that it may not read', async () => {
  const directory = scratch()
  mkdirSync(join(directory, 'gatehouse.config.json'))
  const place = new Gatehouse(directory)
  expect(await place.run(['users', 'list'])).toBe(2)
  expect(place.err).toContain('error: gatehouse.config.json: it cannot be read (EISDIR)\n')
})

it.skipIf(process.getuid?.() === 0)('does not pass over a file of somebody else', async () => {
  const directory = scratch({ 'gatehouse.config.json': '{}' })
  chmodSync(join(directory, 'gatehouse.config.json'), 0)
  const place = new Gatehouse(directory)
  expect(await place.run(['users', 'list'])).toBe(2)
  expect(place.err).toContain('it cannot be read (EACCES)')
})

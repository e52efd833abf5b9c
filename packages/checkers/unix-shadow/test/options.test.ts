import { describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { type UnixUsersOptions, unixChecker, unixUsers } from '../src/index.ts'
import { create, source } from '../src/plugin.ts'
import { answer, attempt, cheapHash, faultOf, machine, passwdLine, shadowLine } from './machine.ts'

describe('unixUsers', () => {
  test.each<[unknown]>([
    [{ name: '' }],
    [{ name: 7 }],
    [{ passwd: '' }],
    [{ passwd: 7 }],
    [{ shadow: '/etc/sha\0dow' }],
    [{ shells: [] }],
    [{ shells: ['sh'] }],
    [{ shells: [''] }],
    [{ shells: [7] }],
    [{ shells: '' }],
    [{ shells: {} }],
    [{ allowDes: 1 }],
    [{ now: 20_000 }],
    [{ paswd: '/etc/passwd' }],
  ])('refuses %j', async (wrong) => {
    const { options } = machine()
    const fault = await faultOf(() => unixUsers({ ...options, ...(wrong as UnixUsersOptions) }))
    expect(fault).toMatchObject({ name: 'PortalError', code: 'BAD_CONFIGURATION' })
  })

  test('has a name, and knows no digests', () => {
    const { options } = machine()
    expect(unixUsers(options)).toMatchObject({ name: 'unix', accepts: ['password'] })
    expect(unixUsers({ ...options, name: 'jail' }).name).toBe('jail')
    expect(unixChecker({ ...options, name: 'jail' })).toMatchObject({ name: 'jail', accepts: ['password'] })
  })

  test('reads the same files after the process has changed its directory', async () => {
    const made = machine(passwdLine('ada'), shadowLine('ada', await cheapHash('sesame')))
    const home = process.cwd()
    // vitest runs tests in threads or processes; only the latter have a directory of their own.
    const { spawnSync } = await import('node:child_process')
    const script = `
      import { unixUsers } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
      const source = unixUsers({ passwd: 'passwd', shadow: './shadow' })
      process.chdir('/')
      console.log((await source.find('ada', {}))?.id)`
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--conditions=@gatewright/source', '--input-type=module', '-e', script],
      { cwd: made.directory, encoding: 'utf8' },
    )
    expect({ stdout, stderr }).toEqual({ stdout: 'ada\n', stderr: '' })
    expect(process.cwd()).toBe(home)
  })

  test('asks the files also about names that nobody can have', async () => {
    const made = machine(passwdLine('ada'), '')
    const users = unixUsers(made.options)
    for (const name of ['', '\0', 'a\nb', '\ud800', 'x'.repeat(256)]) {
      expect(await users.find(name, attempt())).toBeUndefined()
    }
    made.remove()
    for (const name of ['', 'x'.repeat(256)]) {
      await expect(users.find(name, attempt())).rejects.toMatchObject({ code: 'UNREADABLE' })
    }
  })
})

describe('--auth unix', () => {
  test('takes no argument', async () => {
    for (const argument of ['/etc/passwd', ' ', 'canary:canary']) {
      for (const make of [create, source]) {
        const fault = await faultOf(() => make(argument))
        expect(fault).toMatchObject({ name: 'PortalError', code: 'BAD_CONFIGURATION', hint: expect.any(String) })
        expect(`${fault.message} ${fault.hint}`).not.toContain('canary')
      }
    }
  })

  test('the manifest says what the checker accepts, and that there is no argument', async () => {
    const { options } = machine()
    const [entry] = manifest.gatewright.checkers
    expect(entry).toMatchObject({ type: 'unix', accepts: [...unixChecker(options).accepts], module: './plugin' })
    expect(entry).not.toHaveProperty('argument')
    expect(await answer(unixChecker(options), 'nobody', 'x')).toBe('pass')
  })
})

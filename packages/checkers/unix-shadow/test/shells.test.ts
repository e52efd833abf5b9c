import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type UnixUsersOptions, unixUsers } from '../src/index.ts'
import { attempt, machine, passwdLine, shadowLine } from './machine.ts'

const SHELLS = [
  '',
  '/bin/sh',
  '/bin/bash',
  '/opt/acme/shell',
  '/bin/sync',
  '/usr/sbin/nologin',
  '/sbin/nologin',
  '/bin/false',
] as const

/** The shells whose users may log in. */
async function allowed(
  shells?: UnixUsersOptions['shells'],
  all: readonly string[] = SHELLS,
): Promise<readonly string[]> {
  const { options } = machine(
    all.map((shell, i) => passwdLine(`u${i}`, { shell })).join(''),
    all.map((_, i) => shadowLine(`u${i}`, '$6$salt$hash')).join(''),
  )
  const source = unixUsers(shells === undefined ? options : { ...options, shells })
  const users = await Promise.all(all.map(async (_, i) => source.find(`u${i}`, attempt())))
  for (const user of users) expect(user?.blocked ?? 'disabled').toBe('disabled')
  return all.filter((_, i) => users[i]?.blocked === undefined)
}

describe('who may log in, by shell', () => {
  test('is everybody but those whose shell says that there is none', async () => {
    expect(await allowed()).toEqual(['', '/bin/sh', '/bin/bash', '/opt/acme/shell', '/bin/sync'])
    const none = [
      '/usr/bin/nologin',
      '/run/current-system/sw/bin/nologin',
      'nologin',
      '/usr/bin/false',
      '/dev/null',
      '/sbin/nologin ',
    ]
    expect(await allowed(undefined, none)).toEqual([])
    expect(await allowed(undefined, ['/bin/nologin-not', '/nologin/sh', '/bin/xfalse'])).toHaveLength(3)
  })

  test('is whose shell is listed, whatever it is called', async () => {
    expect(await allowed(['/bin/sh'])).toEqual(['', '/bin/sh'])
    expect(await allowed(['/bin/bash', '/usr/sbin/nologin'])).toEqual(['/bin/bash', '/usr/sbin/nologin'])
    expect(await allowed(['/bin/SH'])).toEqual([])
  })

  test('is whose shell stands in a shells(5) file, unless it says that there is none', async () => {
    const { directory } = machine()
    const path = join(directory, 'shells')
    writeFileSync(path, '# /bin/bash\n\n/bin/sh\r\n  /opt/acme/shell\n/usr/sbin/nologin\nbash\n', { mode: 0o644 })
    expect(await allowed(path)).toEqual(['', '/bin/sh', '/opt/acme/shell'])
    writeFileSync(path, '', { mode: 0o644 })
    expect(await allowed(path)).toEqual([])
  })

  test('changes with that file', async () => {
    const made = machine(passwdLine('ada', { shell: '/bin/zsh' }), shadowLine('ada', '$6$salt$hash'))
    const shells = join(made.directory, 'shells')
    made.replace(shells, '/bin/sh\n')
    const source = unixUsers({ ...made.options, shells })
    expect(await source.find('ada', attempt())).toMatchObject({ blocked: 'disabled' })
    made.replace(shells, '/bin/sh\n/bin/zsh\n')
    expect(await source.find('ada', attempt())).not.toHaveProperty('blocked')
  })
})

import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hash } from '@gatewright/passwords'
import { digest, password } from '@gatewright/portal'
import { describe, expect, test } from 'vitest'
import { fileChecker, fileUsers, htdigestChecker, openPasswordFile } from '../src/index.ts'
import { attempt, scratchDirectory } from './scratch.ts'

const isInstalled = (program: string) => spawnSync(program).error === undefined
const missing = ['htpasswd', 'htdigest'].filter((program) => !isInstalled(program))
if (missing.length > 0) {
  const what = `${missing.join(' and ')} missing (Debian: apache2-utils)`
  if (process.env.CI) throw new Error(what)
  process.stderr.write(`skipped: ${what}\n`)
}

const htpasswd = (...args: string[]) => spawnSync('htpasswd', args, { encoding: 'utf8' })

describe.skipIf(missing.length > 0)('what htpasswd writes', () => {
  test.each([
    ['bcrypt', '-B'],
    ['MD5', '-m'],
    ['SHA-256', '-2'],
    ['SHA-512', '-5'],
  ])('%s lets the right people in', async (_format, option) => {
    const path = join(scratchDirectory(), '.htpasswd')
    expect(htpasswd('-c', '-b', option, path, 'ada', 'sesame').status).toBe(0)
    expect(htpasswd('-b', option, path, 'zoë', 'ünïcode pass').status).toBe(0)
    const checker = fileChecker({ path })
    for (const [name, secret, outcome] of [
      ['ada', 'sesame', 'accept'],
      ['zoë', 'ünïcode pass', 'accept'],
      ['ada', 'Sesame', 'reject'],
      ['ada', 'sesame ', 'reject'],
      ['zoë', 'ünïcode', 'reject'],
      ['eve', 'sesame', 'pass'],
    ] as const) {
      expect(await checker.check(password(name, secret), attempt), `${name} ${secret}`).toMatchObject({ outcome })
    }
  })

  test('SHA-1 lets the right people in, and DES only where it is asked for', async () => {
    const path = join(scratchDirectory(), '.htpasswd')
    expect(htpasswd('-c', '-b', '-s', path, 'ada', 'sesame').status).toBe(0)
    expect(htpasswd('-b', '-d', path, 'bob', 'sesame').status).toBe(0)
    const strict = fileChecker({ path })
    expect(await strict.check(password('ada', 'sesame'), attempt)).toMatchObject({ outcome: 'accept' })
    expect(await strict.check(password('ada', 'Sesame'), attempt)).toMatchObject({ outcome: 'reject' })
    await expect(strict.check(password('bob', 'sesame'), attempt)).rejects.toMatchObject({ code: 'BAD_LINE' })
    const lax = fileChecker({ path, allowDes: true })
    expect(await lax.check(password('bob', 'sesame'), attempt)).toMatchObject({ outcome: 'accept' })
    expect(await lax.check(password('bob', 'Sesame'), attempt)).toMatchObject({ outcome: 'reject' })
  })

  test('a change by htpasswd counts at the next look-up, and so does a removal', async () => {
    const path = join(scratchDirectory(), '.htpasswd')
    htpasswd('-c', '-b', '-B', path, 'ada', 'sesame')
    const checker = fileChecker({ path })
    expect(await checker.check(password('ada', 'sesame'), attempt)).toMatchObject({ outcome: 'accept' })
    htpasswd('-b', '-B', path, 'ada', 'changed')
    expect(await checker.check(password('ada', 'sesame'), attempt)).toMatchObject({ outcome: 'reject' })
    expect(await checker.check(password('ada', 'changed'), attempt)).toMatchObject({ outcome: 'accept' })
    htpasswd('-D', path, 'ada')
    expect(await checker.check(password('ada', 'changed'), attempt)).toMatchObject({ outcome: 'pass' })
  })

  test('in plain text lets nobody in, unless it is asked for', async () => {
    const path = join(scratchDirectory(), '.htpasswd')
    expect(htpasswd('-c', '-b', '-p', path, 'ada', 'sesame').status).toBe(0)
    await expect(Promise.resolve(fileUsers({ path }).find('ada', attempt))).rejects.toMatchObject({ code: 'BAD_LINE' })
    const checker = fileChecker({ path, plaintext: true })
    expect(await checker.check(password('ada', 'sesame'), attempt)).toMatchObject({ outcome: 'accept' })
  })

  test('and what we write, htpasswd verifies and edits', async () => {
    const path = join(scratchDirectory(), '.htpasswd')
    const file = await openPasswordFile(path, { create: true, hash: { scheme: 'bcrypt' } })
    await file.set('ada', 'sesame')
    await file.set('bob', { stored: await hash('else', { scheme: 'bcrypt' }) })
    expect(htpasswd('-v', '-b', path, 'ada', 'sesame').status).toBe(0)
    expect(htpasswd('-v', '-b', path, 'ada', 'Sesame').status).toBe(3)
    expect(htpasswd('-D', path, 'bob').status).toBe(0)
    expect(await file.list()).toEqual(['ada'])
    expect(readFileSync(path, 'utf8').split('\n').length).toBe(2)
  })
})

describe.skipIf(missing.length > 0)('what htdigest writes', () => {
  test('lets the right answers in', async () => {
    const path = join(scratchDirectory(), '.htdigest')
    for (const [i, realm] of ['desk', 'attic room'].entries()) {
      // It reads from the terminal, or else from standard input, twice.
      execFileSync('htdigest', [...(i === 0 ? ['-c'] : []), path, realm, 'ada'], {
        input: `sesame${i}\nsesame${i}\n`,
        stdio: ['pipe', 'ignore', 'ignore'],
      })
    }
    const checker = htdigestChecker({ path })
    const answer = (realm: string, secret: string) => {
      const right = createHash('md5').update(`ada:${realm}:${secret}`).digest('hex')
      return digest({ username: 'ada', realm, algorithm: 'MD5', verify: (ha1) => ha1 === right })
    }
    for (const [realm, secret, outcome] of [
      ['desk', 'sesame0', 'accept'],
      ['attic room', 'sesame1', 'accept'],
      ['desk', 'sesame1', 'reject'],
      ['hall', 'sesame0', 'reject'],
    ] as const) {
      expect(await checker.check(answer(realm, secret), attempt)).toMatchObject({ outcome })
    }
  })
})

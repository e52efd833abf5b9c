import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PortalError } from '@gatewright/portal'
import { WireWriter } from '@gatewright/ssh-keys'
import { describe, expect, it } from 'vitest'
import { type AuthorizedKeysFileOptions, authorizedKeysFile, pubkeyChecker } from '../src/index.ts'
import { credential, ed25519, from, problems, said } from './keys.ts'
import { scratch } from './scratch.ts'

const { directory, home } = scratch()
const key = ed25519()
const other = ed25519()

describe('authorizedKeysFile', () => {
  it('finds the home in a file like passwd(5)', async () => {
    const { uid, home: path } = home('ada', key.line)
    const accounts = join(directory, 'passwd')
    writeFileSync(accounts, `nonsense\nroot:x:0:0:root:/root:/bin/sh\nada:x:${uid}:${uid}:Ada:${path}:/bin/sh\n`)
    const checker = pubkeyChecker({ keys: authorizedKeysFile('%h/.ssh/authorized_keys', { accounts }) })
    expect(said(await checker.check(credential('ada', key), from()))).toBe('accept')
    for (const name of ['eve', '__proto__', 'constructor', 'root']) {
      expect(said(await checker.check(credential(name, key), from()))).toBe('pass')
    }
    rmSync(accounts)
    await expect(checker.check(credential('ada', key), from())).rejects.toMatchObject({ code: 'MISSING' })
    await checker.close?.()
  })

  it('reads several files of one user, and says which line it was', async () => {
    const account = home('grace', `${other.line}\n`)
    writeFileSync(join(account.home, '.ssh', 'authorized_keys2'), `# second\nno-pty ${key.line}\n`, { mode: 0o600 })
    const keys = authorizedKeysFile(['%h/.ssh/authorized_keys', '%h/.ssh/authorized_keys2', '%h/.ssh/missing'], {
      accounts: () => account,
    })
    const verdict = await pubkeyChecker({ keys }).check(credential('grace', key), from())
    expect(verdict).toMatchObject({
      outcome: 'accept',
      facts: { line: `${account.file}2:2`, restrictions: { pty: false } },
    })
  })

  it('one file that is not to be trusted hides none that is', async () => {
    const account = home('lise', `command="evil" ${key.line}\n`)
    chmodSync(account.file, 0o666)
    const second = join(account.home, '.ssh', 'second')
    writeFileSync(second, key.line, { mode: 0o600 })
    const files = (name: string) =>
      pubkeyChecker({ keys: authorizedKeysFile(['%h/.ssh/authorized_keys', name], { accounts: () => account }) })
    const verdict = await files('%h/.ssh/second').check(credential('lise', key), from())
    expect(verdict).toMatchObject({ outcome: 'accept', facts: { line: `${second}:1` } })
    expect(said(await files('%h/.ssh/none').check(credential('lise', key), from()))).toMatch(/^reject/)
  })

  it('sees each change at the next login, whoever is logging in meanwhile', async () => {
    const account = home('emmy', key.line)
    const checker = pubkeyChecker({
      keys: authorizedKeysFile('%h/.ssh/authorized_keys', { accounts: () => account }),
    })
    const hundred = () =>
      Promise.all(Array.from({ length: 100 }, async () => said(await checker.check(credential('emmy', key), from()))))
    for (let round = 0; round < 10; round++) {
      const running = hundred()
      const next = `${account.file}.new`
      writeFileSync(next, `${round % 2 === 0 ? other.line : key.line}\n`, { mode: 0o600 })
      renameSync(next, account.file)
      const after = await hundred()
      expect(new Set(after)).toEqual(new Set([round % 2 === 0 ? 'pass' : 'accept']))
      for (const verdict of await running) expect(verdict).toMatch(/^(accept|pass)$/)
    }
  })

  it('sees that a directory above has been opened to others, while the file is the same', async () => {
    const account = home('rosa', key.line)
    const checker = pubkeyChecker({
      keys: authorizedKeysFile('%h/.ssh/authorized_keys', { accounts: () => account }),
    })
    expect(said(await checker.check(credential('rosa', key), from()))).toBe('accept')
    chmodSync(dirname(account.file), 0o777)
    expect(said(await checker.check(credential('rosa', key), from()))).toMatch(/^reject/)
    chmodSync(dirname(account.file), 0o700)
    expect(said(await checker.check(credential('rosa', key), from()))).toBe('accept')
  })

  it('tells problems with path and line, each time the file is read', async () => {
    const account = home('mary', `x ${key.line}\n${key.line}\n`)
    const { told, onProblem } = problems()
    const keys = authorizedKeysFile('%h/.ssh/authorized_keys', { accounts: () => account })
    const checker = pubkeyChecker({ keys, onProblem })
    await checker.check(credential('mary', key), from())
    await checker.check(credential('mary', key), from())
    expect(told).toEqual([{ source: account.file, line: 1, problem: "there is no option 'x'" }])
  })

  it('a file above maxBytes is not read, and is no fault of anybody else', async () => {
    const account = home('joan', key.line)
    const keys = authorizedKeysFile('%h/.ssh/authorized_keys', { accounts: () => account, maxBytes: 10 })
    expect(said(await pubkeyChecker({ keys }).check(credential('joan', key), from()))).toMatch(
      /^reject: .*more than 10/,
    )
  })

  it('serves more users than it keeps files of', async () => {
    const many = join(directory, 'many')
    mkdirSync(many)
    const keys = authorizedKeysFile(join(many, '%u'), { accounts: () => undefined, strictModes: false })
    const checker = pubkeyChecker({ keys })
    for (let i = 0; i < 1100; i++) writeFileSync(join(many, `u${i}`), i % 2 === 0 ? key.line : other.line)
    const names = Array.from({ length: 1100 }, (_, i) => i)
    const answers = await Promise.all(
      names.map(async (i) => said(await checker.check(credential(`u${i}`, key), from()))),
    )
    expect(answers).toEqual(names.map((i) => (i % 2 === 0 ? 'accept' : 'pass')))
    expect(said(await checker.check(credential('u0', key), from()))).toBe('accept')
  })

  it.each([
    ['no pattern', [], {}],
    ['a pattern that is none', '/keys/%x', {}],
    ['one file for everybody', '/keys/all', {}],
    ['an unknown option', '/keys/%u', { strictMode: false }],
  ])('%s is refused at once', (_, patterns, options) => {
    expect(() => authorizedKeysFile(patterns as string, options as AuthorizedKeysFileOptions)).toThrow(PortalError)
  })
})

describe('100,000 lines', () => {
  const line = () =>
    `no-pty,from="*" ssh-ed25519 ${new WireWriter().string('ssh-ed25519').string(randomBytes(32)).done().toString('base64')} somebody`

  it('are read with others served in between, and answered at once afterwards', async () => {
    const lines = Array.from({ length: 100_000 }, line)
    lines[99_999] = `command="id" ${key.line} ada`
    const account = home('many', `${lines.join('\n')}\n`)
    const checker = pubkeyChecker({
      keys: authorizedKeysFile('%h/.ssh/authorized_keys', { accounts: () => account }),
    })
    let turns = 0
    let running = true
    const turn = () => {
      turns++
      if (running) setImmediate(turn)
    }
    turn()
    const verdict = await checker.check(credential('many', key), from())
    running = false
    expect(verdict).toMatchObject({ outcome: 'accept', facts: { line: `${account.file}:100000` } })
    expect(turns).toBeGreaterThan(100)
    // Nothing is read again.
    const before = turns
    expect(said(await checker.check(credential('many', other), from()))).toBe('pass')
    expect(turns - before).toBeLessThan(5)
  })
})

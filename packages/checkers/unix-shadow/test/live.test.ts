import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { needsRehash } from '@gatewright/passwords'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { unixChecker, unixUsers } from '../src/index.ts'
import { answer, attempt, cheapHash } from './machine.ts'

const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` }
const run = (program: string, args: readonly string[], input = '') =>
  execFileSync(program, args, { env, input, encoding: 'utf8', stdio: 'pipe' })

const isRoot = process.getuid?.() === 0
const hasTools = ['useradd', 'userdel', 'usermod', 'chpasswd', 'chage'].every(
  (tool) => spawnSync(tool, ['--help'], { env }).error === undefined,
)
const possible = isRoot && hasTools
if (!possible && process.env.CI !== 'true') {
  console.log('skipped: the live accounts of this machine, which take root and shadow-utils to make')
}

/** Names that no machine has: whatever else lives here is left alone. */
const nameOf = (what: string) => `gw-${randomBytes(6).toString('hex')}-${what}`

describe.runIf(possible || process.env.CI === 'true')('live accounts', () => {
  const user = nameOf('a')
  const bystander = nameOf('b')
  let sesame: string
  let other: string

  beforeAll(async () => {
    expect({ isRoot, hasTools }).toEqual({ isRoot: true, hasTools: true })
    ;[sesame, other] = await Promise.all([cheapHash('sesame'), cheapHash('other')])
    for (const name of [user, bystander]) run('useradd', ['-M', '-s', '/bin/sh', '-d', '/nonexistent', name])
    run('chpasswd', ['-e'], `${bystander}:${sesame}\n`)
  })
  afterAll(() => {
    // Both, whatever became of the first.
    const left = [user, bystander].filter((name) => spawnSync('userdel', [name], { env }).status !== 0)
    expect(left).toEqual([])
  })

  const verdict = (typed: string, checker = unixChecker()) => answer(checker, user, typed)
  const set = (field: string) => run('chpasswd', ['-e'], `${user}:${field}\n`)

  test('useradd: an account without a password is locked', async () => {
    expect(await verdict('sesame')).toBe('reject locked')
    expect(await unixUsers().find(user, attempt())).toEqual({ id: user, blocked: 'locked' })
  })

  test('chpasswd: the password logs in, and no other', async () => {
    set(sesame)
    expect(await verdict('sesame')).toBe(`accept ${user}`)
    expect(await verdict('Sesame')).toBe('reject wrong password')
    expect(await verdict(sesame)).toBe('reject wrong password')
    expect(await answer(unixChecker(), `${user}x`, 'sesame')).toBe('pass')
  })

  test('usermod -L, -U', async () => {
    const checker = unixChecker()
    run('usermod', ['-L', user])
    for (const typed of ['sesame', sesame, `!${sesame}`]) expect(await verdict(typed, checker)).toBe('reject locked')
    run('usermod', ['-U', user])
    expect(await verdict('sesame', checker)).toBe(`accept ${user}`)
  })

  /** Noon of a day that is today until the test is over. */
  const today = Math.floor(Date.now() / 86_400_000)
  const now = () => (today + 0.5) * 86_400_000

  test('usermod -e: yesterday and today are over, tomorrow is not', async () => {
    const checker = unixChecker({ now })
    const day = (offset: number) => new Date(now() + offset * 86_400_000).toISOString().slice(0, 10)
    for (const [date, expected] of [
      [day(-1), 'reject expired'],
      [day(0), 'reject expired'],
      [day(1), `accept ${user}`],
      ['1970-01-01', 'reject expired'],
      ['', `accept ${user}`],
    ] as const) {
      run('usermod', ['-e', date, user])
      expect(await verdict('sesame', checker)).toBe(expected)
    }
  })

  test('chage: -d 0 must change, -M is due, -I is over, -E 0 is past', async () => {
    const checker = unixChecker({ now })
    const all = { d: today, M: 99_999, I: -1, E: -1 }
    for (const [changes, expected] of [
      [{ d: 0 }, 'reject must-change'],
      [{ d: -1 }, `accept ${user}`],
      [{ d: today - 10, M: 11 }, `accept ${user}`],
      [{ d: today - 10, M: 10 }, 'reject must-change'],
      [{ d: today - 10, M: 8, I: 3 }, 'reject must-change'],
      [{ d: today - 10, M: 8, I: 2 }, 'reject expired'],
      [{ E: 0 }, 'reject expired'],
      [{}, `accept ${user}`],
    ] as const) {
      const args = Object.entries({ ...all, ...changes }).flatMap(([option, days]) => [`-${option}`, String(days)])
      run('chage', [...args, user])
      expect(await verdict('sesame', checker)).toBe(expected)
    }
  })

  test('usermod -s: nologin', async () => {
    const checker = unixChecker()
    run('usermod', ['-s', '/usr/sbin/nologin', user])
    expect(await verdict('sesame', checker)).toBe('reject disabled')
    run('usermod', ['-s', '/bin/sh', user])
    expect(await verdict('sesame', unixChecker({ shells: '/etc/shells' }))).toBe(`accept ${user}`)
    expect(await verdict('sesame', unixChecker({ shells: ['/bin/zsh'] }))).toBe('reject disabled')
  })

  test('chpasswd 40 times under load: each is seen at once, and nobody else notices', async () => {
    const checker = unixChecker()
    let busy = true
    let logins = 0
    const load = Array.from({ length: 4 }, async () => {
      while (busy) {
        expect(await answer(checker, bystander, 'sesame')).toBe(`accept ${bystander}`)
        expect(await answer(checker, user, 'wrong')).toBe('reject wrong password')
        logins++
      }
    })
    const chpasswd = promisify(execFile)
    try {
      for (let i = 0; i < 40; i++) {
        const [field, right, wrong] = i % 2 === 0 ? [other, 'other', 'sesame'] : [sesame, 'sesame', 'other']
        const writing = chpasswd('chpasswd', ['-e'], { env })
        writing.child.stdin?.end(`${user}:${field}\n`)
        await writing
        expect(await verdict(right, checker)).toBe(`accept ${user}`)
        expect(await verdict(wrong, checker)).toBe('reject wrong password')
      }
    } finally {
      busy = false
      await Promise.all(load)
    }
    expect(logins).toBeGreaterThan(10)
  })

  test.each(['', 'YESCRYPT', 'SHA512', 'SHA256'])('chpasswd with the method %j of this machine', async (method) => {
    run('chpasswd', method === '' ? [] : ['-c', method], `${user}:passphrase of ${user}\n`)
    const stored = await unixUsers().find(user, attempt())
    expect(stored?.password).toMatch(/^\$/)
    expect(() => needsRehash(stored?.password ?? '')).not.toThrow()
    expect(await verdict(`passphrase of ${user}`)).toBe(`accept ${user}`)
    expect(await verdict(`passphrase of ${user} `)).toBe('reject wrong password')
  })

  test('userdel: nobody', async () => {
    const gone = nameOf('c')
    const checker = unixChecker()
    run('useradd', ['-M', '-d', '/nonexistent', '-p', sesame, '-s', '/bin/sh', gone])
    try {
      expect(await answer(checker, gone, 'sesame')).toBe(`accept ${gone}`)
    } finally {
      run('userdel', [gone])
    }
    expect(await answer(checker, gone, 'sesame')).toBe('pass')
  })
})

test.runIf(process.platform === 'linux')(
  'whoever may not read shadow(5) is told which file, why, and what to do',
  () => {
    const script = fileURLToPath(new URL('unprivileged.ts', import.meta.url))
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--conditions=@gatewright/source', script], {
      encoding: 'utf8',
    })
    const uid = isRoot ? 65534 : process.getuid?.()
    expect({ status, stderr, said: JSON.parse(stdout) }).toEqual({
      status: 1,
      stderr: '',
      said: {
        name: 'UnixError',
        code: 'UNREADABLE',
        message: 'cannot read /etc/shadow: permission denied (EACCES)',
        hint: expect.stringMatching(
          new RegExp(
            `^This process runs as uid ${uid}, gid \\d+; /etc/shadow belongs to uid 0, gid \\d+\\. Run it as root or in`,
          ),
        ),
      },
    })
  },
)

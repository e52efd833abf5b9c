import { execFileSync, spawnSync } from 'node:child_process'
import { desCrypt } from '@gatewright/passwords'
import { describe, expect, test } from 'vitest'
import { unixChecker, unixUsers } from '../src/index.ts'
import { answer, machine, passwdLine, shadowLine } from './machine.ts'

/** What the system's own crypt(3) makes of a password; it is the one that wrote the file. */
function crypt(typed: string, setting: string): string {
  return execFileSync('perl', ['-e', 'chomp(my $p = do { local $/; <STDIN> }); print crypt($p, $ARGV[0])', setting], {
    input: typed,
    encoding: 'utf8',
  })
}

const haveCrypt = process.platform === 'linux' && spawnSync('perl', ['-e', '1']).status === 0
if (!haveCrypt && process.env.CI !== 'true')
  console.log('skipped: no perl, whose crypt() makes the hashes of this test')

/** Settings as `mkpasswd` makes them, cheap where the format allows it. */
const SETTINGS: readonly (readonly [what: string, setting: string])[] = [
  ['yescrypt', '$y$j75$QnKpXvBw9aXHEJyDKBkm1.$'],
  ['yescrypt, as Debian writes it', '$y$j9T$F5Jx5fExrKuPp53xLKQ..1$'],
  ['gost-yescrypt', '$gy$j75$QnKpXvBw9aXHEJyDKBkm1.$'],
  ['scrypt', '$7$6/..../....PmOsMZSNXLlbIIEBKrDvN1$'],
  ['bcrypt', '$2b$04$abcdefghijklmnopqrstuu'],
  ['sha512crypt', '$6$0123456789abcdef$'],
  ['sha512crypt with rounds', '$6$rounds=1000$salt$'],
  ['sha256crypt', '$5$0123456789abcdef$'],
  ['md5crypt', '$1$saltsalt$'],
]

const PASSWORDS = ['sesame', 'p', 'ünïcode £ 🔑', 'a'.repeat(63), ' lead and trail ']

describe.runIf(haveCrypt || process.env.CI === 'true')('what crypt(3) made is verified:', () => {
  test.each(SETTINGS)('%s', async (_what, setting) => {
    const users = PASSWORDS.map((typed, i) => ({ name: `u${i}`, typed, field: crypt(typed, setting) }))
    for (const { field } of users) expect(field).toMatch(/^\$/)
    const checker = unixChecker(
      machine(
        users.map(({ name }) => passwdLine(name)).join(''),
        users.map(({ name, field }) => shadowLine(name, field)).join(''),
      ).options,
    )
    for (const { name, typed, field } of users) {
      expect(await answer(checker, name, typed)).toBe(`accept ${name}`)
      for (const wrong of [`${typed}x`, typed.slice(0, -1) || 'x', typed.toUpperCase(), field]) {
        expect(await answer(checker, name, wrong)).toBe('reject wrong password')
      }
    }
  })

  test('DES, if that is allowed', async () => {
    const field = crypt('sesame', 'ab')
    expect(field).toHaveLength(13)
    const { options } = machine(passwdLine('ada'), shadowLine('ada', field))
    expect(await answer(unixChecker(options), 'ada', 'sesame')).toBe('fault UNKNOWN_FORMAT')
    const checker = unixChecker({ ...options, allowDes: true })
    expect(await answer(checker, 'ada', 'sesame')).toBe('accept ada')
    expect(await answer(checker, 'ada', 'Sesame')).toBe('reject wrong password')
    expect(await unixUsers({ ...options, allowDes: true }).sample?.()).toBe(desCrypt(field))
  })

  test.each([
    ['-6', 'sha512crypt'],
    ['-5', 'sha256crypt'],
    ['-1', 'md5crypt'],
  ])('openssl passwd %s', async (option) => {
    const field = execFileSync('openssl', ['passwd', option, '-stdin'], { input: 'sesame\n', encoding: 'utf8' }).trim()
    const checker = unixChecker(machine(passwdLine('ada'), shadowLine('ada', field)).options)
    expect(await answer(checker, 'ada', 'sesame')).toBe('accept ada')
    expect(await answer(checker, 'ada', 'Sesame')).toBe('reject wrong password')
  })
})

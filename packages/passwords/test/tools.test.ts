import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { desCrypt, verify } from '../src/index.ts'

const SECRETS = ['sesame', 'ödipus 8-[', 'a longer one, of more than sixteen and of more than thirty-two bytes']

/** What the tool prints for this password, given on standard input or, where it cannot, as an argument. */
function made(command: string, args: readonly string[], input: string): string {
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8', input })
  if (status !== 0) throw new Error(`${command}: ${stderr}`)
  return stdout.trim()
}

function tool(command: string, ...args: readonly string[]): boolean {
  const present = spawnSync(command, args).error === undefined
  if (!present && process.env.CI) throw new Error(`no ${command}: CI does not skip what it makes`)
  if (!present) console.warn(`no ${command} here: what it makes is not tried`)
  return present
}

/** bcrypt of htpasswd cuts at 72 bytes and DES at eight: their own limits have their own tests. */
const verdict = (stored: string, password: string) => verify(stored.length === 13 ? desCrypt(stored) : stored, password)

async function right(stored: string, password: string): Promise<void> {
  expect(await verdict(stored, password), stored).toMatch(/^match/)
  // The first character, because DES looks at eight.
  expect(await verdict(stored, `S${password.slice(1)}`), stored).toBe('mismatch')
}

describe.skipIf(!tool('htpasswd'))('htpasswd', () => {
  test.each([
    ['-B', /^\$2y\$/],
    ['-5', /^\$6\$/],
    ['-2', /^\$5\$/],
    ['-m', /^\$apr1\$/],
    ['-s', /^\{SHA\}/],
    ['-d', /^[./0-9A-Za-z]{13}$/],
  ])('%s makes what we verify', async (option, shape) => {
    for (const secret of SECRETS) {
      // -d refuses what DES would not look at.
      if (option === '-d' && secret.length > 8) continue
      const stored = made('htpasswd', ['-n', '-i', option, 'ada'], secret).slice('ada:'.length)
      expect(stored).toMatch(shape)
      await right(stored, secret)
    }
  })
})

describe.skipIf(!tool('openssl', 'version'))('openssl passwd', () => {
  test.each(['-1', '-apr1', '-5', '-6'])('%s makes what we verify', async (option) => {
    for (const secret of SECRETS) await right(made('openssl', ['passwd', option, '-stdin'], `${secret}\n`), secret)
  })
})

describe.skipIf(!tool('mkpasswd', '--version'))('mkpasswd', () => {
  test.each([
    'yescrypt',
    'gost-yescrypt',
    'scrypt',
    'bcrypt',
    'bcrypt-a',
    'sha512crypt',
    'sha256crypt',
    'md5crypt',
    'descrypt',
  ])('-m %s makes what we verify, at the cost that it chooses', async (method) => {
    for (const secret of SECRETS) await right(made('mkpasswd', ['-s', '-m', method], secret), secret)
  })

  test.each([1, 6])('-m yescrypt -R %i makes what we verify', async (rounds) => {
    await right(made('mkpasswd', ['-s', '-m', 'yescrypt', '-R', `${rounds}`], 'sesame'), 'sesame')
  })

  test.each([9, 10, 11])(
    '-m yescrypt -R %i is 256 MiB or more: verified up to there, refused above',
    async (rounds) => {
      const stored = `$y$${['jD', 'jE', 'jF'][rounds - 9]}T$saltsaltsaltsalt$${'a'.repeat(43)}`
      const verdict = verify(stored, 'sesame')
      if (rounds === 9) expect(await verdict).toBe('mismatch')
      else await expect(verdict).rejects.toMatchObject({ code: 'COST_ABOVE_LIMIT' })
    },
  )
})

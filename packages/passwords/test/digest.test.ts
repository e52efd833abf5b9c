import { createHash } from 'node:crypto'
import { type DigestCredential, digest } from '@gatewright/portal'
import { describe, expect, test } from 'vitest'
import { type Ha1, hashingBudget, ha1 as madeHa1, plain, type StoredUser, userChecker } from '../src/index.ts'
import { attempt } from './trivial.ts'

const HASHES = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' } as const

function ha1(algorithm: keyof typeof HASHES, text: string): string {
  return createHash(HASHES[algorithm]).update(text).digest('hex')
}

/** A client that knows the password, and how often it was asked. */
function answer(right: string, from: Partial<DigestCredential> = {}) {
  const asked: string[] = []
  const credential = digest({
    username: 'Mufasa',
    realm: 'http-auth@example.org',
    algorithm: 'SHA-256',
    verify: (hash) => {
      asked.push(hash)
      return hash === right
    },
    ...from,
  })
  return { credential, asked }
}

function checkerOf(user: Partial<StoredUser> | undefined) {
  return userChecker({ name: 'users', find: () => (user === undefined ? undefined : { id: 'mufasa', ...user }) })
}

const stored: Ha1[] = (['MD5', 'SHA-256', 'SHA-512-256'] as const).map((algorithm) => ({
  realm: 'http-auth@example.org',
  algorithm,
  hash: ha1(algorithm, 'Mufasa:http-auth@example.org:Circle of Life'),
}))

describe('RFC 7616 section 3.9.1', () => {
  // The example's request, with its response for each algorithm: what a real client sent.
  const nonce = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v'
  const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ'
  test.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('%s is accepted by stored HA1 and by plain text', async (algorithm, response) => {
    const h = (text: string) => ha1(algorithm, text)
    const verify = (hash: string) =>
      h(`${hash}:${nonce}:00000001:${cnonce}:auth:${h('GET:/dir/index.html')}`) === response
    const { credential } = answer('', { algorithm, verify })
    for (const user of [{ ha1: stored }, { password: plain('Circle of Life') }]) {
      expect(await checkerOf(user).check(credential, attempt())).toMatchObject({ outcome: 'accept', id: 'mufasa' })
    }
    const other = { password: plain('circle of life') }
    expect(await checkerOf(other).check(credential, attempt())).toMatchObject({ outcome: 'reject' })
  })
})

describe('the HA1', () => {
  test('is made as a client makes it, and stored as a source returns it', () => {
    for (const algorithm of ['MD5', 'SHA-256', 'SHA-512-256'] as const) {
      expect(stored).toContainEqual(madeHa1('Mufasa', 'http-auth@example.org', 'Circle of Life', algorithm))
    }
    expect(madeHa1('zo\u00eb', 'r', 'p\u00e4ss')).toEqual({
      realm: 'r',
      algorithm: 'SHA-256',
      hash: ha1('SHA-256', 'zo\u00eb:r:p\u00e4ss'),
    })
    for (const password of ['', 'x'.repeat(1025), '\ud800']) {
      expect(() => madeHa1('ada', 'r', password)).toThrow(expect.objectContaining({ code: 'BAD_PASSWORD' }))
    }
  })

  test.each(['MD5', 'MD5-sess', 'md5', 'SHA-256', 'SHA-256-sess', 'sha-256-SESS', 'SHA-512-256', 'SHA-512-256-sess'])(
    'is found for %s',
    async (algorithm) => {
      const base = algorithm.toUpperCase().replace('-SESS', '') as keyof typeof HASHES
      const right = ha1(base, 'Mufasa:http-auth@example.org:Circle of Life')
      for (const user of [{ ha1: stored }, { password: plain('Circle of Life') }]) {
        const { credential, asked } = answer(right, { algorithm })
        expect(await checkerOf(user).check(credential, attempt())).toMatchObject({ outcome: 'accept' })
        expect(asked).toEqual([right])
      }
    },
  )

  test('is made with the typed user name, whatever the stored one is', async () => {
    const right = ha1('SHA-256', 'MUFASA:http-auth@example.org:Circle of Life')
    const { credential } = answer(right, { username: 'MUFASA' })
    expect(await checkerOf({ password: plain('Circle of Life') }).check(credential, attempt())).toMatchObject({
      outcome: 'accept',
      id: 'mufasa',
    })
  })

  test('is read in either case and handed on in the lower one', async () => {
    const right = stored[1]?.hash ?? ''
    const shouted = [{ realm: 'http-auth@example.org', algorithm: 'SHA-256' as const, hash: right.toUpperCase() }]
    const { credential, asked } = answer(right)
    expect(await checkerOf({ ha1: shouted }).check(credential, attempt())).toMatchObject({ outcome: 'accept' })
    expect(asked).toEqual([right])
  })
})

describe('whoever it is, one answer is verified', () => {
  const rows: [string, Partial<StoredUser> | undefined, Partial<DigestCredential>, string][] = [
    ['unknown', undefined, {}, 'pass'],
    ['wrong', { ha1: stored }, {}, 'reject wrong password'],
    ['locked', { ha1: stored, blocked: 'locked' }, {}, 'reject locked'],
    ['nothing stored', {}, {}, 'reject no digest stored for this realm and algorithm'],
    ['hashed password only', { password: '$6$x$y' }, {}, 'reject no digest stored for this realm and algorithm'],
    ['another realm', { ha1: stored }, { realm: 'other' }, 'reject no digest stored for this realm and algorithm'],
    ['another algorithm', { ha1: stored.slice(0, 1) }, {}, 'reject no digest stored for this realm and algorithm'],
    [
      'an algorithm that nobody has',
      { ha1: stored, password: plain('x') },
      { algorithm: '__proto__' },
      'reject no digest stored for this realm and algorithm',
    ],
    ['plain, wrong', { password: plain('x') }, {}, 'reject wrong password'],
  ]
  test.each(rows)('%s', async (_what, user, from, expected) => {
    const { credential, asked } = answer('no hash at all', from)
    const before = hashingBudget.started
    const verdict = await checkerOf(user).check(credential, attempt())
    expect(verdict.outcome === 'reject' ? `reject ${verdict.reason}` : verdict.outcome).toBe(expected)
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatch(/^([0-9a-f]{32}|[0-9a-f]{64})$/)
    expect(hashingBudget.started).toBe(before)
  })

  test('a locked user with the right answer is refused', async () => {
    const { credential } = answer(stored[1]?.hash ?? '')
    const checker = checkerOf({ ha1: stored, blocked: 'locked' })
    expect(await checker.check(credential, attempt())).toMatchObject({ outcome: 'reject', reason: 'locked' })
  })

  test('an answer that suits everything proves nothing where nothing is stored', async () => {
    const { credential } = answer('', { verify: () => true })
    expect(await checkerOf(undefined).check(credential, attempt())).toMatchObject({ outcome: 'pass' })
    expect(await checkerOf({}).check(credential, attempt())).toMatchObject({ outcome: 'reject' })
  })

  test.each([1, 'true', {}, [], Promise.resolve(true), new Error('invalid')])(
    'only true is true: %o',
    async (truthy) => {
      const { credential } = answer('', { verify: () => truthy as boolean })
      expect(await checkerOf({ ha1: stored }).check(credential, attempt())).toMatchObject({ outcome: 'reject' })
    },
  )
})

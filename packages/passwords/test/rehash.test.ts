import { password } from '@gatewright/portal'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { hash, hashingBudget, type StoredUser, type UserSource, userChecker, verify } from '../src/index.ts'
import { attempt, trivialHash } from './trivial.ts'

interface Row {
  password: string
  blocked?: NonNullable<StoredUser['blocked']>
}

/** A table with a compare-and-set. */
function table(rows: Map<string, Row>, more: Partial<UserSource> = {}) {
  const calls: string[] = []
  const source: UserSource = {
    name: 'table',
    find: async (name) => {
      const row = rows.get(name)
      return row && { id: name, ...row }
    },
    replacePassword: async (id, previous, next) => {
      calls.push(id)
      const row = rows.get(id)
      if (row?.password !== previous) return false
      row.password = next
      return true
    },
    ...more,
  }
  return { source, calls }
}

const warned = vi.spyOn(process, 'emitWarning')
const factsOf = (verdict: unknown) => (verdict as { facts: { rehash?: string } }).facts

beforeEach(() => {
  warned.mockReset().mockReturnValue(undefined)
})

describe('a right password whose stored string is stale', () => {
  test('gets a new one, which the old password verifies against', async () => {
    const rows = new Map<string, Row>([['ada', { password: await trivialHash('sesame') }]])
    const { source, calls } = table(rows)
    const checker = userChecker(source)
    expect(await checker.check(password('ada', 'sesame'), attempt())).toMatchObject({
      outcome: 'accept',
      facts: { source: 'table', rehash: 'done' },
    })
    expect(await verify(rows.get('ada')?.password ?? '', 'sesame')).toBe('match')
    expect(factsOf(await checker.check(password('ada', 'sesame'), attempt())).rehash).toBeUndefined()
    expect(calls).toEqual(['ada'])
  })

  test('that somebody else changed in the meantime keeps the change', async () => {
    const rows = new Map<string, Row>([['ada', { password: await trivialHash('sesame') }]])
    const { source } = table(rows)
    const old = { ...rows.get('ada') } as Row
    const checker = userChecker({ ...source, find: () => ({ id: 'ada', ...old }) })
    rows.set('ada', { password: await hash('changed') })
    const verdict = await checker.check(password('ada', 'sesame'), attempt())
    expect(factsOf(verdict).rehash).toBe('conflict')
    expect(await verify(rows.get('ada')?.password ?? '', 'changed')).toBe('match')
  })

  test('is replaced once for many logins at once, from wherever', async () => {
    const rows = new Map<string, Row>([['ada', { password: await trivialHash('sesame') }]])
    const { source, calls } = table(rows)
    const checker = userChecker(source)
    const verdicts = await Promise.all(
      Array.from({ length: 50 }, async (_, i) =>
        checker.check(password('ada', 'sesame'), attempt({ peer: { address: `192.0.2.${i}` } })),
      ),
    )
    expect(verdicts.every(({ outcome }) => outcome === 'accept')).toBe(true)
    expect(verdicts.filter((verdict) => factsOf(verdict).rehash === 'done')).toHaveLength(1)
    expect(calls).toEqual(['ada'])
  })

  test('that was read before it was replaced is not replaced again', async () => {
    const rows = new Map<string, Row>([['ada', { password: await trivialHash('sesame') }]])
    const { source, calls } = table(rows)
    const old = { id: 'ada', ...rows.get('ada') } as StoredUser
    const checker = userChecker({ ...source, find: () => old })
    for (let i = 0; i < 3; i++) await checker.check(password('ada', 'sesame'), attempt())
    expect(calls).toEqual(['ada'])
  })

  test('stays as it is where the source cannot replace it', async () => {
    const rows = new Map<string, Row>([['ada', { password: await trivialHash('sesame') }]])
    const { source } = table(rows)
    const verdict = await userChecker({ name: 'table', find: (...asked) => source.find(...asked) }).check(
      password('ada', 'sesame'),
      attempt(),
    )
    expect(factsOf(verdict)).toEqual({ source: 'table' })
  })
})

describe('a replacement that fails', () => {
  test.each<[string, UserSource['replacePassword']]>([
    ['rejects', () => Promise.reject(new Error('the disk is full'))],
    [
      'throws',
      () => {
        throw new Error('the disk is full')
      },
    ],
    ['throws no error', () => Promise.reject('the disk is full')],
  ])('does not fail the login, warns, and is tried again: it %s', async (_what, broken) => {
    const rows = new Map<string, Row>([['ada', { password: await trivialHash('sesame') }]])
    const { source, calls } = table(rows)
    let down = true
    const replacePassword: NonNullable<UserSource['replacePassword']> = (...change) =>
      (down ? broken?.(...change) : source.replacePassword?.(...change)) ?? Promise.resolve(false)
    const checker = userChecker({ ...source, replacePassword })
    const verdict = await checker.check(password('ada', 'sesame'), attempt())
    expect(verdict).toMatchObject({ outcome: 'accept', id: 'ada', facts: { rehash: 'failed' } })
    expect(String(warned.mock.calls[0]?.[0])).toContain('the disk is full')
    expect(warned.mock.calls).toEqual([
      [
        expect.stringContaining("source 'table' could not replace a stale password hash: "),
        { type: 'GatewrightWarning', code: 'GATEWRIGHT_REHASH' },
      ],
    ])
    down = false
    expect(factsOf(await checker.check(password('ada', 'sesame'), attempt())).rehash).toBe('done')
    expect(calls).toEqual(['ada'])
  })

  test('shows no hash, even if the driver quotes it, on one line', async () => {
    const previous = await trivialHash('sesame')
    let next = ''
    const { source } = table(new Map([['ada', { password: previous }]]), {
      replacePassword: (id, was, will) => {
        next = will
        throw new Error(`UPDATE users SET password='${will}' WHERE id='${id}' AND password='${was}'\n{"forged":true}`)
      },
    })
    await userChecker(source).check(password('ada', 'sesame'), attempt())
    const shown = String(warned.mock.calls[0]?.[0])
    expect(shown).toContain("SET password='[secret]'")
    for (const secret of [previous, next, '\n']) expect(shown).not.toContain(secret)
  })

  test.each([1, 'true', undefined, null, {}])('an answer that is no boolean is a failure: %o', async (answer) => {
    const { source } = table(new Map([['ada', { password: await trivialHash('sesame') }]]), {
      replacePassword: () => Promise.resolve(answer as boolean),
    })
    const verdict = await userChecker(source).check(password('ada', 'sesame'), attempt())
    expect(factsOf(verdict).rehash).toBe('failed')
    expect(warned).toHaveBeenCalledOnce()
  })

  test('a replacement that never ends holds the login for two seconds and no longer', async () => {
    let begun: () => void = () => undefined
    const asked = new Promise<void>((resolve) => {
      begun = resolve
    })
    const { source } = table(new Map([['ada', { password: await trivialHash('sesame') }]]), {
      replacePassword: () => {
        begun()
        return new Promise(() => undefined)
      },
    })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const checker = userChecker(source)
      const verdict = Promise.resolve(checker.check(password('ada', 'sesame'), attempt()))
      await asked
      await vi.advanceTimersByTimeAsync(2_000)
      expect(factsOf(await verdict).rehash).toBe('late')
      // The next login finds it under way and does not wait at all.
      expect(factsOf(await checker.check(password('ada', 'sesame'), attempt())).rehash).toBeUndefined()
    } finally {
      vi.useRealTimers()
    }
  })

  test('a client that hangs up once its password is being compared does not keep it from being replaced', async () => {
    const rows = new Map<string, Row>([['ada', { password: await trivialHash('sesame') }]])
    const leaving = new AbortController()
    const before = hashingBudget.started
    const verdict = userChecker(table(rows).source).check(
      password('ada', 'sesame'),
      attempt({ signal: leaving.signal }),
    )
    while (hashingBudget.started === before) await Promise.resolve()
    leaving.abort()
    expect(factsOf(await verdict).rehash).toBe('done')
    expect(await verify(rows.get('ada')?.password ?? '', 'sesame')).toBe('match')
  })
})

describe('nothing is ever replaced', () => {
  test.each<[string, Partial<Row>, string]>([
    ['for a wrong password', {}, 'wrong'],
    ['for a locked user', { blocked: 'locked' }, 'sesame'],
    ['for a disabled user', { blocked: 'disabled' }, 'sesame'],
    ['for an expired user', { blocked: 'expired' }, 'sesame'],
    ['for a user who must change it', { blocked: 'must-change' }, 'sesame'],
  ])('%s', async (_what, more, typed) => {
    const row: Row = { password: await trivialHash('sesame'), ...more }
    const { source, calls } = table(new Map([['ada', row]]))
    const before = row.password
    for (const name of ['ada', 'nobody']) {
      const verdict = await userChecker(source).check(password(name, typed), attempt())
      expect(verdict.outcome).not.toBe('accept')
    }
    expect(calls).toEqual([])
    expect(row.password).toBe(before)
  })
})

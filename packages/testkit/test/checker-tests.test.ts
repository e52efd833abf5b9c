import { password } from '@gatewright/portal'
import { describe, expect, it, vi } from 'vitest'
import { CHECKER_LAWS } from '../src/checker-laws/index.ts'
import { checkerTests, TestkitError } from '../src/index.ts'
import { expectExplained } from './expect-explained.ts'
import { failing } from './failing.ts'
import * as reference from './reference-checkers.ts'
import type { CheckerSpecimen } from './specimen-checker.ts'
import { specimensIn } from './specimens-in.ts'

describe('an honest checker keeps every law, run by vitest itself', () => {
  describe('of passwords', () => checkerTests(it, reference.simpleSubject))
  describe('of hashed passwords', () => checkerTests(it, reference.hashingSubject))
  describe('of public keys', () => checkerTests(it, reference.keySubject))
  describe('of digests', () => checkerTests(it, reference.digestSubject))
  describe('of one-time codes', () => checkerTests(it, reference.codeSubject))
})

const specimens = await specimensIn<CheckerSpecimen>('checkers')

describe('a broken checker is caught by exactly the law that it breaks', () => {
  for (const { called, breaks, subject } of specimens) {
    it(`${called}: ${breaks}`, async () => {
      // One of them prints, which nobody needs to read here.
      using _quiet = vi.spyOn(console, 'log').mockReturnValue()
      const failures = await failing((test) => checkerTests(test, subject))
      expect(failures.map(({ name }) => name)).toEqual([breaks])
      for (const { error } of failures) expectExplained(error, breaks)
    })
  }

  it('and every law catches somebody', () => {
    expect(new Set(specimens.map(({ breaks }) => breaks))).toEqual(new Set(CHECKER_LAWS.map(({ name }) => name)))
  })
})

describe('the suite', () => {
  const { simpleSubject } = reference
  const names = (subject: typeof simpleSubject) => {
    const registered: string[] = []
    checkerTests((name) => registered.push(name), subject)
    return registered
  }

  it('registers its laws in one order, each under a name of its own', () => {
    expect(names(simpleSubject)).toEqual(names(simpleSubject))
    expect(new Set(names(simpleSubject)).size).toBe(names(simpleSubject).length)
    expect(names(simpleSubject)).toEqual(
      CHECKER_LAWS.map(({ name }) => name).filter((name) => name !== 'recognizes the keys that it accepts'),
    )
  })

  it('asks about passwords only where there are some, and about faults only where they can be made', () => {
    expect(names(reference.keySubject).join()).not.toMatch(/password|stranger as|backend/)
    expect(names(reference.keySubject)).toContain('recognizes the keys that it accepts')
  })

  it.each([
    ['create()', { create: undefined }],
    ['no good credential', { good: [] }],
    ['no bad credential', { bad: [] }],
    ['no kind', { good: [['ada', 'ada']] }],
    ['no id', { good: [[password('ada', 'x'), '']] }],
    ['no kind', { bad: [[password('ada', 'x'), 'ada']] }],
    ['both good and bad', { bad: [simpleSubject.good[0]?.[0]] }],
  ])('refuses a subject that cannot be tested: %s', (problem, wrong) => {
    const register = () => names({ ...simpleSubject, ...wrong } as typeof simpleSubject)
    expect(register).toThrow(TestkitError)
    expect(register).toThrow(problem)
  })
})

describe('a subject that is all wrong fails its tests, and harms nobody else', () => {
  const { simpleSubject } = reference
  const registered = CHECKER_LAWS.filter(({ applies }) => applies?.(simpleSubject) !== false)

  it('by a create() that throws', async () => {
    const create = () => {
      throw new Error('no such file')
    }
    const failures = await failing((test) => checkerTests(test, { ...simpleSubject, create }))
    expect(failures).toHaveLength(registered.length)
    for (const { error } of failures) expect(error).toMatchObject({ message: 'no such file' })
  })

  it.each([undefined, null, 'checker', {}, { name: 'x', accepts: ['password'] }])(
    'by a create() that makes %j',
    async (made) => {
      const failures = await failing((test) => checkerTests(test, { ...simpleSubject, create: () => made as never }))
      const names = failures.map(({ name }) => name)
      expect(names).toEqual(
        expect.arrayContaining(['is well formed', 'accepts every good credential as exactly its id']),
      )
      for (const { error } of failures) expect(error).toMatchObject({ code: 'ERR_ASSERTION' })
    },
  )

  it('by a checker that never answers', async () => {
    vi.useFakeTimers()
    try {
      const check = () => new Promise<never>(() => undefined)
      const failed = failing((test) => checkerTests(test, { ...simpleSubject, create: () => ({ ...silent, check }) }))
      let done = false
      void failed.then(() => {
        done = true
      })
      while (!done) await vi.advanceTimersByTimeAsync(10_000)
      const names = (await failed).map(({ name }) => name)
      expect(names).toContain('answers a bad credential instead of throwing')
      expect(names).toContain('settles when its attempt is aborted, and works on')
    } finally {
      vi.useRealTimers()
    }
  })
  const silent = { name: 'silent', accepts: ['password' as const] }
})

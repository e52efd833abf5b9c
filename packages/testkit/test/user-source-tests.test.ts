import { describe, expect, it } from 'vitest'
import { TestkitError, userSourceTests } from '../src/index.ts'
import { SOURCE_LAWS } from '../src/source-laws/index.ts'
import { expectExplained } from './expect-explained.ts'
import { failing } from './failing.ts'
import { foldingSubject, frozenSubject } from './reference-source.ts'
import type { UserSourceSpecimen } from './specimen-source.ts'
import { specimensIn } from './specimens-in.ts'

describe('an honest source keeps every law, run by vitest itself', () => {
  describe('with everything', () => userSourceTests(it, foldingSubject))
  describe('with the least', () => userSourceTests(it, frozenSubject))
})

const specimens = await specimensIn<UserSourceSpecimen>('sources')

describe('a broken source is caught by exactly the law that it breaks', () => {
  for (const { called, breaks, subject } of specimens) {
    it(`${called}: ${breaks}`, async () => {
      const failures = await failing((test) => userSourceTests(test, subject))
      expect(failures.map(({ name }) => name)).toEqual([breaks])
      for (const { error } of failures) expectExplained(error, breaks)
    })
  }

  it('and every law catches somebody', () => {
    expect(new Set(specimens.map(({ breaks }) => breaks))).toEqual(new Set(SOURCE_LAWS.map(({ name }) => name)))
  })
})

describe('the suite', () => {
  const names = (subject: typeof foldingSubject) => {
    const registered: string[] = []
    userSourceTests((name) => registered.push(name), subject)
    return registered
  }

  it('registers its laws in one order, each under a name of its own', () => {
    expect(names(foldingSubject)).toEqual(SOURCE_LAWS.map(({ name }) => name))
    expect(new Set(names(foldingSubject)).size).toBe(SOURCE_LAWS.length)
    expect(names(frozenSubject)).toEqual(
      names(foldingSubject).filter((name) => name !== 'throws when its backend is down'),
    )
  })

  it.each([
    ['create()', { create: undefined }],
    ['knows nobody', { known: [] }],
    ['no unknown name', { unknown: [] }],
    ['no name or no id', { known: [['ada', '']] }],
    ['both known and unknown', { unknown: ['ada'] }],
  ])('refuses a subject that cannot be tested: %s', (problem, wrong) => {
    const register = () => names({ ...foldingSubject, ...wrong } as typeof foldingSubject)
    expect(register).toThrow(TestkitError)
    expect(register).toThrow(problem)
  })
})

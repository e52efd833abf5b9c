import { memoryState } from '@gatewright/state'
import { beforeAll, describe, expect, it } from 'vitest'
import { stateTests, TestkitError } from '../src/index.ts'
import { STATE_LAWS } from '../src/state-laws/index.ts'
import { expectExplained } from './expect-explained.ts'
import { type Failure, failing } from './failing.ts'
import { guardedSubject } from './reference-state.ts'
import type { StateSpecimen } from './specimen-state.ts'
import { specimensIn } from './specimens-in.ts'

// The conformance test of @gatewright/state stands here: the testkit needs that package, so it cannot need the testkit.
describe('memoryState keeps every law', () => stateTests(it, { create: () => memoryState() }))

describe('an honest store that can break keeps every law', () => stateTests(it, guardedSubject))

const specimens = await specimensIn<StateSpecimen>('states')

describe('a broken store is caught by exactly the law that it breaks', () => {
  // Laws about time wait for it, so specimens wait together; but not with the one that writes on what all of them share.
  const writer = specimens.find(({ breaks }) => breaks === 'leaves Object.prototype alone')
  const others = specimens.filter((specimen) => specimen !== writer)
  const failures = new Map<StateSpecimen, readonly Failure[]>()
  const tryOut = async (specimen: StateSpecimen) => {
    failures.set(specimen, await failing((test) => stateTests(test, specimen.subject)))
  }
  beforeAll(async () => {
    await Promise.all(others.map(tryOut))
    if (writer) await tryOut(writer)
  }, 60_000)

  for (const specimen of specimens) {
    const { called, breaks } = specimen
    it(`${called}: ${breaks}`, () => {
      const own = failures.get(specimen) ?? []
      expect(own.map(({ name }) => name)).toEqual([breaks])
      for (const { error } of own) expectExplained(error, breaks)
    })
  }

  it('and every law catches somebody', () => {
    expect(new Set(specimens.map(({ breaks }) => breaks))).toEqual(new Set(STATE_LAWS.map(({ name }) => name)))
  })
})

describe('the suite', () => {
  const names = (subject: typeof guardedSubject) => {
    const registered: string[] = []
    stateTests((name) => registered.push(name), subject)
    return registered
  }

  it('registers its laws in one order, each under a name of its own', () => {
    expect(names(guardedSubject)).toEqual(STATE_LAWS.map(({ name }) => name))
    expect(new Set(names(guardedSubject)).size).toBe(STATE_LAWS.length)
    expect(names({ create: () => memoryState() })).toEqual(names(guardedSubject).slice(0, -1))
  })

  it('refuses a subject that cannot be tested', () => {
    const register = () => names({ create: undefined } as never)
    expect(register).toThrow(TestkitError)
    expect(register).toThrow('create()')
  })
})

import type { Proof } from '@gatewright/portal'
import { describe, expect, it } from 'vitest'
import { combineRestrictions, type KeyRestrictions, restrictionsOf, UNRESTRICTED } from '../src/index.ts'

const environment = (entries: Record<string, string>) => Object.assign(Object.create(null), entries)
const some = (more: Partial<KeyRestrictions>): KeyRestrictions => ({ ...UNRESTRICTED, ...more })
const proof = (facts: Record<string, unknown>, kind: Proof['kind'] = 'publickey'): Proof => ({
  id: 'ada',
  kind,
  checker: 'keys',
  at: 0,
  facts,
})

const PERMISSIONS = ['pty', 'portForwarding', 'agentForwarding', 'x11Forwarding', 'userRc'] as const

describe('combineRestrictions: the strictest of both', () => {
  it.each(PERMISSIONS)('%s is given when both give it', (name) => {
    for (const one of [true, false]) {
      for (const other of [true, false]) {
        expect(combineRestrictions(some({ [name]: one }), some({ [name]: other }))?.[name]).toBe(one && other)
      }
    }
  })

  it.each(['command', 'tunnel'] as const)('%s: what one says counts, and two that differ are refused', (name) => {
    const a = some({ [name]: '1' })
    expect(combineRestrictions(a, UNRESTRICTED)?.[name]).toBe('1')
    expect(combineRestrictions(UNRESTRICTED, a)?.[name]).toBe('1')
    expect(combineRestrictions(a, some({ [name]: '1' }))?.[name]).toBe('1')
    expect(combineRestrictions(a, some({ [name]: '2' }))).toBeUndefined()
    expect(combineRestrictions(a, some({ [name]: '' }))).toBeUndefined()
  })

  it.each(['permitOpen', 'permitListen'] as const)('%s: what stands in both lists, down to none', (name) => {
    const a = some({ [name]: ['a:1', 'b:2'] })
    expect(combineRestrictions(a, UNRESTRICTED)?.[name]).toEqual(['a:1', 'b:2'])
    expect(combineRestrictions(UNRESTRICTED, a)?.[name]).toEqual(['a:1', 'b:2'])
    expect(combineRestrictions(a, some({ [name]: ['b:2', 'c:3'] }))?.[name]).toEqual(['b:2'])
    expect(combineRestrictions(a, some({ [name]: ['c:3'] }))?.[name]).toEqual([])
  })

  it('environment: of both, the first word counts, and __proto__ is a name', () => {
    const a = some({ environment: environment({ A: '1', ['__proto__']: 'x' }) })
    const b = some({ environment: environment({ A: '2', B: '3' }) })
    const together = combineRestrictions(a, b)?.environment
    expect(Object.getPrototypeOf(together)).toBeNull()
    expect({ ...together }).toEqual({ A: '1', B: '3', ['__proto__']: 'x' })
  })
})

describe('restrictionsOf: what the keys of a login may be used for', () => {
  it('is everything when no key was used, or nothing is said of it', () => {
    expect(restrictionsOf([])).toEqual(UNRESTRICTED)
    expect(restrictionsOf([proof({}, 'password')])).toEqual(UNRESTRICTED)
    expect(restrictionsOf([proof({})])).toEqual(UNRESTRICTED)
  })

  it('is what the key may do, whatever else was proven, in whatever order', () => {
    const key = proof({ restrictions: some({ pty: false, command: 'id' }) })
    for (const proofs of [[key], [key, proof({}, 'totp')], [proof({}, 'password'), key]]) {
      expect(restrictionsOf(proofs)).toMatchObject({ pty: false, command: 'id', portForwarding: true })
    }
  })

  it('is nothing when two keys contradict each other', () => {
    const restrictions = (command: string) => proof({ restrictions: some({ command }) })
    expect(restrictionsOf([restrictions('a'), restrictions('a')])).toMatchObject({ command: 'a' })
    expect(restrictionsOf([restrictions('a'), restrictions('b')])).toBeUndefined()
  })

  it.each([
    null,
    true,
    'restrict',
    [],
    {},
    { ...UNRESTRICTED, pty: 1 },
    { ...UNRESTRICTED, pty: undefined },
    { ...UNRESTRICTED, command: 7 },
    { ...UNRESTRICTED, command: null },
    { ...UNRESTRICTED, environment: undefined },
    { ...UNRESTRICTED, environment: { A: 1 } },
    { ...UNRESTRICTED, permitOpen: 'a:1' },
    { ...UNRESTRICTED, permitListen: [1] },
    { ...UNRESTRICTED, tunnel: 0 },
  ])('is nothing when the facts are %j', (restrictions) => {
    expect(restrictionsOf([proof({ restrictions })])).toBeUndefined()
  })

  it('takes nothing away when restrictions are ignored elsewhere: those of another kind are no business of keys', () => {
    expect(restrictionsOf([proof({ restrictions: some({ pty: false }) }, 'password')])?.pty).toBe(true)
  })
})

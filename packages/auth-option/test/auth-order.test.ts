import type { UserSource } from '@gatewright/passwords'
import { accept, type CredentialKind, createPortal, password, reject } from '@gatewright/portal'
import { expect, test } from 'vitest'
import { type LoadedAuth, loadAuth } from '../src/index.ts'
import { app, entry, pkg, project } from './scratch.ts'

const SUPPORTS: readonly CredentialKind[] = ['password', 'digest', 'publickey']

const asked: string[] = []
Reflect.set(globalThis, 'gatewrightOrder', { asked, reject, accept })

const checking = (accepts: string, answer: string): string => `
  const { asked, reject, accept } = globalThis.gatewrightOrder
  export const create = ({}, { name }) => ({
    name, accepts: ${accepts}, check() { asked.push(name); return ${answer} } })`

/** Users that can be looked up: of each list, nobody. */
const listing = (accepts: string): string => `
  export const source = ({}, { name }) => ({
    name, accepts: ${accepts}, find() { globalThis.gatewrightOrder.asked.push(name) } })`

const TYPES = {
  gate: checking(`['password']`, `reject('closed for the night')`),
  digests: checking(`['digest']`, `reject('no')`),
  keys: checking(`['publickey']`, `reject('no')`),
  users: listing(`['password']`),
  both: listing('undefined'),
  ha1: listing(`['digest']`),
}

const OWN: UserSource = { name: 'own', accepts: ['password'], find: () => void asked.push('own') }

async function load(specs: readonly string[], ownSource?: () => UserSource): Promise<LoadedAuth> {
  const files = Object.entries(TYPES).map(([type, plugin]) =>
    pkg(type, entry(type, { argument: '[words]', accepts: [...SUPPORTS] }), plugin),
  )
  const where = project(Object.assign(app(...Object.keys(TYPES)), ...files))
  return await loadAuth(specs, { ...where, env: {}, supports: SUPPORTS, ...(ownSource ? { ownSource } : {}) })
}

const names = ({ checkers }: LoadedAuth): readonly string[] => checkers.map(({ name }) => name)

/** Who is asked, in which order, about a name that nobody knows. */
async function order({ checkers }: LoadedAuth): Promise<readonly string[]> {
  asked.length = 0
  await using portal = createPortal({ realm: { desk: (id) => ({ id }) }, checkers })
  await using login = await portal.login(password('ada', 'sesame'), 'desk')
  expect(login.status).toBe('refused')
  return [...asked]
}

test('a gate before the sources is asked before them, and what it refuses is refused', async () => {
  const auth = await load(['gate', 'users:x', 'users:y'])
  expect(names(auth)).toEqual(['gate', 'users(users:x,users:y)'])
  expect(await order(auth)).toEqual(['gate'])
})

test('a gate between two sources is asked between them, as the command line says', async () => {
  const auth = await load(['users:x', 'gate', 'users:y', 'users:z'])
  expect(names(auth)).toEqual(['users:x', 'gate', 'users(users:y,users:z)'])
  expect(await order(auth)).toEqual(['users:x', 'gate'])
})

test('sources that a gate keeps apart are warned about: time tells names', async () => {
  const { warnings } = await load(['users:x', 'gate:a', 'users:y', 'users:z', 'gate:b', 'users'])
  expect(warnings).toEqual([
    'the users of users:x and users:y with users:z and users are checked apart, because of gate:a and gate:b between them: ' +
      'the time that a login takes tells which names exist; give all --auth that list users next to each other',
  ])
  expect((await load(['gate', 'users:x', 'users:y', 'gate'])).warnings).toEqual([])
})

test('whoever accepts nothing that the sources accept does not keep them apart', async () => {
  const auth = await load(['users:x', 'keys', 'digests', 'users:y'])
  expect(names(auth)).toEqual(['users(users:x,users:y)', 'keys', 'digests'])
  expect(auth.warnings).toEqual([])
  expect(await order(auth)).toEqual(['users:x', 'users:y'])
})

test.each([
  [['both', 'digests', 'users']],
  [['users', 'digests', 'both']],
  [['users', 'keys', 'digests', 'users:y', 'both']],
])('a source of one kind joins no checker that it would ask too early for another: %j', async (specs) => {
  // One checker asks all of its sources for each kind that one of them accepts.
  const found = names(await load(specs))
  expect(found.at(-1)).toBe(specs.at(-1))
})

test('sources that share no kind may stand apart without a warning', async () => {
  const auth = await load(['ha1', 'gate', 'users'])
  expect(names(auth)).toEqual(['ha1', 'gate', 'users'])
  expect(auth.warnings).toEqual([])
})

test.each([
  [[], ['own']],
  [['users'], ['users(own,users)']],
  [
    ['gate', 'users'],
    ['gate', 'users(own,users)'],
  ],
  [
    ['gate', 'keys'],
    ['gate', 'keys', 'own'],
  ],
  [
    ['users:x', 'gate', 'users:y'],
    ['users(own,users:x)', 'gate', 'users:y'],
  ],
  [
    ['gate:a', 'users:x', 'gate:b'],
    ['gate:a', 'users(own,users:x)', 'gate:b'],
  ],
])(
  "an application's own users stand before the first source of %j, and never before its gate",
  async (specs, chain) => {
    const auth = await load(specs, () => OWN)
    expect(names(auth)).toEqual(chain)
    expect(auth.sources.map(({ name }) => name)).toEqual(specs.filter((spec) => spec.startsWith('users')))
  },
)

test("an application's own users take no name that the command line has", async () => {
  const auth = await load(['users'], () => ({ ...OWN, name: 'users' }))
  expect(names(auth)).toEqual(['users(users#2,users)'])
})

test("when an application's own users cannot be had, what was made is closed", async () => {
  const closed: string[] = []
  Reflect.set(globalThis, 'gatewrightClosed', closed)
  const plugin = `export const source = ({}, { name }) => ({ name, find() {}, close() { globalThis.gatewrightClosed.push(name) } })`
  const where = project({ ...app('users'), ...pkg('users', entry('users'), plugin) })
  const ownSource = () => Promise.reject(new Error('no database'))
  const loading = loadAuth(['users'], { ...where, env: {}, supports: SUPPORTS, ownSource })
  await expect(loading).rejects.toThrow('no database')
  expect(closed).toEqual(['users'])
})

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createLog } from '@gatewright/auth-option'
import { password } from '@gatewright/portal'
import { expect, it } from 'vitest'
import type { Door, DoorContext } from '../src/doors/door.ts'
import { openHouse } from '../src/house.ts'
import { Settings } from '../src/settings/settings.ts'
import { scratch } from './place.ts'

/** A house with doors of the test's own. */
async function house(directory: string, ...doors: readonly Door[]) {
  return await openHouse({
    directory,
    auth: { specs: [], supports: ['password'], from: import.meta.url, cwd: directory, env: {} },
    doors,
    settings: new Settings({}, undefined, directory),
    log: createLog(() => undefined),
    now: () => new Date(0),
  })
}

function door(name: string, close: (context: DoorContext) => Promise<void>): Door {
  return {
    name,
    supports: ['password'],
    settings: [],
    open: async (context) => ({ url: `${name}://`, host: 'x', port: 1, close: () => close(context) }),
  }
}

const open = (directory: string) => existsSync(join(directory, 'gatehouse.sqlite-wal'))

it('closes its doors, the last first, before the portal and the database that they stand on', async () => {
  const directory = scratch()
  const said: string[] = []
  const last = (name: string) =>
    door(name, async ({ portal }) => {
      const { status } = await portal.login(password('nobody', 'sesame'), 'visitor')
      said.push(`${name} ${status} ${open(directory)}`)
    })
  const opened = await house(directory, last('front'), last('back'))
  expect(opened.doors.map(({ url }) => url)).toEqual(['front://', 'back://'])
  await opened.close()
  await opened.close()
  expect(said).toEqual(['back refused true', 'front refused true'])
  expect(open(directory)).toBe(false)
})

it('closes what it has opened when a door cannot be opened, and tells of that door', async () => {
  const directory = scratch()
  const said: string[] = []
  const front = door('front', async () => {
    said.push('front closed')
    throw new Error('and badly')
  })
  const stuck: Door = { ...front, name: 'stuck', open: () => Promise.reject(new Error('the door is stuck')) }
  await expect(house(directory, front, stuck)).rejects.toThrow('the door is stuck')
  expect(said).toEqual(['front closed'])
  expect(open(directory)).toBe(false)
})

it('closes the rest when a door closes badly, and says so', async () => {
  const directory = scratch()
  const opened = await house(
    directory,
    door('front', () => Promise.reject(new Error('the door is stuck'))),
  )
  await expect(opened.close()).rejects.toThrow('the door is stuck')
  expect(open(directory)).toBe(false)
})

it('closes the sources of --auth with the checker that they became', async () => {
  const closed: string[] = []
  Reflect.set(globalThis, 'gatehouseClosed', closed)
  const module = `export const source = ({}, { name }) => ({
    name, find() {}, async close() { globalThis.gatehouseClosed.push(name) } })`
  const directory = scratch({ 'users.js': module, 'package.json': '{ "type": "module" }' })
  const opened = await openHouse({
    directory,
    auth: { specs: ['./users.js', './users.js'], supports: ['password'], from: import.meta.url, cwd: directory },
    doors: [],
    settings: new Settings({}, undefined, directory),
    log: createLog(() => undefined),
    now: () => new Date(0),
  })
  expect(closed).toEqual([])
  await opened.close()
  expect(closed).toEqual(['./users.js', './users.js#2'])
})

it('closes the checkers of --auth when there is no portal yet to close them', async () => {
  const module = `export const create = ({}, { name }) => ({
    name, accepts: ['password'], check() {}, async close() { globalThis.gatehouseTest = 'closed' } })`
  const directory = scratch({ 'checker.js': module, 'package.json': '{ "type": "module" }', data: 'no directory' })
  const opening = openHouse({
    directory: join(directory, 'data'),
    auth: { specs: ['./checker.js:x'], supports: ['password'], from: import.meta.url, cwd: directory, env: {} },
    doors: [],
    settings: new Settings({}, undefined, directory),
    log: createLog(() => undefined),
    now: () => new Date(0),
  })
  await expect(opening).rejects.toEqual(expect.objectContaining({ code: 'BAD_DATABASE' }))
  expect(Reflect.get(globalThis, 'gatehouseTest')).toBe('closed')
})

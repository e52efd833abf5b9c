import { expect, it } from 'vitest'
import { playScripts } from './random-scripts.ts'

it('100 clients that do what they like leave nothing behind', async () => {
  const { logins, programs } = await playScripts(60, 100)
  expect(logins).toBeGreaterThan(40)
  expect(programs).toBeGreaterThan(40)
})

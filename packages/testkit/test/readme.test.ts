import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { CHECKER_LAWS } from '../src/checker-laws/index.ts'
import { SOURCE_LAWS } from '../src/source-laws/index.ts'
import { STATE_LAWS } from '../src/state-laws/index.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** The cells of the table under a heading, without its head. */
function table(heading: string): string[][] {
  const section = readme.split(`\n### ${heading}\n`)[1]?.split('\n#')[0] ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('`', '').trim()),
  )
}

describe('the README lists the laws as they are', () => {
  it.each([
    ['Of a checker', CHECKER_LAWS],
    ['Of a user source', SOURCE_LAWS],
    ['Of a state store', STATE_LAWS],
  ])('%s', (heading, laws) => {
    expect(table(heading).map(([name, , why]) => [name, why])).toEqual(laws.map(({ name, why }) => [name, why]))
  })
})

// As the README says: nothing changes but where `test` comes from.
vi.mock('node:test', async () => ({ test: (await import('vitest')).test }))
describe('its example runs in vitest', async () => {
  await import('../../../examples/testkit.ts')
})

import { hash } from '@gatewright/passwords'
import { expect, test } from 'vitest'
import { sqlUsers } from '../src/index.ts'
import { attempt } from '../test/attempt.ts'
import { addUsers, onEveryEngine, type Scratch, scratchFor, USERS_TABLE } from '../test/engines.ts'
import { hostileNames } from '../test/hostile-names.ts'

const COUNT = 100_000
const AT_ONCE = 5

const names = hostileNames(COUNT)
const stored = await hash('sesame')
const dump = async ({ run }: Scratch) => JSON.stringify(await run('SELECT * FROM users ORDER BY id'))

onEveryEngine('hostile names', (engine) => {
  const scratch = scratchFor(engine, async (made) => {
    await made.run(USERS_TABLE)
    await addUsers(made, [{ id: '1', username: 'ada', password: stored }])
  })

  test('100,000 find nobody, make no error and change nothing', async () => {
    const before = await dump(await scratch())
    const users = sqlUsers({ database: (await scratch()).executor, table: 'users', deadlineMs: 30_000 })
    let asked = 0
    const ask = async () => {
      for (let name = names[asked++]; name !== undefined; name = names[asked++]) {
        const found = await users.find(name, attempt())
        if (found) throw new Error(`${JSON.stringify(name)} found ${found.id}`)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, ask))
    expect(asked).toBe(COUNT + AT_ONCE)
    expect(await dump(await scratch())).toBe(before)
  })
})

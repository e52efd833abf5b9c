import { describe, expect, it } from 'vitest'
import { CLIENTS } from './command-line-clients.ts'
import { present } from './present.ts'
import { USERS, web } from './program.ts'
import { cellsOf } from './readme-table.ts'

describe.for(Object.entries(CLIENTS))('%s', ([name, client]) => {
  const missing = !present(client.program)

  it.skipIf(missing).for(missing ? [] : cellsOf(name))('with $column, as the README says', async (cell) => {
    const server = await web([...USERS, ...cell.args])
    const [user, password] = cell.user
    const { code, out } = await client.get(`${server.url}/private/whoami`, user, password)
    // By the client's word and by the server's.
    expect({ ended: code === 0, out: out.trim() }).toMatchObject(
      cell.getsIn ? { ended: true, out: `{"id":"${user}"}` } : { ended: false },
    )
    expect(server.log('login.finish').filter(({ status }) => status === 'granted')).toHaveLength(cell.getsIn ? 1 : 0)
  })

  it.skipIf(missing)('is refused with a wrong password, as a stranger, and with the password of another', async () => {
    const server = await web([...USERS, '--algorithm', name === 'wget' ? 'MD5' : 'SHA-256'])
    const wrong = [
      ['user', 'wrong'],
      ['stranger', 'pass'],
      ['user', 'übermut'],
      ['USER', 'pass'],
      ['__proto__', 'pass'],
    ] as const
    const tries = wrong.map(([user, password]) => client.get(`${server.url}/private/whoami`, user, password))
    for (const { code, out } of await Promise.all(tries)) {
      expect(code).not.toBe(0)
      expect(out).not.toContain('"id"')
    }
    const finished = server.log('login.finish').map(({ status }) => status)
    expect(finished.length).toBeGreaterThanOrEqual(wrong.length)
    expect(new Set(finished)).toEqual(new Set(['refused']))
    expect((await client.get(`${server.url}/private/whoami`, 'user', 'pass')).code).toBe(0)
  })
})

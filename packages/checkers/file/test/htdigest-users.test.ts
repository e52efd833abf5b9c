import { describe, expect, test } from 'vitest'
import { type HtdigestUsersOptions, htdigestUsers, type LineProblem } from '../src/index.ts'
import { attempt, SESAME, scratchFile } from './scratch.ts'

const MD5 = '0123456789abcdefABCDEF0123456789'
const SHA = MD5 + MD5

function usersOf(content: string, options: Omit<HtdigestUsersOptions, 'path'> = {}) {
  const problems: LineProblem[] = []
  const path = scratchFile(content)
  return { path, problems, users: htdigestUsers({ path, onProblem: (problem) => problems.push(problem), ...options }) }
}

describe('htdigest lines', () => {
  test('of one user are its realms and algorithms', async () => {
    const { users, problems } = usersOf(`ada:desk:${MD5}\nbob:desk:${MD5}\r\nada:attic room:${MD5}\nada:desk:${SHA}\n`)
    expect(await users.find('ada', attempt)).toEqual({
      id: 'ada',
      ha1: [
        { realm: 'desk', algorithm: 'MD5', hash: MD5 },
        { realm: 'attic room', algorithm: 'MD5', hash: MD5 },
        { realm: 'desk', algorithm: 'SHA-256', hash: SHA },
      ],
    })
    expect(await users.find('desk', attempt)).toBeUndefined()
    expect(problems).toEqual([])
  })

  test('of 64 digits may be those of SHA-512-256', async () => {
    const { users } = usersOf(`ada:desk:${SHA}\n`, { algorithm: 'SHA-512-256' })
    expect(await users.find('ada', attempt)).toMatchObject({ ha1: [{ algorithm: 'SHA-512-256' }] })
  })

  test('that are damaged are passed over, reported, and hide no other realm', async () => {
    const { users, problems } = usersOf(`ada:desk:${MD5.slice(1)}\nada:attic:${MD5}\nada:hall:${MD5.slice(1)}g\nada\n`)
    expect(await users.find('ada', attempt)).toEqual({
      id: 'ada',
      ha1: [{ realm: 'attic', algorithm: 'MD5', hash: MD5 }],
    })
    expect(problems.map(({ line, problem }) => [line, problem])).toEqual([
      [1, 'what it stores is no HA1'],
      [3, 'what it stores is no HA1'],
      [4, 'it has too few fields'],
    ])
  })

  test('of one realm twice are a fault for that user, by number', async () => {
    const { users, path } = usersOf(`ada:desk:${MD5}\nbob:desk:${MD5}\nada:desk:${SHA.slice(32)}\n`)
    await users.ready()
    expect(() => users.find('ada', attempt)).toThrow(
      expect.objectContaining({ code: 'BAD_LINE', message: expect.stringContaining(`${path}:3`) }),
    )
    expect(await users.find('bob', attempt)).toMatchObject({ id: 'bob' })
  })

  test('by the thousand are still one user, and past that a fault', async () => {
    const lines = (count: number) => Array.from({ length: count }, (_, i) => `ada:realm${i}:${MD5}\n`).join('')
    const { users } = usersOf(lines(1_000))
    expect((await users.find('ada', attempt))?.ha1?.length).toBe(1_000)
    await expect(usersOf(lines(1_001)).users.find('ada', attempt)).rejects.toMatchObject({ code: 'BAD_LINE' })
  })

  test('are told from those of htpasswd', async () => {
    await expect(usersOf(`ada:${SESAME}\n`).users.ready()).rejects.toMatchObject({
      code: 'WRONG_FILE',
      hint: expect.stringContaining('file:'),
    })
  })
})

test.each([{ algorithm: 'MD5' }, { delim: ';' }, { name: '' }])('the options %j are refused at once', (options) => {
  const path = scratchFile('')
  expect(() => htdigestUsers({ path, ...options } as HtdigestUsersOptions)).toThrow(
    expect.objectContaining({ name: 'PortalError', code: 'BAD_CONFIGURATION' }),
  )
})

test('accepts digests, and nothing else', async () => {
  expect(usersOf('').users).toMatchObject({ accepts: ['digest'], name: expect.stringMatching(/^htdigest:/) })
})

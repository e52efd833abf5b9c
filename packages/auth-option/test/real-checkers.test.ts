import { fileURLToPath } from 'node:url'
import { anonymous, createPortal, password } from '@gatewright/portal'
import { describe, expect, test } from 'vitest'
import { discoverCheckers, helpAuthType, loadAuth } from '../src/index.ts'

/** The examples are an application that depends on the checkers in the box. */
const from = new URL('../../../examples/auth-option.ts', import.meta.url)
const cwd = fileURLToPath(new URL('.', import.meta.url))

const load = (specs: readonly string[], env = {}) =>
  loadAuth(specs, { from, cwd, env, supports: ['password', 'anonymous'] })

describe('the checkers in the box', () => {
  test('log people in, from the command line and from elsewhere', async () => {
    const { checkers } = await load(['memory:ada:sesame', 'memory:@env:USERS', 'anonymous'], {
      USERS: 'bob:open:eve:up',
    })
    expect(checkers.map(({ name, accepts }) => [name, accepts])).toEqual([
      ['users(memory,memory#2)', ['password']],
      ['anonymous', ['anonymous']],
    ])
    await using portal = createPortal({ realm: { desk: (id) => ({ id }) }, checkers })
    const status = async (name: string, typed: string): Promise<string> => {
      await using login = await portal.login(password(name, typed), 'desk')
      return login.status
    }
    expect(await status('ada', 'sesame')).toBe('granted')
    expect(await status('eve', 'up')).toBe('granted')
    expect(await status('ada', 'open')).toBe('refused')
    expect(await status('__proto__', 'sesame')).toBe('refused')
    await using nobody = await portal.login(anonymous(), 'desk')
    expect(nobody.status).toBe('refused')
  })

  test('keep the passwords of memory out of names, warnings and errors', async () => {
    const { checkers, sources, warnings } = await load(['memory:ada:sesame'])
    expect(checkers[0]?.name).toBe('memory')
    expect(JSON.stringify([checkers, sources, warnings])).not.toContain('sesame')
    expect(warnings).toHaveLength(1)
    expect((await load(['memory:@env:USERS'], { USERS: 'ada:sesame' })).warnings).toEqual([])
  })

  test.each(['ada', 'ada:', ':sesame', 'ada:sesame:eve', 'ada:sesame:ada:sesame'])(
    'refuse the odd list %j with a hint',
    async (list) => {
      await expect(load([`memory:${list}`])).rejects.toMatchObject({
        code: 'BROKEN_PLUGIN',
        message: "the checker 'memory' of @gatewright/checker-memory failed (PortalError BAD_CONFIGURATION)",
        hint: expect.stringMatching(/^Its form is memory:name:password:\.\.\.; /) as string,
      })
    },
  )

  test('explain themselves', () => {
    const text = helpAuthType('memory', discoverCheckers({ from, cwd }), ['password'])
    expect(text).toMatch(/^--auth memory:<name:password:\.\.\.>\n/)
    expect(text).toMatch(/\n {2}package {2}@gatewright\/checker-memory /)
  })
})

import { password } from '@gatewright/portal'
import { describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { memoryChecker } from '../src/index.ts'
import { create, source } from '../src/plugin.ts'

const attempt = { protocol: 'test', signal: new AbortController().signal, proofs: [] }

describe('name:password:...', () => {
  test('is a checker of those users', async () => {
    const checker = create('ada:sesame:bob:x')
    expect(checker).toMatchObject({ name: 'memory', accepts: ['password'] })
    expect(await checker.check(password('ada', 'sesame'), attempt)).toMatchObject({ outcome: 'accept', id: 'ada' })
    expect(await checker.check(password('bob', 'x'), attempt)).toMatchObject({ outcome: 'accept', id: 'bob' })
    expect(await checker.check(password('bob', 'sesame'), attempt)).toMatchObject({ outcome: 'reject' })
  })

  test('is trimmed nowhere', async () => {
    const checker = create(' ada : sesame ')
    expect(await checker.check(password(' ada ', ' sesame '), attempt)).toMatchObject({ outcome: 'accept' })
    expect(await checker.check(password('ada', 'sesame'), attempt)).toMatchObject({ outcome: 'pass' })
  })

  test('takes the name that the command line gives it', () => {
    expect(create('ada:sesame', { name: 'memory:2' }).name).toBe('memory:2')
    expect(source('ada:sesame', { name: 'memory:2' }).name).toBe('memory:2')
    expect(source('ada:sesame', {}).name).toBe('memory')
  })

  test.each(['', 'ada', 'ada:canary:bob', ':', 'ada:', ':canary', 'ada:canary::', 'ada:canary:ada:canary', undefined])(
    'is refused when it is wrong, without showing it: %j',
    (argument) => {
      for (const make of [create, source]) {
        let error: unknown
        try {
          make(argument as string)
        } catch (thrown) {
          error = thrown
        }
        expect(error).toMatchObject({ name: 'PortalError', code: 'BAD_CONFIGURATION', hint: expect.any(String) })
        expect(String(error)).not.toContain('canary')
      }
    },
  )
})

test('the manifest says what the checker accepts', () => {
  expect(manifest.gatewright.checkers).toMatchObject([
    { type: 'memory', accepts: [...create('ada:sesame', { digest: true }).accepts], module: './plugin' },
  ])
})

test('keeps passwords readable only for a server that asks by Digest', async () => {
  expect(source('ada:sesame', { digest: true }).accepts).toEqual(['password', 'digest'])
  expect(source('ada:sesame', {}).accepts).toEqual(['password'])
  expect((await source('ada:sesame', {}).find('ada', attempt))?.password).toMatch(/^\$argon2id\$/)
})

test('memoryChecker accepts Digest only when it was asked to', () => {
  expect(memoryChecker({ ada: 'sesame' })).toMatchObject({ name: 'memory', accepts: ['password'] })
  const both = memoryChecker({ ada: 'sesame' }, { digest: true, name: 'desk' })
  expect(both).toMatchObject({ name: 'desk', accepts: ['password', 'digest'] })
})

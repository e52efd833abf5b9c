import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { refusal, USERS } from './program.ts'

const PASSWORD = 'canary-of-redis'
const ENV = { SECRET: 'one secret for all of them', URL: `redis://:${PASSWORD}@127.0.0.1` }
const SECRET = ['--secret', '@env:SECRET']

describe('what --state cannot be is told before anybody is asked, by 2 and a hint, and without the password', () => {
  it.for<readonly [args: readonly string[], words: string]>([
    [['--state', 'redis://127.0.0.1'], '--secret is missing, and what one process signs the others must know'],
    [[...SECRET, '--state', ENV.URL], 'a password on the command line is in every process list'],
    [['--state', '@env:URL'], '--secret is missing'],
    ...[
      '',
      '6379',
      '127.0.0.1:6379',
      'redis:',
      'redis://',
      `redis://:${PASSWORD}@`,
      'http://127.0.0.1',
      'redis://127.0.0.1:0',
      'redis://127.0.0.1/name',
      'redis://127.0.0.1/0/1',
      `redis://127.0.0.1?password=${PASSWORD}`,
      `redis://u:1/${PASSWORD}@127.0.0.1`,
      `redis://u:1#${PASSWORD}@127.0.0.1`,
    ].map((url) => [[...SECRET, '--state', url], 'this is no address of a Redis'] as const),
    [[...SECRET, '--state', 'redis://u:%zz@127.0.0.1'], 'the URL is not percent-encoded'],
  ])('%j', async ([args, words]) => {
    const { code, out, err } = await refusal([...USERS, ...args], ENV)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(`error: --state: ${words}`)
    expect(err).toMatch(/\nhint: .*\n$/)
    expect(err).not.toContain(PASSWORD)
  })

  it('reads the URL from a file', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'gatewright-web-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    writeFileSync(join(directory, 'url'), `redis://ada:${PASSWORD}@127.0.0.1:1\n`)
    const { err } = await refusal([...USERS, ...SECRET, '--state', `@file:${join(directory, 'url')}`], ENV)
    expect(err).toContain('--state: redis://127.0.0.1:1 cannot be used (ECONNREFUSED)')
    expect(err).not.toContain(PASSWORD)
  })
})

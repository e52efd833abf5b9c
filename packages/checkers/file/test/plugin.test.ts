import { writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { password } from '@gatewright/portal'
import { describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { create, source } from '../src/plugin.ts'
import { attempt, SESAME, scratchFile } from './scratch.ts'

describe('file:PATH', () => {
  test('is a checker of the users in that file', async () => {
    const path = scratchFile(`ada:${SESAME}\n`)
    const checker = await create(path, { type: 'file', name: 'file:users.txt', cwd: '/' })
    expect(checker).toMatchObject({ name: 'file:users.txt', accepts: ['password'] })
    expect(await checker.check(password('ada', 'sesame'), attempt)).toMatchObject({ outcome: 'accept', id: 'ada' })
    expect(await checker.check(password('ada', 'Sesame'), attempt)).toMatchObject({ outcome: 'reject' })
    await checker.close?.()
    await checker.close?.()
  })

  test('begins at the directory that it is told, and may hold colons', async () => {
    const path = scratchFile(`ada:${SESAME}\n`, 'a:b?c')
    const users = await source(basename(path), { type: 'file', cwd: dirname(path) })
    expect(users.name).toBe('file:a:b?c')
    expect(await users.find('ada', attempt)).toMatchObject({ id: 'ada' })
  })

  test.each<[string, string | undefined, string]>([
    ['missing', undefined, 'MISSING'],
    ['passwd(5)', 'root:x:0:0:root:/root:/bin/bash\n', 'WRONG_FILE'],
    ['htdigest', `ada:desk:${'0'.repeat(32)}\n`, 'WRONG_FILE'],
  ])('that is %s stops the start, with a hint', async (_what, content, code) => {
    const path = content === undefined ? '/nonexistent/users' : scratchFile(content)
    for (const make of [create, source]) {
      await expect(make(path)).rejects.toMatchObject({ name: 'FileError', code, hint: expect.any(String) })
    }
  })

  test.each([
    ['', {}],
    [undefined, {}],
    ['users.txt', { type: 'sql' }],
  ])('is refused when it is wrong: %j %j', async (argument, context) => {
    await expect(source(argument as string, context)).rejects.toMatchObject({ code: 'BAD_CONFIGURATION' })
  })
})

describe('htdigest:PATH', () => {
  test('accepts digests', async () => {
    const path = join(dirname(scratchFile('')), 'digests')
    writeFileSync(path, `ada:desk:${'0'.repeat(32)}\n`)
    const checker = await create(path, { type: 'htdigest' })
    expect(checker).toMatchObject({ name: `htdigest:${path}`, accepts: ['digest'] })
    await checker.close?.()
  })
})

test('the manifest says what the checkers accept', () => {
  expect(manifest.gatewright.checkers).toMatchObject([
    { type: 'file', accepts: ['password'], module: './plugin' },
    { type: 'htdigest', accepts: ['digest'], module: './plugin' },
  ])
})

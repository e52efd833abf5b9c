import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readArgument } from '../src/argument.ts'
import { type AuthSpec, parseAuthSpec } from '../src/auth-spec.ts'
import { project } from './scratch.ts'

const literal = (type: string, text: string, outright = false): AuthSpec => ({ type, outright, from: 'literal', text })

describe('--auth TYPE[:ARG] is split at its first colon, and nothing is trimmed', () => {
  test.each<[string, AuthSpec]>([
    ['memory', literal('memory', '')],
    ['memory:', literal('memory', '')],
    ['memory:user:password', literal('memory', 'user:password')],
    ['memory::', literal('memory', ':')],
    ['file:C:/users:x', literal('file', 'C:/users:x')],
    [' memory : a ', literal(' memory ', ' a ')],
    ['Memory:a', literal('Memory', 'a')],
    ['__proto__:a', literal('__proto__', 'a')],
    ['memory:a\nb\0', literal('memory', 'a\nb\0')],
    ['memory:@', literal('memory', '@')],
    ['memory:@envX', literal('memory', '@envX')],
    ['memory:x@env:A', literal('memory', 'x@env:A')],
    ['memory:@env:A', { type: 'memory', outright: false, from: 'env', text: 'A' }],
    ['memory:@env:A:B', { type: 'memory', outright: false, from: 'env', text: 'A:B' }],
    ['memory:@file:/a b:c', { type: 'memory', outright: false, from: 'file', text: '/a b:c' }],
  ])('%j', (spec, parsed) => {
    expect(parseAuthSpec(spec)).toEqual(parsed)
  })
})

describe('what starts with ./, ../ or / names a module, whose path ends at the first colon', () => {
  test.each<[string, AuthSpec]>([
    ['./my-checker.js', literal('./my-checker.js', '', true)],
    ['./my-checker.js:a:b', literal('./my-checker.js', 'a:b', true)],
    ['../up.js:a', literal('../up.js', 'a', true)],
    ['/abs.js:@env:A', { type: '/abs.js', outright: true, from: 'env', text: 'A' }],
    ['.hidden:a', literal('.hidden', 'a')],
    ['.../x', literal('.../x', '')],
    ['..', literal('..', '')],
    ['a/b.js', literal('a/b.js', '')],
  ])('%j', (spec, parsed) => {
    expect(parseAuthSpec(spec)).toEqual(parsed)
  })
})

test.each(['', ':', ':memory', 'memory:@env:', 'memory:@file:'])('%j says nothing, and is refused', (spec) => {
  expect(() => parseAuthSpec(spec)).toThrow(
    expect.objectContaining({ code: 'BAD_SPEC', hint: expect.stringMatching(/^Write /) }),
  )
})

describe('an argument', () => {
  const read = (spec: string, cwd = '/', env = {}): Promise<string> => readArgument(parseAuthSpec(spec), cwd, env)

  test('is what the command line says, byte for byte', async () => {
    expect(await read('memory: a:\0\ud800 ')).toBe(' a:\0\ud800 ')
  })

  test('is what the variable holds, an empty text included', async () => {
    expect(await read('memory:@env:A', '/', { A: ' x:y\n' })).toBe(' x:y\n')
    expect(await read('memory:@env:A', '/', { A: '' })).toBe('')
  })

  test.each(['MISSING', '__proto__', 'constructor', 'UN\nDEFINED'])('is refused when %j is not set', async (name) => {
    const refused = read(`memory:@env:${name}`)
    await expect(refused).rejects.toMatchObject({ code: 'BAD_ARGUMENT', hint: expect.stringContaining('environment') })
    await expect(refused).rejects.toThrow(name === 'UN\nDEFINED' ? 'UN\\nDEFINED is not set' : `${name} is not set`)
  })

  test('is what the file holds, without a byte order mark and one newline at its end', async () => {
    const bom = '\ufeff'
    const files = { a: 'x:y', b: 'x:y\n', c: 'x:y\r\n', d: 'x:y\n\n', e: '', f: '\n', g: `${bom}ü:y `, h: `x${bom}` }
    const { cwd } = project(files)
    expect(await Promise.all(Object.keys(files).map((name) => read(`memory:@file:${name}`, cwd)))).toEqual([
      'x:y',
      'x:y',
      'x:y',
      'x:y\n',
      '',
      '',
      'ü:y ',
      `x${bom}`,
    ])
  })

  test('may fill 64 KiB of a file, and not a byte more', async () => {
    const { cwd } = project({ full: 'x'.repeat(65_536), over: 'x'.repeat(65_537) })
    expect(await read('memory:@file:full', cwd)).toHaveLength(65_536)
    await expect(read('memory:@file:over', cwd)).rejects.toThrow('over is longer than 65536 bytes')
    await expect(read('memory:@file:/dev/zero', cwd)).rejects.toThrow('/dev/zero is longer than 65536 bytes')
  })

  test('that cannot be read says why and never what', async () => {
    const secret = Buffer.from('sesame\xff', 'latin1')
    const { cwd } = project({ latin1: secret })
    mkdirSync(join(cwd, 'folder'))
    const failure = async (path: string): Promise<unknown> => await read(`memory:@file:${path}`, cwd).catch((e) => e)
    expect(await failure('latin1')).toMatchObject({ code: 'BAD_ARGUMENT', message: 'latin1 is not UTF-8' })
    expect(await failure('none')).toMatchObject({ code: 'BAD_ARGUMENT', message: 'cannot read none (ENOENT)' })
    expect(await failure('folder')).toMatchObject({ code: 'BAD_ARGUMENT', message: 'cannot read folder (EISDIR)' })
    expect(await failure('a\0b')).toMatchObject({ message: 'cannot read a\\u0000b (ERR_INVALID_ARG_VALUE)' })
  })
})

import {
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { watchFile, watchFiles } from '../src/index.ts'
import { faultOf, replace, scratch } from './scratch.ts'

function watched(content: string, options = {}) {
  const path = scratch()('file')
  writeFileSync(path, content)
  let readings = 0
  const file = watchFile(
    path,
    ({ bytes }) => {
      readings++
      return bytes.toString()
    },
    options,
  )
  return { path, file, readings: () => readings }
}

describe('a change is seen by the next call', () => {
  test.each<[what: string, change: (path: string) => void]>([
    ['another file in its place', (path) => replace(path, 'new')],
    ['written over', (path) => writeFileSync(path, 'new')],
    [
      'another file of the same size and time',
      (path) => {
        const { atime, mtime } = statSync(path)
        replace(path, 'new')
        utimesSync(path, atime, mtime)
      },
    ],
    [
      'an older file',
      (path) => {
        replace(path, 'new')
        utimesSync(path, 1, 1)
      },
    ],
    [
      'a link that points elsewhere',
      (path) => {
        writeFileSync(`${path}.new`, 'new')
        symlinkSync(`${path}.new`, `${path}+`)
        renameSync(`${path}+`, path)
      },
    ],
  ])('%s', async (_what, change) => {
    const { path, file } = watched('old')
    expect(await file.current()).toBe('old')
    change(path)
    expect(await file.current()).toBe('new')
  })

  test('40 times within a few ticks of the clock that stamps files', async () => {
    const { path, file } = watched('')
    for (let i = 100; i < 140; i++) {
      // In place and of the same size, so that nothing but its time tells one from the next.
      writeFileSync(path, String(i))
      expect(await file.current()).toBe(String(i))
    }
  })

  test('made while others are asking', async () => {
    const { path, file } = watched('0000')
    const asking: Promise<string>[] = []
    for (let i = 1; i < 50; i++) {
      asking.push(Promise.resolve(file.current()))
      await turn()
      replace(path, String(i))
      expect(await file.current()).toBe(String(i))
    }
    expect(await Promise.all(asking)).toHaveLength(49)
  })

  test('mended after a reading of what was broken had begun', async () => {
    const { path, file } = watched('old')
    unlinkSync(path)
    const broken = faultOf(() => file.current())
    replace(path, 'new')
    expect(await file.current()).toBe('new')
    // Whoever asked before may have seen either.
    await broken.catch(() => undefined)
  })
})

test('an unchanged file is not read again, and answers within the turn', async () => {
  const { path, file, readings } = watched('old')
  await Promise.all(Array.from({ length: 50 }, async () => file.current()))
  for (let i = 0; i < 10; i++) expect(file.current()).toBe('old')
  expect(readings()).toBe(1)
  replace(path, 'new')
  await Promise.all(Array.from({ length: 50 }, async () => file.current()))
  expect(readings()).toBe(2)
})

test('what cannot be read is a fault, never its last version; and is read again once it can be', async () => {
  const { path, file } = watched('old')
  expect(await file.current()).toBe('old')
  for (const [code, put] of [
    ['MISSING', () => undefined],
    ['NOT_A_FILE', () => mkdirSync(path)],
  ] as const) {
    rmSync(path, { recursive: true })
    put()
    for (let i = 0; i < 3; i++) expect(await faultOf(() => file.current())).toMatchObject({ code })
    rmSync(path, { recursive: true, force: true })
    writeFileSync(path, code)
    expect(await file.current()).toBe(code)
  }
})

test('what nobody could understand is tried again by the next call', async () => {
  const path = scratch()('file')
  writeFileSync(path, 'x')
  let isClear = false
  const file = watchFile(path, ({ bytes }) => {
    if (!isClear) throw new RangeError('what?')
    return bytes.toString()
  })
  expect(await faultOf(() => file.current())).toEqual(new RangeError('what?'))
  isClear = true
  expect(await file.current()).toBe('x')
})

test('a change of any of several reads all of them again', async () => {
  const at = scratch()
  const paths = [at('one'), at('two')]
  for (const path of paths) writeFileSync(path, '1')
  const files = watchFiles(paths, (whole) => whole.map(({ bytes }) => bytes.toString()))
  expect(await files.current()).toEqual(['1', '1'])
  replace(at('two'), '2')
  expect(await files.current()).toEqual(['1', '2'])
  chmodSync(at('one'), 0o600)
  replace(at('one'), '2')
  expect(await files.current()).toEqual(['2', '2'])
})

test('with recheckMs a change is seen once that time is over, and a fault at once by whoever asks next', async () => {
  const hour = watched('old', { recheckMs: 3_600_000 })
  expect(await hour.file.current()).toBe('old')
  unlinkSync(hour.path)
  expect(await hour.file.current()).toBe('old')

  const blink = watched('old', { recheckMs: 1 })
  const wait = () => {
    const began = performance.now()
    while (performance.now() - began < 2);
  }
  expect(await blink.file.current()).toBe('old')
  wait()
  expect(await blink.file.current()).toBe('old')
  expect(blink.readings()).toBe(1)
  unlinkSync(blink.path)
  wait()
  for (let i = 0; i < 3; i++) expect(await faultOf(() => blink.file.current())).toMatchObject({ code: 'MISSING' })
  writeFileSync(blink.path, 'new')
  expect(await blink.file.current()).toBe('new')
})

test('once closed it hands out nothing more; who was waiting is answered', async () => {
  const { file, path } = watched('old')
  const waiting = Promise.resolve(file.current())
  await file.close()
  await file.close()
  expect(await waiting).toBe('old')
  expect(await faultOf(() => file.current())).toMatchObject({ code: 'CLOSED', message: expect.stringContaining(path) })
})

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { probeFile, readRegularFile, WatchedFileError } from '../src/index.ts'
import { faultOf, scratch } from './scratch.ts'

const NO_FILES: readonly (readonly [what: string, code: string, make: (path: string) => unknown])[] = [
  ['nothing', 'MISSING', () => undefined],
  ['a link to nothing', 'MISSING', (path) => symlinkSync('/nonexistent', path)],
  ['a link to itself', 'UNREADABLE', (path) => symlinkSync(path, path)],
  ['a directory', 'NOT_A_FILE', (path) => mkdirSync(path)],
  ['a FIFO that nobody writes to', 'NOT_A_FILE', (path) => execFileSync('mkfifo', [path])],
  ['a link to a device without end', 'NOT_A_FILE', (path) => symlinkSync('/dev/zero', path)],
  ['a file above maxBytes', 'TOO_LARGE', (path) => (writeFileSync(path, ''), truncateSync(path, 2 ** 40))],
]

describe('what is no regular file is a fault that names it', () => {
  test.each(NO_FILES)('%s', async (_what, code, make) => {
    const path = scratch()('file')
    make(path)
    for (const work of [() => probeFile(path), () => readRegularFile(path)]) {
      const fault = await faultOf(work)
      expect(fault).toBeInstanceOf(WatchedFileError)
      expect(fault).toMatchObject({ name: 'WatchedFileError', code, path, hint: expect.any(String) })
      expect(fault.message).toContain(path)
    }
  })

  test('a file below a file', async () => {
    const path = scratch()('file')
    writeFileSync(path, '')
    expect(await faultOf(() => readRegularFile(`${path}/file`))).toMatchObject({ code: 'MISSING', system: 'ENOTDIR' })
  })

  test('a socket', async () => {
    const path = scratch()('socket')
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(path, resolve))
    try {
      expect(await faultOf(() => probeFile(path))).toMatchObject({ code: 'NOT_A_FILE', system: 'ENXIO' })
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })

  test('one that has no size and is full all the same', async () => {
    expect(await faultOf(() => readRegularFile('/proc/self/status'))).toMatchObject({ code: 'CHANGING' })
  })

  test('FIFOs hold up no thread, however many are opened', async () => {
    const path = scratch()('fifo')
    execFileSync('mkfifo', [path])
    const faults = await Promise.all(Array.from({ length: 20 }, () => faultOf(() => readRegularFile(path))))
    expect(new Set(faults.map(({ code }) => code))).toEqual(new Set(['NOT_A_FILE']))
    // Would wait for ever for one of the four threads.
    await readFile(import.meta.filename)
  })
})

test('a file is read whole, its bytes and what the system says of them', async () => {
  const path = scratch()('file')
  for (const content of ['', 'x', 'x'.repeat(1_000_000)]) {
    writeFileSync(path, content)
    const { bytes, stats } = await readRegularFile(path)
    expect(bytes.toString() === content).toBe(true)
    expect(stats.size).toBe(BigInt(content.length))
  }
})

test('a file of exactly maxBytes is read, and one more byte refused', async () => {
  const path = scratch()('file')
  writeFileSync(path, '12345')
  expect((await readRegularFile(path, { maxBytes: 5 })).bytes.toString()).toBe('12345')
  expect(await faultOf(() => readRegularFile(path, { maxBytes: 4 }))).toMatchObject({ code: 'TOO_LARGE' })
})

test('what insist throws is what is thrown, before a byte is read', async () => {
  const path = scratch()('file')
  writeFileSync(path, 'x')
  chmodSync(path, 0o666)
  const insist = ({ mode }: { readonly mode: bigint }) => {
    if ((mode & 0o002n) !== 0n) throw new RangeError('unsafe')
  }
  for (const work of [() => probeFile(path, { insist }), () => readRegularFile(path, { insist })]) {
    expect(await faultOf(work)).toEqual(new RangeError('unsafe'))
  }
  chmodSync(path, 0o600)
  expect((await readRegularFile(path, { insist })).bytes.toString()).toBe('x')
})

test('no descriptor stays open, and no fault shows what is in the file', async () => {
  const path = scratch()('file')
  writeFileSync(path, 'sesame')
  const open = () => readdirSync('/proc/self/fd').length
  const before = open()
  for (let i = 0; i < 20; i++) {
    await readRegularFile(path)
    expect(inspect(await faultOf(() => readRegularFile(path, { maxBytes: 1 })))).not.toContain('sesame')
    await faultOf(() => probeFile(path, { maxBytes: 1 }))
    await faultOf(() => readRegularFile(`${path}.not`))
  }
  expect(open()).toBe(before)
})

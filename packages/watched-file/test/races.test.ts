import { appendFileSync, readFileSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readFiles, watchFiles } from '../src/index.ts'
import { faultOf, replace, scratch } from './scratch.ts'

/** What comes between two system calls: no real writer would hit that moment every time. */
function between({ opened = (_path: string) => {}, beforeRead = (_path: string) => {} }) {
  return async (path: string, flags: number): Promise<FileHandle> => {
    const handle = await open(path, flags)
    opened(path)
    return new Proxy(handle, {
      get(target, name) {
        // A byte at a time, as read(2) may: whatever comes between two of them tears the content.
        if (name === 'read') {
          return (buffer: Buffer, offset: number, _length: number, position: number) => {
            beforeRead(path)
            return target.read(buffer, offset, 1, position)
          }
        }
        const member: unknown = Reflect.get(target, name, target)
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
  }
}

/** Runs at the nth call only. */
const nth = (n: number, work: () => void) => () => {
  if (n-- === 1) work()
}

function two(content = 'old') {
  const at = scratch()
  const paths = [at('one'), at('two')] as const
  for (const path of paths) writeFileSync(path, content)
  return paths
}

const texts = async (paths: readonly string[], meanwhile: Parameters<typeof between>[0], settle = false) =>
  (await readFiles(paths, { open: between(meanwhile), settle })).map(({ bytes }) => bytes.toString())

test('a file replaced after it was opened, and before the other was, is opened again', async () => {
  const paths = two()
  const opened = nth(1, () => {
    for (const path of paths) replace(path, 'new')
  })
  expect(await texts(paths, { opened })).toEqual(['new', 'new'])
})

test.each<[what: string, change: (path: string) => void]>([
  ['that grew', (path) => appendFileSync(path, 'and more')],
  ['that shrank', (path) => truncateSync(path, 1)],
  ['that is empty now', (path) => truncateSync(path, 0)],
  ['that was written over', (path) => writeFileSync(path, 'new')],
  [
    'that was written over, and its time set back,',
    (path) => {
      const { atime, mtime } = statSync(path)
      writeFileSync(path, 'new')
      utimesSync(path, atime, mtime)
    },
  ],
])('a file %s between two reads is read again', async (_what, change) => {
  const [path] = two()
  // Left to settle: within one tick of the clock only the size would tell.
  expect(await texts([path], { beforeRead: nth(2, () => change(path)) }, true)).toEqual([readFileSync(path, 'utf8')])
})

test('a file replaced between two reads is read to its end: it is whole, and was true when it was opened', async () => {
  const [path] = two()
  const opened: string[] = []
  const meanwhile = { opened: (at: string) => opened.push(at), beforeRead: nth(2, () => replace(path, 'new')) }
  expect(await texts([path], meanwhile, true)).toEqual(['old'])
  expect(opened).toHaveLength(1)
})

test('files that are replaced in turn, whenever that is, are read as they stood at one moment', async () => {
  const paths = two('0')
  // The first file is always as new as the second, or one ahead.
  let step = 0
  const write = () => {
    replace(paths[step % 2 === 0 ? 0 : 1], String(Math.floor(step / 2) + 1))
    step++
  }
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 16 }), async (writes) => {
      let call = 0
      const mayWrite = () => {
        if (writes[call++] === true) write()
      }
      const from = step
      const pair = (await texts(paths, { opened: mayWrite, beforeRead: mayWrite })).map(Number)
      const [one = Number.NaN, other = Number.NaN] = pair
      expect([0, 1]).toContain(one - other)
      // Nor is it older than the call.
      expect(one + other).toBeGreaterThanOrEqual(from)
      seen.add(String(pair))
    }),
    { seed: 7, numRuns: 300 },
  )
  expect(seen.size).toBeGreaterThan(100)
})

test('a file that was changed just now is left to settle, so that the next change shows in its stamp', async () => {
  const paths = two()
  const ages: number[] = []
  const beforeRead = (path: string) => ages.push(Date.now() - statSync(path).ctimeMs)
  await watchFiles(paths, () => 1, { open: between({ beforeRead }) }).current()
  expect(ages).not.toEqual([])
  // A tick of 10 ms is the longest that a kernel has; timers may fire a little early.
  expect(Math.min(...ages)).toBeGreaterThan(15)
})

test('files that never hold still are a fault, and the next call tries again', async () => {
  const paths = two()
  let restless = true
  const opened = () => {
    if (restless) for (const path of paths) replace(path, 'new')
  }
  const files = watchFiles(paths, (whole) => whole.map(({ bytes }) => bytes.toString()), { open: between({ opened }) })
  expect(await faultOf(() => files.current())).toMatchObject({
    name: 'WatchedFileError',
    code: 'CHANGING',
    message: expect.stringContaining(paths[1]),
    hint: expect.any(String),
  })
  restless = false
  expect(await files.current()).toEqual(['new', 'new'])
})

test('a disk that fails while it is read is a fault that names the file', async () => {
  const paths = two()
  const failure = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' })
  const beforeRead = nth(5, () => {
    throw failure
  })
  const fault = await faultOf(() => texts(paths, { beforeRead }))
  expect(fault).toMatchObject({ code: 'UNREADABLE', system: 'EIO', cause: failure, path: paths[1] })
})

import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { beforeEach, expect, test, vi } from 'vitest'
import { AccountFiles } from '../src/account-files.ts'
import { faultOf, machine } from './machine.ts'

/** What comes between two system calls: no real writer would hit that moment every time. */
const meanwhile = vi.hoisted(() => ({ opened: (_path: string) => {}, beforeRead: (_path: string) => {} }))

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const open = async (path: string, flags: number): Promise<FileHandle> => {
    const handle = await real.open(path, flags)
    meanwhile.opened(path)
    return new Proxy(handle, {
      get(target, name) {
        // A byte at a time, as read(2) may: whatever comes between two of them tears the content.
        if (name === 'read') {
          return (buffer: Buffer, offset: number, _length: number, position: number) => {
            meanwhile.beforeRead(path)
            return target.read(buffer, offset, 1, position)
          }
        }
        const member: unknown = Reflect.get(target, name, target)
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
  }
  return { ...real, open }
})

beforeEach(() => {
  Object.assign(meanwhile, { opened: () => {}, beforeRead: () => {} })
})

/** Runs at the nth call only. */
const nth = (n: number, work: () => void) => () => {
  if (n-- === 1) work()
}

const texts = (contents: readonly Buffer[]) => Promise.resolve(contents.map(String))

test('a file replaced after it was opened, and before the other was, is opened again', async () => {
  const made = machine('old', 'old')
  const files = new AccountFiles([made.passwd, made.shadow], texts)
  meanwhile.opened = nth(1, () => made.write('new', 'new'))
  expect(await files.current()).toEqual(['new', 'new'])
})

test.each<[what: string, change: (path: string) => void]>([
  ['that grew', (path) => appendFileSync(path, 'and more')],
  ['that shrank', (path) => truncateSync(path, 1)],
  ['that was written over', (path) => writeFileSync(path, 'new')],
])('a file %s between two reads is read again', async (_what, change) => {
  const made = machine('old', 'old')
  const files = new AccountFiles([made.passwd], texts)
  meanwhile.beforeRead = nth(2, () => change(made.passwd))
  expect(await files.current()).toEqual([readFileSync(made.passwd, 'utf8')])
})

test('a file that was changed just now is left to rest, so that the next change shows in its time', async () => {
  const made = machine('old', 'old')
  const files = new AccountFiles([made.passwd, made.shadow], texts)
  const ages: number[] = []
  meanwhile.beforeRead = (path) => ages.push(Date.now() - statSync(path).ctimeMs)
  made.write('new', 'new')
  await files.current()
  expect(ages).not.toEqual([])
  // A tick of 10 ms is the longest that a kernel has; timers may fire a little early.
  expect(Math.min(...ages)).toBeGreaterThan(15)
})

test('files that never hold still are a fault, and the next login tries again', async () => {
  const made = machine('old', 'old')
  const files = new AccountFiles([made.passwd, made.shadow], texts)
  meanwhile.opened = () => made.write('new', 'new')
  expect(await faultOf(() => files.current())).toMatchObject({
    name: 'UnixError',
    code: 'CHANGING',
    message: expect.stringContaining(made.shadow),
    hint: expect.any(String),
  })
  meanwhile.opened = () => {}
  expect(await files.current()).toEqual(['new', 'new'])
})

test('a disk that fails while it is read is a fault that names the file', async () => {
  const made = machine('old', 'old')
  const files = new AccountFiles([made.passwd, made.shadow], texts)
  const failure = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' })
  meanwhile.beforeRead = () => {
    throw failure
  }
  const fault = await faultOf(() => files.current())
  expect(fault).toMatchObject({ name: 'UnixError', code: 'UNREADABLE', cause: failure })
  expect(fault.message).toMatch(/passwd|shadow/)
  expect(fault.message).toContain('the disk failed (EIO)')
  meanwhile.beforeRead = () => {}
  expect(await files.current()).toEqual(['old', 'old'])
})

import { readdirSync, readFileSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Disk, disk } from '../src/disk.ts'
import { openPasswordFile } from '../src/index.ts'
import { PasswordFile } from '../src/password-file.ts'
import { scratchFile, stored } from './scratch.ts'

/** A disk on which call number `failing` fails, and the names of all calls that came. */
function brokenDisk(failing: number, code: string) {
  const calls: string[] = []
  const counted =
    <Args extends unknown[], T>(name: string, call: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      calls.push(name)
      if (calls.length === failing) throw Object.assign(new Error(`${code}: made for a test`), { code })
      return call(...args)
    }
  const handleOf = (handle: FileHandle): FileHandle =>
    new Proxy(handle, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key)
        if (typeof value !== 'function') return value
        // A close that fails has closed all the same.
        if (key === 'close') return () => target.close().then(counted('close', async () => undefined))
        return counted(String(key), (...args: unknown[]) => Promise.resolve(Reflect.apply(value, target, args)))
      },
    })
  const broken = Object.fromEntries(
    Object.entries(disk).map(([name, call]) => [
      name,
      counted(name, async (...args: unknown[]) => {
        const result: unknown = await Reflect.apply(call, disk, args)
        return name === 'open' ? handleOf(result as FileHandle) : result
      }),
    ]),
  ) as unknown as Disk
  return { disk: broken, calls }
}

const before = `ada:${stored(1)}\n# end\n`
const after = `ada:${stored(2)}\n# end\n`

describe.each(['ENOSPC', 'EIO', 'EMFILE', 'EROFS', 'EINTR'])('%s at every call of an edit in turn', (code) => {
  test('leaves the old file or the new one, whole; is told as a fault; the next edit works and clears up', async () => {
    let failing = 1
    for (; ; failing++) {
      const path = scratchFile(before)
      const { disk: broken, calls } = brokenDisk(failing, code)
      const file = new PasswordFile(path, { waitMs: 0 }, broken)
      const error = await file.set('ada', { stored: stored(2) }).catch((thrown: unknown) => thrown)
      const content = readFileSync(path, 'utf8')
      if (calls.length < failing) {
        expect(error).toBe(false)
        expect(content).toBe(after)
        break
      }
      const where = `call ${failing}, ${calls[failing - 1]}`
      const renamed = calls.indexOf('rename') !== -1 && calls.indexOf('rename') < failing - 1
      expect(content, where).toBe(renamed ? after : before)
      expect(error, where).toMatchObject({
        name: 'FileError',
        code: expect.stringMatching(/^UN(READ|WRIT)ABLE$/),
        message: expect.stringContaining(code),
      })
      // A lock whose removal failed belongs to this process, which lives; a real one would end and free it.
      const left = readdirSync(dirname(path)).filter((name) => name !== 'users.txt')
      const undone = calls[failing - 1] === 'unlink'
      if (!undone) expect(left, where).toEqual([])
      if (left.includes('users.txt.lock')) continue
      await (await openPasswordFile(path)).set('ada', { stored: stored(2) })
      expect(readFileSync(path, 'utf8'), where).toBe(after)
      expect(readdirSync(dirname(path)), where).toEqual(['users.txt'])
    }
    expect(failing).toBeGreaterThan(20)
  })
})

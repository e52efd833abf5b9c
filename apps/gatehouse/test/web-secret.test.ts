import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { webSecret } from '../src/doors/web-secret.ts'
import { Gatehouse, scratch } from './place.ts'

const refusal = expect.objectContaining({ code: 'BAD_CONFIGURATION', hint: expect.any(String) })

it('is made for its owner alone, and found again', async () => {
  const path = join(scratch(), 'secret')
  const secret = await webSecret(path)
  expect(Buffer.from(secret, 'base64')).toHaveLength(32)
  expect(readFileSync(path, 'utf8')).toBe(`${secret}\n`)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(await webSecret(path)).toBe(secret)
  expect(await webSecret(join(scratch(), 'secret'))).not.toBe(secret)
})

it('is one for any number of processes that start at once', async () => {
  const path = join(scratch(), 'secret')
  const all = await Promise.all(Array.from({ length: 20 }, () => webSecret(path)))
  expect(new Set(all).size).toBe(1)
  expect(readdirSync(join(path, '..'))).toEqual(['secret'])
})

it.each([0o640, 0o604, 0o620, 0o602, 0o610])('is refused with mode %o', async (mode) => {
  const path = join(scratch(), 'secret')
  await webSecret(path)
  chmodSync(path, mode)
  await expect(webSecret(path)).rejects.toEqual(refusal)
  await expect(webSecret(path)).rejects.toThrow('others may read or write it')
})

it('is refused when it is of somebody else', async () => {
  const path = join(scratch(), 'secret')
  await webSecret(path)
  // Only root can give a file away; whoever else we are, we are taken for another.
  if (process.geteuid?.() === 0) chownSync(path, 4242, 4242)
  else vi.spyOn(process, 'geteuid').mockReturnValue(4242)
  onTestFinished(() => void vi.restoreAllMocks())
  await expect(webSecret(path)).rejects.toThrow('it belongs to another user')
})

it.each([
  ['nothing', ''],
  ['fifteen bytes', '123456789012345\n'],
  ['white space', ' '.repeat(64)],
  ['a flood', 'x'.repeat(1_025)],
])('is refused when it is %s, and left as it is', async (_what, content) => {
  const path = join(scratch(), 'secret')
  writeFileSync(path, content, { mode: 0o600 })
  await expect(webSecret(path)).rejects.toEqual(refusal)
  await expect(webSecret(path)).rejects.toThrow('a secret has 16 to 1024 bytes')
  expect(readFileSync(path, 'utf8')).toBe(content)
})

it('is taken from who brings an own one', async () => {
  const path = join(scratch(), 'secret')
  writeFileSync(path, 'sixteen bytes...\n', { mode: 0o600 })
  expect(await webSecret(path)).toBe('sixteen bytes...')
})

it('is refused where there is a directory, and where nothing can be made', async () => {
  const directory = scratch({ file: '' })
  mkdirSync(join(directory, 'secret'), { mode: 0o700 })
  for (const path of ['secret', 'file/secret', 'none/secret']) {
    await expect(webSecret(join(directory, path))).rejects.toEqual(refusal)
  }
})

it('keeps the house shut, in words, while others may read it', async () => {
  const directory = scratch()
  const path = join(directory, 'gatehouse-data', 'web-secret')
  mkdirSync(join(path, '..'), { mode: 0o700 })
  writeFileSync(path, 'canary-of-the-secret', { mode: 0o644 })
  const house = new Gatehouse(directory)
  expect(await house.run(['serve', '--port', '0', '--ssh-port', 'off', '--web-port', '0'])).toBe(2)
  expect(house.err).toContain(
    `error: ${path}: others may read or write it, and so know what the web door signs by\nhint: `,
  )
  expect(house.err + house.out).not.toContain('canary')
})

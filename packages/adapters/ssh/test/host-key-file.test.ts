import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { expect, it, onTestFinished, vi } from 'vitest'
import { hostKeyFile } from '../src/host-key-file.ts'
import { present } from './present.ts'

function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-host-key-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

const refusal = expect.objectContaining({ code: 'BAD_CONFIGURATION', hint: expect.any(String) })

it('makes an Ed25519 key for its owner alone, and the directory for it, whatever the umask', async () => {
  const path = join(scratch(), 'deep', 'down', 'key')
  const { key, fingerprint, made } = await hostKeyFile(path)
  expect(made).toBe(true)
  expect(fingerprint).toMatch(/^SHA256:[\w+/]{43}$/)
  expect(key).toEqual(readFileSync(path))
  expect(key.toString()).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\n/)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700)
  expect(readdirSync(join(path, '..'))).toEqual(['key'])
})

it('keeps no key that nobody can read', async () => {
  let good = ssh2.utils.generateKeyPairSync('ed25519')
  // Every two hundredth is one that nobody can read.
  while (ssh2.utils.parseKey(good.private) instanceof Error) good = ssh2.utils.generateKeyPairSync('ed25519')
  const broken = { ...good, private: good.private.replace(/^b3Blb/m, 'b3Bla') }
  const made = vi.spyOn(ssh2.utils, 'generateKeyPairSync').mockReturnValueOnce(broken).mockReturnValueOnce(good)
  onTestFinished(() => made.mockRestore())
  const path = join(scratch(), 'key')
  expect((await hostKeyFile(path)).made).toBe(true)
  expect(made).toHaveBeenCalledTimes(2)
})

it('finds the same key again', async () => {
  const path = join(scratch(), 'key')
  const first = await hostKeyFile(path)
  expect(await hostKeyFile(path)).toEqual({ ...first, made: false })
})

it('makes one key for any number of servers that start at once', async () => {
  const path = join(scratch(), 'key')
  const all = await Promise.all(Array.from({ length: 20 }, () => hostKeyFile(path)))
  expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(1)
  expect(all.filter(({ made }) => made)).toHaveLength(1)
  expect(readdirSync(join(path, '..'))).toEqual(['key'])
})

it.each([0o640, 0o604, 0o620, 0o602, 0o610])('refuses a key of mode %o', async (mode) => {
  const path = join(scratch(), 'key')
  await hostKeyFile(path)
  chmodSync(path, mode)
  await expect(hostKeyFile(path)).rejects.toEqual(refusal)
  await expect(hostKeyFile(path)).rejects.toThrow('others may read it')
})

it('refuses a key of somebody else', async () => {
  const path = join(scratch(), 'key')
  await hostKeyFile(path)
  // Only root can give a file away; whoever else we are, we are taken for another.
  if (process.geteuid?.() === 0) chownSync(path, 4242, 4242)
  else vi.spyOn(process, 'geteuid').mockReturnValue(4242)
  onTestFinished(() => void vi.restoreAllMocks())
  await expect(hostKeyFile(path)).rejects.toThrow('it belongs to another user')
})

it.each([
  ['nothing', ''],
  ['something else', 'no key at all\n'],
  ['a public key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDBAQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\n'],
  ['half a key', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n'],
  ['a flood', 'x'.repeat(1_000_000)],
])('refuses %s, and leaves it as it is', async (_what, content) => {
  const path = join(scratch(), 'key')
  writeFileSync(path, content, { mode: 0o600 })
  await expect(hostKeyFile(path)).rejects.toEqual(refusal)
  expect(readFileSync(path, 'utf8')).toBe(content)
})

it('refuses a directory, and a place where nothing can be made', async () => {
  const directory = scratch()
  mkdirSync(join(directory, 'key'), { mode: 0o700 })
  await expect(hostKeyFile(join(directory, 'key'))).rejects.toEqual(refusal)
  writeFileSync(join(directory, 'file'), '')
  await expect(hostKeyFile(join(directory, 'file', 'key'))).rejects.toEqual(refusal)
})

it('shows nothing of a key in what it throws', async () => {
  const path = join(scratch(), 'key')
  const { key } = await hostKeyFile(path)
  writeFileSync(path, key.toString().replace('OPENSSH', 'OTHER'))
  const error = await hostKeyFile(path).catch((thrown: unknown) => thrown)
  expect(JSON.stringify([error, String(error), String((error as Error).cause)])).not.toContain(
    key.toString().split('\n')[2],
  )
})

const keygen = present('ssh-keygen')

it.skipIf(!keygen)('has the fingerprint that ssh-keygen prints', async () => {
  const path = join(scratch(), 'key')
  const { fingerprint } = await hostKeyFile(path)
  expect(execFileSync('ssh-keygen', ['-l', '-f', path], { encoding: 'utf8' })).toContain(
    ` ${fingerprint} gatewright (ED25519)`,
  )
})

it.skipIf(!keygen).each([
  ['ed25519', []],
  ['ecdsa', []],
  ['rsa', ['-b', '2048']],
  ['rsa', ['-b', '2048', '-m', 'PEM']],
])('takes the %s keys that ssh-keygen makes %j', async (type, more) => {
  const path = join(scratch(), 'key')
  execFileSync('ssh-keygen', ['-q', '-t', type, ...more, '-N', '', '-f', path])
  expect(await hostKeyFile(path)).toMatchObject({ made: false, key: readFileSync(path) })
})

it.skipIf(!keygen)('refuses a key with a passphrase, and says so', async () => {
  const path = join(scratch(), 'key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'sesame', '-f', path])
  const error = await hostKeyFile(path).catch((thrown: unknown) => thrown)
  expect(error).toEqual(refusal)
  expect(error).toHaveProperty('hint', expect.stringContaining('without a passphrase'))
})

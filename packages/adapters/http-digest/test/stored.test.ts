import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { htdigestUsers } from '@gatewright/checker-file'
import { ha1, type UserSource, verifiers } from '@gatewright/passwords'
import { expect, it, onTestFinished } from 'vitest'
import { answer } from './client.ts'
import { codeOf, rig } from './rig.ts'

it('the users of an htdigest file log in, each in the realm that its line is of', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-digest-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'digests.txt')
  const line = (name: string, realm: string, password: string) =>
    `${name}:${realm}:${ha1(name, realm, password).hash}\n`
  writeFileSync(path, line('ada', 'club', 'sesame') + line('ada', 'desk', 'other') + line('Jürgen', 'club', 'apple'), {
    mode: 0o600,
  })
  const source = htdigestUsers({ path })
  onTestFinished(() => source.close())
  const { send, challenge } = rig({ source, algorithms: ['SHA-256'] })
  expect(codeOf(await send(answer(await challenge())))).toBe(200)
  expect(codeOf(await send(answer(await challenge(), { username: 'Jürgen', password: 'apple' })))).toBe(200)
  expect(codeOf(await send(answer(await challenge(), { password: 'other' })))).toBe(401)
  const desk = rig({ source, algorithms: ['SHA-256'], realm: 'desk' })
  expect(codeOf(await desk.send(answer(await desk.challenge(), { password: 'other' })))).toBe(200)
})

it('a user whose verifiers were written together logs in, and by no old one once they are written anew', async () => {
  const store = new Map<string, Awaited<ReturnType<typeof verifiers>>>()
  const write = async (password: string) =>
    void store.set('ada', await verifiers('ada', password, { ha1: [{ realm: 'club' }] }))
  const source: UserSource = {
    name: 'store',
    find: (name) => {
      const stored = store.get(name)
      return stored && { id: name, ...stored }
    },
  }
  await write('sesame')
  const { send, challenge } = rig({ source, algorithms: ['SHA-256'] })
  const old = await challenge()
  expect(codeOf(await send(answer(old)))).toBe(200)
  await write('apple')
  // The nonce lives on; the password does not.
  expect(codeOf(await send(answer(old, { nc: '00000002' })))).toBe(401)
  expect(codeOf(await send(answer(old, { nc: '00000002', password: 'apple' })))).toBe(200)
})

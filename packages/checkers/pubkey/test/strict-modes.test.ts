import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { authorizedKeysFile, pubkeyChecker } from '../src/index.ts'
import { credential, ed25519, from, said } from './keys.ts'
import { isRoot } from './programs.ts'
import { scratch } from './scratch.ts'

const { directory, home } = scratch()
const key = ed25519()
const ADA = 4242
const EVE = 4343

/** Everything as it should be: a home of ada's, under a directory of root's. */
function fresh(): { readonly file: string; readonly ssh: string; readonly home: string } {
  rmSync(join(directory, 'home'), { recursive: true, force: true })
  const made = home('ada', key.line)
  const ssh = dirname(made.file)
  chmodSync(made.home, 0o755)
  for (const path of [made.home, ssh, made.file]) chownSync(path, ADA, ADA)
  return { file: made.file, ssh, home: made.home }
}

async function ask(strictModes = true): Promise<string> {
  const account = { uid: ADA, home: join(directory, 'home', 'ada') }
  const keys = authorizedKeysFile('%h/.ssh/authorized_keys', { accounts: () => account, strictModes })
  return said(await pubkeyChecker({ keys }).check(credential('ada', key), from()))
}

describe.skipIf(!isRoot)('StrictModes', () => {
  const places = ['file', 'ssh', 'home'] as const
  const modes = [0o700, 0o600, 0o640, 0o644, 0o755, 0o620, 0o602, 0o660, 0o664, 0o666, 0o775, 0o777, 0o1777]
  const owners = [
    ['ada', ADA],
    ['root', 0],
    ['eve', EVE],
  ] as const
  const rows = places.flatMap((place) => modes.flatMap((mode) => owners.map((owner) => [place, mode, owner] as const)))

  it('is tried in more than a hundred ways', () => expect(rows.length).toBeGreaterThan(100))

  it.each(rows)('%s of mode %o, owned by %s', async (place, mode, [, uid]) => {
    const paths = fresh()
    chmodSync(paths[place], mode)
    chownSync(paths[place], uid, uid)
    const isFine = (mode & 0o022) === 0 && uid !== EVE
    expect(await ask()).toMatch(isFine ? /^accept$/ : /^reject: .*belongs to another user, or others may write to it$/)
    expect(await ask(false)).toBe('accept')
  })

  it('asks nothing of what is above the home', async () => {
    fresh()
    chmodSync(join(directory, 'home'), 0o777)
    expect(await ask()).toBe('accept')
  })

  it('follows a link to where it leads, and looks there', async () => {
    const { file, ssh } = fresh()
    const real = join(ssh, 'real')
    writeFileSync(real, key.line, { mode: 0o600 })
    chownSync(real, ADA, ADA)
    rmSync(file)
    symlinkSync(real, file)
    expect(await ask()).toBe('accept')

    const foreign = join(directory, 'home', 'eve')
    mkdirSync(foreign, { mode: 0o755 })
    writeFileSync(join(foreign, 'keys'), key.line, { mode: 0o644 })
    chownSync(join(foreign, 'keys'), EVE, EVE)
    rmSync(file)
    symlinkSync(join(foreign, 'keys'), file)
    expect(await ask()).toMatch(/^reject: .*another user/)
  })

  it('follows a link of a directory, too', async () => {
    const { ssh } = fresh()
    const foreign = join(directory, 'home', 'eve')
    mkdirSync(foreign, { mode: 0o755 })
    writeFileSync(join(foreign, 'authorized_keys'), key.line, { mode: 0o600 })
    chownSync(join(foreign, 'authorized_keys'), ADA, ADA)
    chownSync(foreign, EVE, EVE)
    rmSync(ssh, { recursive: true })
    symlinkSync(foreign, ssh)
    expect(await ask()).toMatch(/^reject: .*another user/)
  })

  it.each([
    ['a directory', (path: string) => mkdirSync(path)],
    ['a FIFO', (path: string) => execFileSync('mkfifo', [path])],
    ['a device', (path: string) => symlinkSync('/dev/zero', path)],
  ])('%s is no file of keys, and holds nobody up', async (_, make) => {
    const { file } = fresh()
    rmSync(file)
    make(file)
    expect(await ask()).toMatch(/^reject: .*is not a regular file$/)
  })

  it('a link in a circle, or to nowhere', async () => {
    const { file } = fresh()
    rmSync(file)
    symlinkSync(join(directory, 'nowhere'), file)
    expect(await ask()).toBe('pass')
    rmSync(file)
    symlinkSync(file, file)
    await expect(ask()).rejects.toMatchObject({ code: 'ELOOP' })
  })

  it('outside of homes, a sticky directory of root will do, and one of somebody else will not', async () => {
    const outside = join(directory, 'keys')
    mkdirSync(outside)
    writeFileSync(join(outside, 'ada'), key.line, { mode: 0o600 })
    const keys = authorizedKeysFile(join(directory, 'keys', '%u'), { accounts: () => undefined })
    const check = async () => said(await pubkeyChecker({ keys }).check(credential('ada', key), from()))
    expect(await check()).toBe('accept')
    chmodSync(outside, 0o1777)
    expect(await check()).toBe('accept')
    chmodSync(outside, 0o777)
    expect(await check()).toMatch(/^reject/)
    chmodSync(outside, 0o1777)
    chownSync(outside, EVE, EVE)
    expect(await check()).toMatch(/^reject/)
  })
})

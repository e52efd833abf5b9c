import { randomBytes } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Disk, unlinkIfThere } from './disk.ts'
import { systemCode } from './errors.ts'

/** How a new file is to be, when there is none to be like. */
const NEW_MODE = 0o600

const temporaryName = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.tmp`)

/**
 * Replaces a file in one step: whoever reads it, and whenever the machine stops, it is the old one or the new one, whole.
 * Only for who holds its lock.
 */
export async function replaceFile(
  disk: Disk,
  path: string,
  pieces: readonly Uint8Array[],
  like: BigIntStats | undefined,
): Promise<void> {
  const temporary = temporaryName(path)
  const handle = await disk.open(temporary, 'wx', NEW_MODE)
  let renamed = false
  try {
    try {
      // Before anything is in it: those who could not read the old one cannot read this one at any moment.
      if (like) await copyOwner(handle, like)
      for (const piece of pieces) await handle.writeFile(piece)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await disk.rename(temporary, path)
    renamed = true
  } finally {
    if (!renamed) await discard(disk, temporary)
  }
  await syncDirectory(disk, dirname(path))
}

async function copyOwner(handle: FileHandle, { uid, gid, mode }: BigIntStats): Promise<void> {
  const own = await handle.stat({ bigint: true })
  // A change of owner takes set-id bits away, so the mode comes after it.
  if (own.uid !== uid || own.gid !== gid) await handle.chown(Number(uid), Number(gid))
  await handle.chmod(Number(mode & 0o7777n))
}

/** What stays because even this fails is removed by {@link sweep}, and must not hide why. */
async function discard(disk: Disk, temporary: string): Promise<void> {
  await disk.unlink(temporary).catch(() => undefined)
}

/** Without it the rename could be lost with the power. */
async function syncDirectory(disk: Disk, directory: string): Promise<void> {
  // Windows opens no directories.
  if (process.platform === 'win32') return
  const handle = await disk.open(directory, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Some network file systems cannot, and need not.
    if (systemCode(error) !== 'EINVAL') throw error
  } finally {
    await handle.close()
  }
}

/**
 * Removes what killed processes left beside the file. Only for who holds its lock: then nobody writes a temporary file, the
 * right to break an earlier lock is of no use any more, and who waits writes its card again.
 */
export async function sweep(disk: Disk, path: string): Promise<void> {
  const name = basename(path)
  for (const entry of await disk.readdir(dirname(path))) {
    if (isLeftover(entry, name)) await unlinkIfThere(disk, join(dirname(path), entry))
  }
}

function isLeftover(entry: string, name: string): boolean {
  const temporary = entry.startsWith(`.${name}.`) && /^[0-9a-f]{16}\.tmp$/.test(entry.slice(name.length + 2))
  const lock = `${name}.lock`
  const card = entry.startsWith(`${lock}.`) && /^(?:\.(?:[0-9a-f]{16}|silent|card))+$/.test(entry.slice(lock.length))
  return temporary || card
}

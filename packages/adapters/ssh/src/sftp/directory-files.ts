import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, opendir, rename, rmdir, unlink } from 'node:fs/promises'
import { Jail } from './jail.ts'
import type { DirectoryEntry, FileAttributes, FileChanges, OpenMode, SftpFile, SftpFiles } from './sftp-files.ts'

export interface DirectoryFilesOptions {
  /** Refuses whatever would change something. @default false */
  readonly readOnly?: boolean
}

/** No set-user-id, no sticky bit: what a stranger may say of its own files. */
const PERMISSIONS = 0o777

const { O_RDONLY, O_WRONLY, O_RDWR, O_APPEND, O_CREAT, O_EXCL, O_TRUNC, O_NOFOLLOW, O_NONBLOCK } = constants

/**
 * The files of one directory, which is `/` to the client: no path and no symbolic link leads out of it. Files and directories
 * are all there is: links within it are followed and shown, but none can be made, and devices, pipes and sockets cannot be
 * opened. Owners cannot be changed. What the server may not do, nobody may.
 *
 * Whoever else can change the directory meanwhile, by other ways than this, could still put a link where a directory was.
 *
 * @param root a directory that exists
 */
export function directoryFiles(root: string, options: DirectoryFilesOptions = {}): SftpFiles {
  const jail = new Jail(root)
  const reading: SftpFiles = {
    realPath: (path) => jail.seen(path),
    stat: (path) =>
      jail.enter(path, 'follow', async (real) => {
        const stats = await lstat(real)
        // All links have been followed; this one leads nowhere.
        if (stats.isSymbolicLink()) throw failure('ENOENT')
        return attributesOf(stats)
      }),
    lstat: (path) => jail.enter(path, 'look', async (real) => attributesOf(await lstat(real))),
    list: (path) => jail.enter(path, 'follow', async (real) => entriesOf(jail, path, await opendir(real))),
    open: (path, mode, attributes) => {
      if (options.readOnly === true && isWriting(mode)) throw denied()
      return jail.enter(path, 'follow', async (real) => await openFile(real, mode, attributes))
    },
    readLink: (path) => jail.target(path),
  }
  if (options.readOnly === true) return { ...reading, ...REFUSING }
  return {
    ...reading,
    change: (path, changes) =>
      jail.enter(path, 'follow', async (real) => {
        // What is open can be nothing else than what was looked at.
        const handle = await open(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        try {
          if (changes.size === undefined) await change(handle, changes)
          else await resize(real, changes)
        } finally {
          await handle.close()
        }
      }),
    remove: (path) => jail.enter(path, 'change', unlink),
    makeDirectory: (path, { mode = PERMISSIONS }) =>
      jail.enter(path, 'change', async (real) => {
        await mkdir(real, mode & PERMISSIONS)
      }),
    removeDirectory: (path) => jail.enter(path, 'change', rmdir),
    rename: (from, to, overwrite) =>
      jail.enterBoth(from, to, async (real, target) => {
        // RENAME of version 3 does not replace; the file system's does.
        if (!overwrite && (await exists(target))) throw failure('EEXIST')
        await rename(real, target)
      }),
  }
}

const refuse = (): never => {
  throw denied()
}

const REFUSING = { change: refuse, remove: refuse, makeDirectory: refuse, removeDirectory: refuse, rename: refuse }

const isWriting = ({ write, append, create, truncate }: OpenMode): boolean => write || append || create || truncate

async function openFile(real: string, mode: OpenMode, { mode: bits = 0o666 }: FileChanges): Promise<SftpFile> {
  const access = mode.write ? (mode.read ? O_RDWR : O_WRONLY) : O_RDONLY
  const flags =
    access |
    (mode.append ? O_APPEND : 0) |
    (mode.create ? O_CREAT : 0) |
    (mode.truncate ? O_TRUNC : 0) |
    (mode.exclusive ? O_EXCL : 0)
  // A pipe would wait for somebody at its other end, in one of the few threads that there are.
  const handle = await open(real, flags | O_NOFOLLOW | O_NONBLOCK, bits & PERMISSIONS)
  try {
    if (!(await handle.stat()).isFile()) throw denied()
  } catch (error) {
    await handle.close()
    throw error
  }
  return new OpenFile(handle, mode)
}

class OpenFile implements SftpFile {
  readonly #handle: FileHandle
  readonly #mode: OpenMode

  constructor(handle: FileHandle, mode: OpenMode) {
    this.#handle = handle
    this.#mode = mode
  }

  async read(length: number, position: number): Promise<Uint8Array> {
    const { buffer, bytesRead } = await this.#handle.read(Buffer.allocUnsafe(length), 0, length, position)
    return buffer.subarray(0, bytesRead)
  }

  async write(data: Uint8Array, position: number): Promise<void> {
    for (let written = 0; written < data.length; ) {
      const { bytesWritten } = await this.#handle.write(data, written, data.length - written, position + written)
      written += bytesWritten
    }
  }

  async stat(): Promise<FileAttributes> {
    return attributesOf(await this.#handle.stat())
  }

  async change(changes: FileChanges): Promise<void> {
    if (!this.#mode.write) throw denied()
    if (changes.size !== undefined) await this.#handle.truncate(changes.size)
    await change(this.#handle, changes)
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

async function change(handle: FileHandle, changes: FileChanges): Promise<void> {
  const { mode, atime, mtime, uid, gid } = changes
  if (uid !== undefined || gid !== undefined) throw denied()
  if (mode !== undefined) await handle.chmod(mode & PERMISSIONS)
  if (atime !== undefined && mtime !== undefined) await handle.utimes(atime, mtime)
}

async function resize(real: string, changes: FileChanges): Promise<void> {
  const handle = await open(real, O_WRONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    if (!(await handle.stat()).isFile()) throw denied()
    await handle.truncate(changes.size)
    await change(handle, changes)
  } finally {
    await handle.close()
  }
}

/** Each entry is looked at by the way that everything is: the directory may have been moved since. */
async function* entriesOf(
  jail: Jail,
  path: string,
  directory: AsyncIterable<{ readonly name: string }>,
): AsyncGenerator<DirectoryEntry> {
  for await (const { name } of directory) {
    try {
      const stats = await jail.enter(`${path}/${name}`, 'look', (real) => lstat(real))
      yield { name, attributes: attributesOf(stats) }
    } catch (error) {
      // Gone since the directory was read.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}

function attributesOf({ mode, size, uid, gid, atimeMs, mtimeMs }: Stats): FileAttributes {
  return { mode, size, uid, gid, atime: atimeMs / 1000, mtime: mtimeMs / 1000 }
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
}

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code })
}

const denied = (): Error => failure('EACCES')

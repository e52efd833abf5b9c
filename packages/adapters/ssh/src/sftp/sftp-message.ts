import { type WireReader, WireWriter } from '@gatewright/ssh-keys'
import type { DirectoryEntry, FileAttributes, FileChanges, OpenMode } from './sftp-files.ts'

/** Numbers of draft-ietf-secsh-filexfer-02, which is the version 3 that everybody speaks. */
export const Fxp = {
  INIT: 1,
  VERSION: 2,
  OPEN: 3,
  CLOSE: 4,
  READ: 5,
  WRITE: 6,
  LSTAT: 7,
  FSTAT: 8,
  SETSTAT: 9,
  FSETSTAT: 10,
  OPENDIR: 11,
  READDIR: 12,
  REMOVE: 13,
  MKDIR: 14,
  RMDIR: 15,
  REALPATH: 16,
  STAT: 17,
  RENAME: 18,
  READLINK: 19,
  SYMLINK: 20,
  STATUS: 101,
  HANDLE: 102,
  DATA: 103,
  NAME: 104,
  ATTRS: 105,
  EXTENDED: 200,
} as const

export const Status = {
  OK: 0,
  EOF: 1,
  NO_SUCH_FILE: 2,
  PERMISSION_DENIED: 3,
  FAILURE: 4,
  BAD_MESSAGE: 5,
  OP_UNSUPPORTED: 8,
} as const

export type StatusCode = (typeof Status)[keyof typeof Status]

/** All that a client is told of what went wrong: messages of errors hold paths of the server. */
const WORDS: Readonly<Record<StatusCode, string>> = {
  0: 'Success',
  1: 'End of file',
  2: 'No such file',
  3: 'Permission denied',
  4: 'Failure',
  5: 'Bad message',
  8: 'Operation unsupported',
}

const BY_CODE: ReadonlyMap<unknown, StatusCode> = new Map<unknown, StatusCode>([
  ['ENOENT', Status.NO_SUCH_FILE],
  ['ENOTDIR', Status.NO_SUCH_FILE],
  ['EACCES', Status.PERMISSION_DENIED],
  ['EPERM', Status.PERMISSION_DENIED],
  ['EROFS', Status.PERMISSION_DENIED],
  ['ENOSYS', Status.OP_UNSUPPORTED],
  ['ENOTSUP', Status.OP_UNSUPPORTED],
])

/** What a client is told of an error that a file operation threw. */
export function statusOf(error: unknown): StatusCode {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
  return BY_CODE.get(code) ?? Status.FAILURE
}

export function statusMessage(id: number, status: StatusCode): Buffer {
  return reply(Fxp.STATUS, id).uint32(status).string(WORDS[status]).string('').done()
}

export function handleMessage(id: number, handle: string): Buffer {
  return reply(Fxp.HANDLE, id).string(handle).done()
}

export function dataMessage(id: number, data: Uint8Array): Buffer {
  return reply(Fxp.DATA, id).string(data).done()
}

export function attributesMessage(id: number, attributes: FileAttributes): Buffer {
  return writeAttributes(reply(Fxp.ATTRS, id), attributes).done()
}

export function namesMessage(id: number, entries: readonly DirectoryEntry[]): Buffer {
  const message = reply(Fxp.NAME, id).uint32(entries.length)
  for (const { name, attributes } of entries) {
    writeAttributes(message.string(name).string(longName(name, attributes)), attributes)
  }
  return message.done()
}

/** A name of which nothing else is known: the answer to REALPATH and READLINK. */
export function nameMessage(id: number, name: string): Buffer {
  return reply(Fxp.NAME, id).uint32(1).string(name).string(name).uint32(0).done()
}

export function versionMessage(): Buffer {
  return new WireWriter().byte(Fxp.VERSION).uint32(3).string('posix-rename@openssh.com').string('1').done()
}

const reply = (type: number, id: number): WireWriter => new WireWriter().byte(type).uint32(id)

const Flag = { SIZE: 1, UIDGID: 2, PERMISSIONS: 4, ACMODTIME: 8, EXTENDED: 0x80000000 } as const

function writeAttributes(message: WireWriter, attributes: FileAttributes): WireWriter {
  const { size, uid, gid, mode, atime, mtime } = attributes
  return message
    .uint32(Flag.SIZE | Flag.UIDGID | Flag.PERMISSIONS | Flag.ACMODTIME)
    .uint64(BigInt(Math.max(0, Math.trunc(size))))
    .uint32(uid >>> 0)
    .uint32(gid >>> 0)
    .uint32(mode >>> 0)
    .uint32(seconds(atime))
    .uint32(seconds(mtime))
}

/** 32 bits of seconds, which end in 2106. */
const seconds = (time: number): number => Math.min(Math.max(0, Math.trunc(time)), 0xffffffff)

/** @throws {SshKeyError} `MALFORMED` */
export function readChanges(reader: WireReader): FileChanges {
  const flags = reader.uint32()
  const changes: { -readonly [Name in keyof FileChanges]: FileChanges[Name] } = {}
  if (flags & Flag.SIZE) changes.size = Number(reader.uint64())
  if (flags & Flag.UIDGID) {
    changes.uid = reader.uint32()
    changes.gid = reader.uint32()
  }
  if (flags & Flag.PERMISSIONS) changes.mode = reader.uint32()
  if (flags & Flag.ACMODTIME) {
    changes.atime = reader.uint32()
    changes.mtime = reader.uint32()
  }
  if (flags & Flag.EXTENDED) {
    for (let count = reader.uint32(); count > 0; count--) {
      reader.string()
      reader.string()
    }
  }
  return changes
}

const Open = { READ: 1, WRITE: 2, APPEND: 4, CREAT: 8, TRUNC: 16, EXCL: 32 } as const

/** @throws {SshKeyError} `MALFORMED` */
export function readOpenMode(reader: WireReader): OpenMode {
  const flags = reader.uint32()
  const has = (flag: number): boolean => (flags & flag) !== 0
  return {
    read: has(Open.READ),
    write: has(Open.WRITE) || has(Open.APPEND),
    append: has(Open.APPEND),
    create: has(Open.CREAT),
    truncate: has(Open.TRUNC),
    exclusive: has(Open.EXCL),
  }
}

const TYPES: ReadonlyMap<number, string> = new Map([
  [0o040000, 'd'],
  [0o120000, 'l'],
  [0o100000, '-'],
  [0o020000, 'c'],
  [0o060000, 'b'],
  [0o010000, 'p'],
  [0o140000, 's'],
])

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** A line as of `ls -l`, which is what clients show for it; in UTC, for nobody knows where they are. */
function longName(name: string, { mode, uid, gid, size, mtime }: FileAttributes): string {
  const bits = Array.from('rwxrwxrwx', (letter, place) => (mode & (0o400 >> place) ? letter : '-')).join('')
  const date = new Date(seconds(mtime) * 1000)
  const day = `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)}`
  const columns = [String(uid).padEnd(8), String(gid).padEnd(8), String(size).padStart(8), day, date.getUTCFullYear()]
  return `${TYPES.get(mode & 0o170000) ?? '?'}${bits}    1 ${columns.join(' ')}  ${name}`
}

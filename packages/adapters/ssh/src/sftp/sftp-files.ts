/**
 * Files as an SFTP client sees them (version 3, as everybody speaks it). Paths are as the client sent them. What has no method
 * is answered as unsupported; what a method throws is told to the client by its `code`, as of `node:fs`: `ENOENT` is
 * "no such file", `EACCES`, `EPERM` and `EROFS` are "permission denied", `ENOSYS` and `ENOTSUP` "unsupported", all others "failure".
 * No message of an error leaves the server.
 */
export interface SftpFiles {
  /** The absolute, canonical form of a path that need not exist; `.` is where the client starts. */
  realPath(path: string): Promise<string> | string
  /** Follows symbolic links, which `lstat` does not. */
  stat(path: string): Promise<FileAttributes> | FileAttributes
  lstat(path: string): Promise<FileAttributes> | FileAttributes
  /** The entries of a directory, without `.` and `..`. */
  list(path: string): AsyncIterable<DirectoryEntry> | Promise<AsyncIterable<DirectoryEntry>>
  open(path: string, mode: OpenMode, attributes: FileChanges): Promise<SftpFile> | SftpFile
  change?(path: string, changes: FileChanges): Promise<void> | void
  remove?(path: string): Promise<void> | void
  makeDirectory?(path: string, attributes: FileChanges): Promise<void> | void
  removeDirectory?(path: string): Promise<void> | void
  /** @param overwrite whether an existing file at `to` is replaced (`posix-rename@openssh.com`); without, it fails */
  rename?(from: string, to: string, overwrite: boolean): Promise<void> | void
  readLink?(path: string): Promise<string> | string
  makeLink?(target: string, path: string): Promise<void> | void
  /** Told once, when the channel is closed and every file with it. */
  close?(): Promise<void> | void
}

/** An open file. The adapter closes whatever the client leaves open. */
export interface SftpFile {
  /** At most `length` bytes from `position`; none at the end of the file. */
  read(length: number, position: number): Promise<Uint8Array>
  write(data: Uint8Array, position: number): Promise<void>
  stat(): Promise<FileAttributes>
  change?(changes: FileChanges): Promise<void>
  close(): Promise<void>
}

export interface OpenMode {
  readonly read: boolean
  readonly write: boolean
  readonly append: boolean
  readonly create: boolean
  readonly truncate: boolean
  /** Fails when the file is there already. */
  readonly exclusive: boolean
}

/** What is known of a file. */
export interface FileAttributes {
  /** Type and permission bits, as in `node:fs`. */
  readonly mode: number
  readonly size: number
  readonly uid: number
  readonly gid: number
  /** Seconds since the epoch. */
  readonly atime: number
  readonly mtime: number
}

/** What the client wants changed, or a new file to have. */
export interface FileChanges {
  readonly mode?: number
  readonly size?: number
  readonly uid?: number
  readonly gid?: number
  readonly atime?: number
  readonly mtime?: number
}

export interface DirectoryEntry {
  readonly name: string
  readonly attributes: FileAttributes
}

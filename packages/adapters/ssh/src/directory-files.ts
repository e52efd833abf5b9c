import type { SftpFiles } from './sftp/sftp-files.ts'

export interface DirectoryFilesOptions {
  /** Refuses whatever would change something. @default false */
  readonly readOnly?: boolean
}

/**
 * The files of one directory, which is `/` to the client: no path and no symbolic link leads out of it.
 * @param root a directory that exists
 */
export declare function directoryFiles(root: string, options?: DirectoryFilesOptions): SftpFiles

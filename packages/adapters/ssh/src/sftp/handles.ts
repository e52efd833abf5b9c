import type { DirectoryEntry, SftpFile } from './sftp-files.ts'

/** What a client has open. */
export type Opened = { readonly file: SftpFile } | { readonly entries: AsyncIterator<DirectoryEntry>; over: boolean }

/** The open files and directories of one client, by the names that it was given for them. */
export class Handles {
  readonly #most: number
  readonly #opened = new Map<string, Opened>()
  #next = 0

  constructor(most: number) {
    this.#most = most
  }

  get full(): boolean {
    return this.#opened.size >= this.#most
  }

  add(opened: Opened): string {
    const handle = String(this.#next++)
    this.#opened.set(handle, opened)
    return handle
  }

  get(handle: Buffer): Opened | undefined {
    return this.#opened.get(handle.toString('latin1'))
  }

  async close(handle: Buffer): Promise<boolean> {
    const name = handle.toString('latin1')
    const opened = this.#opened.get(name)
    if (!opened) return false
    this.#opened.delete(name)
    await shut(opened)
    return true
  }

  /** Closes whatever is open, all of it, whatever fails. */
  async closeAll(): Promise<void> {
    const all = [...this.#opened.values()]
    this.#opened.clear()
    const ends = await Promise.allSettled(all.map(shut))
    const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
    if (failures.length > 0) throw new AggregateError(failures, 'not every file was closed well')
  }
}

async function shut(opened: Opened): Promise<void> {
  if ('file' in opened) await opened.file.close()
  else await opened.entries.return?.()
}

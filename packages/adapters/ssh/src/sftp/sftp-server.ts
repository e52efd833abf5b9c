import type { Readable, Writable } from 'node:stream'
import { SshKeyError, WireReader } from '@gatewright/ssh-keys'
import { Handles } from './handles.ts'
import { packets, writePacket } from './packets.ts'
import type { DirectoryEntry, SftpFile, SftpFiles } from './sftp-files.ts'
import {
  attributesMessage,
  dataMessage,
  Fxp,
  handleMessage,
  nameMessage,
  namesMessage,
  readChanges,
  readOpenMode,
  Status,
  type StatusCode,
  statusMessage,
  statusOf,
  versionMessage,
} from './sftp-message.ts'

/** What one READ may ask for; more is answered with less, as the protocol allows. */
const MAX_READ = 256 * 1024

/** Entries of a directory in one answer. */
const ENTRIES = 100

const RENAME_OVER = 'posix-rename@openssh.com'

/**
 * Speaks SFTP until the client ends its side. One request is answered before the next is read, so that a client which does not
 * read costs no more than one answer, and requests that build on each other do so in their order.
 *
 * @param handles files and directories that may be open at once
 */
export async function serveSftp(files: SftpFiles, input: Readable, output: Writable, handles: number): Promise<void> {
  const session = new SftpSession(files, new Handles(handles))
  try {
    let begun = false
    for await (const packet of packets(input)) {
      if (!begun) {
        if (packet[0] !== Fxp.INIT) throw new SftpEnd()
        begun = true
        await writePacket(output, versionMessage())
      } else await writePacket(output, await session.answer(packet))
    }
  } catch (error) {
    // A client that speaks something else is the client's affair; so is one that has gone.
    if (!(error instanceof SftpEnd || error instanceof RangeError || output.destroyed)) throw error
  } finally {
    await session.end()
  }
}

/** The client said what makes no sense, and nothing that it says after that could. */
class SftpEnd extends Error {}

/** What the client has open, and what it may ask. */
class SftpSession {
  readonly #files: SftpFiles
  readonly #handles: Handles

  constructor(files: SftpFiles, handles: Handles) {
    this.#files = files
    this.#handles = handles
  }

  async end(): Promise<void> {
    try {
      await this.#handles.closeAll()
    } finally {
      await this.#files.close?.()
    }
  }

  async answer(packet: Buffer): Promise<Buffer> {
    const reader = new WireReader(packet)
    const type = reader.byte()
    let id: number
    try {
      id = reader.uint32()
    } catch {
      throw new SftpEnd()
    }
    try {
      const answer = await this.#perform(type, id, reader)
      return typeof answer === 'number' ? statusMessage(id, answer) : answer
    } catch (error) {
      return statusMessage(id, error instanceof SshKeyError ? Status.BAD_MESSAGE : statusOf(error))
    }
  }

  async #perform(type: number, id: number, reader: WireReader): Promise<Buffer | StatusCode> {
    const files = this.#files
    switch (type) {
      case Fxp.REALPATH:
        return nameMessage(id, await files.realPath(reader.text()))
      case Fxp.STAT:
        return attributesMessage(id, await files.stat(reader.text()))
      case Fxp.LSTAT:
        return attributesMessage(id, await files.lstat(reader.text()))
      case Fxp.FSTAT:
        return attributesMessage(id, await this.#file(reader).stat())
      case Fxp.OPEN:
        return await this.#open(id, reader)
      case Fxp.OPENDIR:
        return await this.#openDirectory(id, reader)
      case Fxp.CLOSE:
        return (await this.#handles.close(reader.string())) ? Status.OK : Status.FAILURE
      case Fxp.READ: {
        const file = this.#file(reader)
        const position = Number(reader.uint64())
        const length = Math.min(reader.uint32(), MAX_READ)
        const data = await file.read(length, position)
        return data.length === 0 ? Status.EOF : dataMessage(id, data)
      }
      case Fxp.WRITE: {
        const file = this.#file(reader)
        const position = Number(reader.uint64())
        await file.write(reader.string(), position)
        return Status.OK
      }
      case Fxp.READDIR:
        return await this.#readDirectory(id, reader)
      case Fxp.SETSTAT:
        return await done(files.change !== undefined, files.change?.(reader.text(), readChanges(reader)))
      case Fxp.FSETSTAT: {
        const file = this.#file(reader)
        return await done(file.change !== undefined, file.change?.(readChanges(reader)))
      }
      case Fxp.REMOVE:
        return await done(files.remove !== undefined, files.remove?.(reader.text()))
      case Fxp.MKDIR:
        return await done(files.makeDirectory !== undefined, files.makeDirectory?.(reader.text(), readChanges(reader)))
      case Fxp.RMDIR:
        return await done(files.removeDirectory !== undefined, files.removeDirectory?.(reader.text()))
      case Fxp.RENAME:
        return await done(files.rename !== undefined, files.rename?.(reader.text(), reader.text(), false))
      case Fxp.READLINK:
        return files.readLink ? nameMessage(id, await files.readLink(reader.text())) : Status.OP_UNSUPPORTED
      case Fxp.SYMLINK:
        // OpenSSH has the two the other way round than the draft, and everybody follows OpenSSH.
        return await done(files.makeLink !== undefined, files.makeLink?.(reader.text(), reader.text()))
      case Fxp.EXTENDED:
        if (reader.text() !== RENAME_OVER) return Status.OP_UNSUPPORTED
        return await done(files.rename !== undefined, files.rename?.(reader.text(), reader.text(), true))
      default:
        return Status.OP_UNSUPPORTED
    }
  }

  async #open(id: number, reader: WireReader): Promise<Buffer | StatusCode> {
    if (this.#handles.full) return Status.FAILURE
    const path = reader.text()
    const mode = readOpenMode(reader)
    const file = await this.#files.open(path, mode, readChanges(reader))
    return handleMessage(id, this.#handles.add({ file }))
  }

  async #openDirectory(id: number, reader: WireReader): Promise<Buffer | StatusCode> {
    if (this.#handles.full) return Status.FAILURE
    const entries = (await this.#files.list(reader.text()))[Symbol.asyncIterator]()
    return handleMessage(id, this.#handles.add({ entries, over: false }))
  }

  async #readDirectory(id: number, reader: WireReader): Promise<Buffer | StatusCode> {
    const opened = this.#handles.get(reader.string())
    if (!opened || !('entries' in opened)) return Status.FAILURE
    const page: DirectoryEntry[] = []
    while (!opened.over && page.length < ENTRIES) {
      const { done: over, value } = await opened.entries.next()
      if (over === true) opened.over = true
      else page.push(value)
    }
    return page.length === 0 ? Status.EOF : namesMessage(id, page)
  }

  #file(reader: WireReader): SftpFile {
    const opened = this.#handles.get(reader.string())
    if (!opened || !('file' in opened)) throw new Error('there is no file of this handle')
    return opened.file
  }
}

/** The answer to what has no result. */
async function done(supported: boolean, result: Promise<void> | void): Promise<StatusCode> {
  await result
  return supported ? Status.OK : Status.OP_UNSUPPORTED
}

import { setTimeout as sleep } from 'node:timers/promises'
import { readRegularFile, WatchedFileError } from '@gatewright/watched-file'
import { type Disk, unlinkIfThere } from './disk.ts'
import { FileError, systemCode } from './errors.ts'
import { asIdentity, isGone, type ProcessIdentity, thisProcess } from './process-identity.ts'

export interface FileLock {
  /** Whether it was taken from a process that died with it. */
  readonly broken: boolean
  release(): Promise<void>
}

export interface LockOptions {
  /** The file that is locked, as errors show it. */
  readonly shown: string
  readonly waitMs: number
}

const FIRST_WAIT_MS = 2
const LONGEST_WAIT_MS = 50

/**
 * Whose a lock is; nothing when the file does not say, which only a power failure brings about. What is no file of ours,
 * such as a FIFO or something very long, is strange: somebody has put it there, and only somebody may take it away.
 */
type Held = { readonly owner?: ProcessIdentity; readonly strange?: true }

/** A lock says a few hundred bytes. */
const MAX_BYTES = 4_096

/**
 * Takes a lock: a file that only one process can have made, which says who that was. A process that died does not hold its
 * lock; one on another machine, or in another container, is believed to be alive.
 *
 * @throws {FileError} `LOCKED` after `waitMs`, `UNWRITABLE`
 */
export async function takeLock(disk: Disk, path: string, options: LockOptions): Promise<FileLock> {
  const me = thisProcess()
  const card = `${path}.${me.nonce}.card`
  try {
    await writeCard(disk, card, me)
    const until = performance.now() + options.waitMs
    let broken = false
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      if (await claim(disk, card, path, me)) return { broken, release: () => unlinkIfThere(disk, path) }
      const held = await look(disk, path)
      if (held && isDead(held)) {
        await breakLock(disk, path, held, options)
        broken = true
        continue
      }
      if (performance.now() >= until) throw tooLong(path, held, options)
      await sleep(wait)
    }
  } finally {
    await unlinkIfThere(disk, card)
  }
}

/** Written before it becomes the lock: a lock that does not say whose it is could not be told from a dead one. */
async function writeCard(disk: Disk, card: string, me: ProcessIdentity): Promise<void> {
  const handle = await disk.open(card, 'wx', 0o600)
  try {
    await handle.writeFile(JSON.stringify(me))
  } finally {
    await handle.close()
  }
}

/** Like opening with `O_EXCL`, but with something in it. */
async function claim(disk: Disk, card: string, path: string, me: ProcessIdentity): Promise<boolean> {
  try {
    await disk.link(card, path)
    return true
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EEXIST') return false
    if (code !== 'ENOENT') throw error
    // Whoever has the lock has cleared up, and cannot tell our card from that of a dead process.
    await writeCard(disk, card, me)
    return false
  }
}

async function look(disk: Disk, path: string): Promise<Held | undefined> {
  try {
    const { bytes } = await readRegularFile(path, { maxBytes: MAX_BYTES, open: disk.open })
    const owner = asIdentity(bytes.toString())
    return owner ? { owner } : {}
  } catch (error) {
    if (!(error instanceof WatchedFileError)) throw error
    if (error.code === 'MISSING') return undefined
    if (error.code === 'UNREADABLE') throw error.cause
    return { strange: true }
  }
}

const isDead = ({ owner, strange }: Held): boolean =>
  strange !== true && (owner === undefined || isGone(owner) === true)

/**
 * Removes the lock of a dead process. Two that found it dead must not both remove it: the second would remove the lock that
 * the first has taken since. So the right to break this very lock is a lock itself, named after it, and whoever has that
 * looks again.
 */
async function breakLock(disk: Disk, path: string, { owner }: Held, options: LockOptions): Promise<void> {
  const right = await takeLock(disk, `${path}.${owner?.nonce ?? 'silent'}`, options)
  try {
    const now = await look(disk, path)
    if (now && isDead(now) && now.owner?.nonce === owner?.nonce) await unlinkIfThere(disk, path)
  } finally {
    await right.release()
  }
}

function tooLong(path: string, held: Held | undefined, { shown, waitMs }: LockOptions): FileError {
  const who = held?.owner ? `process ${held.owner.pid} on ${printable(held.owner.host)}` : 'another process'
  return new FileError('LOCKED', `${shown} was being edited by ${who} for more than ${waitMs} ms`, {
    hint: `Try again. If no such process runs, remove ${path}.`,
  })
}

/** The name in a host; whoever wrote the lock must not write to the terminal of whoever reads the error. */
const printable = (host: string) => (host.split(' ', 1)[0] ?? '').slice(0, 64).replace(/[^\x21-\x7e]/g, '?')

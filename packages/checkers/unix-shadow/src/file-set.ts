import { setTimeout as sleep } from 'node:timers/promises'
import { contentOf, type OpenFile, openFile, probeFile, type Stamp, sameStamp, stampAt } from './account-file.ts'
import { UnixError } from './errors.ts'

/** Longer than a tick of any clock that stamps files: two changes within one tick carry the same stamp. */
const TICK_MS = 20
const TRIES = 10

interface Reading<T> {
  /** Counts the readings. */
  readonly number: number
  readonly stamps: readonly Stamp[]
  readonly value: T
}

/**
 * Some files, read again whenever one of them changes, and always together: what is understood of them was true of all at
 * one moment.
 */
export class FileSet<T> {
  readonly #paths: readonly string[]
  readonly #understand: (contents: readonly Buffer[]) => Promise<T>
  #begun = 0
  #latest: Reading<T> | undefined
  #reading: Promise<void> | undefined

  /** @throws {UnixError} when one of them cannot be read: `UNREADABLE`, `NOT_A_FILE`, `UNSAFE`, `TOO_LARGE` */
  constructor(paths: readonly string[], understand: (contents: readonly Buffer[]) => Promise<T>) {
    this.#paths = paths
    this.#understand = understand
    for (const path of paths) probeFile(path)
  }

  /**
   * What the files say now, or said at some moment since this was called.
   * @throws {UnixError} every code but `BAD_ENTRY`; what was read before is never handed out instead
   */
  async current(): Promise<T> {
    const before = this.#begun
    for (;;) {
      const latest = this.#latest
      // One that was begun later cannot have missed a change made before this call.
      if (latest && (latest.number > before || this.#stand(latest.stamps))) return latest.value
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined
      })
      await this.#reading
    }
  }

  /** Whether each path still leads to what was stamped. */
  #stand(stamps: readonly Stamp[]): boolean {
    return this.#paths.every((path, i) => {
      const stamp = stamps[i]
      return stamp !== undefined && sameStamp(stamp, stampAt(path))
    })
  }

  async #read(): Promise<void> {
    const number = ++this.#begun
    for (let tries = 0; tries < TRIES; tries++) {
      const reading = await this.#try(number)
      if (!reading) continue
      this.#latest = reading
      return
    }
    throw new UnixError('CHANGING', `${this.#paths.join(' and ')} changed each of ${TRIES} times they were read`, {
      hint: 'Something writes to them in place, without end; find it with: fuser -v',
    })
  }

  async #try(number: number): Promise<Reading<T> | undefined> {
    const files: OpenFile[] = []
    try {
      for (const path of this.#paths) files.push(await openFile(path))
      const stamps = files.map(({ stamp }) => stamp)
      // Whatever was opened first is still in its place now that the last is open: they belong together.
      if (!this.#stand(stamps)) return undefined
      await rest(stamps)
      const contents = await Promise.all(files.map(contentOf))
      const whole = contents.filter((content) => content !== undefined)
      if (whole.length < contents.length) return undefined
      return { number, stamps, value: await this.#understand(whole) }
    } finally {
      await Promise.all(files.map(({ handle }) => handle.close()))
    }
  }
}

/** Waits until the next change of any of them must show in its stamp. */
async function rest(stamps: readonly Stamp[]): Promise<void> {
  const changed = Math.max(...stamps.map(({ ctimeNs }) => Number(ctimeNs / 1_000_000n)))
  const age = Date.now() - changed
  // A stamp from the future is that of a clock that was set back: there is no knowing how long to wait.
  if (age >= 0 && age < TICK_MS) await sleep(TICK_MS - age)
}

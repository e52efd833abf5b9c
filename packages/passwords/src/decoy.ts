import { randomBytes } from 'node:crypto'
import { toBase64 } from './base64.ts'
import { recipeOf } from './formats.ts'
import type { UserSource } from './user-source.ts'

const SAMPLE_EVERY_MS = 60_000
/** How long a login waits for a sample that is due. */
const PATIENCE_MS = 1_000

/** A string as `hash()` makes them by default, of no password. */
const nobodys = () => `$argon2id$v=19$m=19456,t=2,p=1$${toBase64(randomBytes(16))}$${toBase64(randomBytes(32))}`

/**
 * The stored password of users that do not exist or have none: the same format and cost as of those who do. A string and
 * not a recipe, because reading one takes time too. Whether anything matches it is never asked.
 */
export class Decoy {
  readonly #sources: readonly UserSource[]
  #sampled: string | undefined
  #seen: string = nobodys()
  #sampleAt = Number.NEGATIVE_INFINITY
  #sampling: Promise<void> | undefined

  constructor(sources: readonly UserSource[]) {
    this.#sources = sources.filter((source) => source.sample !== undefined)
  }

  /**
   * Asked for every attempt, before anybody is looked up: asking only for unknown users would tell them from others by the
   * time that a sample takes.
   */
  async current(): Promise<string> {
    if (this.#sources.length > 0 && (this.#sampling || performance.now() >= this.#sampleAt)) {
      this.#sampling ??= this.#inTime(this.#sample()).finally(() => {
        this.#sampling = undefined
        this.#sampleAt = performance.now() + SAMPLE_EVERY_MS
      })
      await this.#sampling
    }
    return this.#sampled ?? this.#seen
  }

  /** A sample is a help, not a need: while none is to be had, the last one serves, and `find` tells what is broken. */
  async #inTime(sampling: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS)
    })
    await Promise.race([sampling.catch(() => undefined), late]).finally(() => clearTimeout(timer))
  }

  /** Remembers the stored password of an existing user, which can be derived from. */
  seen(stored: string): void {
    this.#seen = stored
  }

  async #sample(): Promise<void> {
    let sampled: string | undefined
    let most = -1
    for (const source of this.#sources) {
      const stored = await source.sample?.()
      const cost = stored === undefined ? undefined : costOf(stored)
      // Of sources that differ the costliest: its users are the ones worth hiding.
      if (cost === undefined || cost <= most) continue
      most = cost
      sampled = stored
    }
    this.#sampled = sampled
  }
}

/** A sample that cannot be derived from is its user's trouble, at that user's login. */
function costOf(stored: string): number | undefined {
  try {
    return recipeOf(stored).memoryBytes
  } catch {
    return undefined
  }
}

// The default export, because a named import of `argon2` does not link on Node before 24.7.
import crypto from 'node:crypto'
import { PasswordsError } from './errors.ts'

export type Argon2Variant = 'argon2id' | 'argon2i' | 'argon2d'

/** One Argon2 computation. */
export interface Argon2Job {
  readonly variant: Argon2Variant
  /** Whether it is version 0x10, which came before the RFC. */
  readonly old: boolean
  readonly password: Buffer
  readonly salt: Buffer
  /** KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  /** Bytes. */
  readonly tagLength: number
}

/** Computes on a thread of libuv's pool, whichever engine it is. */
export type Argon2Engine = (job: Argon2Job) => Promise<Buffer>

let engine: Promise<Argon2Engine> | undefined

/** @throws {PasswordsError} `ENGINE_UNAVAILABLE` */
export async function deriveArgon2(job: Argon2Job): Promise<Buffer> {
  engine ??= nativeEngine().catch(nodeEngine)
  return (await engine)(job)
}

/** `@node-rs/argon2`: three times as fast as the other, and there for Node 22. */
export async function nativeEngine(): Promise<Argon2Engine> {
  const { hashRaw } = await import('@node-rs/argon2')
  const algorithms = { argon2d: 0, argon2i: 1, argon2id: 2 } as const
  return ({ variant, old, password, salt, memory, passes, parallelism, tagLength }) =>
    hashRaw(password, {
      algorithm: algorithms[variant],
      version: old ? 0 : 1,
      salt,
      memoryCost: memory,
      timeCost: passes,
      parallelism,
      outputLen: tagLength,
    })
}

/** Node's own, for platforms that the native package was not built for. */
export function nodeEngine(why?: unknown): Argon2Engine {
  const native: typeof crypto.argon2 | undefined = crypto.argon2
  if (native === undefined) throw missing('this Node.js has no argon2, and @node-rs/argon2 cannot be loaded', why)
  return ({ variant, old, password, salt, memory, passes, parallelism, tagLength }) =>
    new Promise((resolve, reject) => {
      if (old) return reject(missing("Node.js's argon2 is version 0x13, this password hash version 0x10", why))
      const parameters = { message: password, nonce: salt, memory, passes, parallelism, tagLength }
      native(variant, parameters, (error, tag) => (error ? reject(error) : resolve(tag)))
    })
}

function missing(what: string, cause: unknown): PasswordsError {
  return new PasswordsError('ENGINE_UNAVAILABLE', what, {
    cause,
    hint: 'Install @node-rs/argon2 with its optional dependencies for this platform, or use Node.js 24.7 or later.',
  })
}

/** What a worker computes: everything that it takes, as plain data. Results are digests, before any encoding. */
export type CryptJob = Md5CryptJob | ShaCryptJob | Sha1CryptJob | DesCryptJob | YescryptJob | GostYescryptJob

export interface Md5CryptJob {
  readonly scheme: 'md5-crypt'
  readonly password: Uint8Array
  readonly salt: Uint8Array
  /** `$1$` or `$apr1$`: it is hashed too. */
  readonly magic: string
}

export interface ShaCryptJob {
  readonly scheme: 'sha-crypt'
  readonly digest: 'sha256' | 'sha512'
  readonly password: Uint8Array
  readonly salt: Uint8Array
  readonly rounds: number
}

export interface Sha1CryptJob {
  readonly scheme: 'sha1-crypt'
  readonly password: Uint8Array
  readonly salt: Uint8Array
  readonly rounds: number
}

export interface DesCryptJob {
  readonly scheme: 'des-crypt'
  readonly password: Uint8Array
  /** 12 bits. */
  readonly salt: number
}

export interface YescryptJob {
  readonly scheme: 'yescrypt'
  readonly password: Uint8Array
  readonly salt: Uint8Array
  /** N, a power of two. */
  readonly cost: number
  /** r */
  readonly blockSize: number
  /** p */
  readonly parallelization: number
  /** t */
  readonly time: number
}

export interface GostYescryptJob extends Omit<YescryptJob, 'scheme'> {
  readonly scheme: 'gost-yescrypt'
  /** The stored string up to the hash, without the `$` between: it is hashed too. */
  readonly setting: string
}

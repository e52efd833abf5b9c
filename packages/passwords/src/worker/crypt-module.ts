import { CRYPT_WASM } from './crypt-wasm.ts'

interface WasmGlobal {
  readonly value: unknown
}

interface WasmMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

/** As much of it as is used here: its types come with those of browsers only. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** What `wasm/index.as` exports. */
interface CryptExports {
  readonly memory: WasmMemory
  readonly digest: WasmGlobal
  readonly phrase: WasmGlobal
  readonly salt: WasmGlobal
  readonly free: WasmGlobal
  cryptRounds(digestBytes: number, phraseBytes: number, saltBytes: number, rounds: number): void
  sha1Rounds(rounds: number): void
  desCrypt(salt: number): void
  fillBoxes(block: number, boxes: number): void
  parkBoxes(boxes: number): void
  resumeBoxes(boxes: number): void
  fill(x: number, v: number, size: number, n: number): void
  mix(x: number, v: number, size: number, n: number, loops: number, write: number): void
}

const PAGE = 65_536
/** WebAssembly memory never shrinks; an instance that grew past this is not kept. */
const KEPT_BYTES = 32 * 1024 * 1024

/** The module in an instance of its own, with names for the places in its memory. */
export class CryptModule {
  readonly run: CryptExports
  readonly #digestAt: number
  readonly #phraseAt: number
  readonly #saltAt: number
  /** Where the memory begins that may be used as one likes. */
  readonly freeAt: number

  constructor(module: object) {
    // The declared exports are those of the committed bytes, which a test compiles anew and compares.
    this.run = new WebAssembly.Instance(module).exports as CryptExports
    this.#digestAt = Number(this.run.digest.value)
    this.#phraseAt = Number(this.run.phrase.value)
    this.#saltAt = Number(this.run.salt.value)
    this.freeAt = Number(this.run.free.value)
  }

  /** Makes room for so many bytes from `freeAt`. Views that were made before are detached. */
  reserve(bytes: number): void {
    const missing = Math.ceil((this.freeAt + bytes - this.run.memory.buffer.byteLength) / PAGE)
    if (missing > 0) this.run.memory.grow(missing)
  }

  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.run.memory.buffer, at, length)
  }

  load(phrase: Uint8Array, salt: Uint8Array, digest: Uint8Array): void {
    this.bytes(this.#phraseAt, phrase.length).set(phrase)
    this.bytes(this.#saltAt, salt.length).set(salt)
    this.bytes(this.#digestAt, digest.length).set(digest)
  }

  /** A copy. */
  digest(length: number): Uint8Array {
    return this.bytes(this.#digestAt, length).slice()
  }

  /** Forgets the password and all that was made of it, up to what the next one overwrites. */
  wipe(): void {
    this.bytes(this.#phraseAt, 1024).fill(0)
    this.bytes(this.#saltAt, 64).fill(0)
    this.bytes(this.#digestAt, 64).fill(0)
  }

  get tooBigToKeep(): boolean {
    return this.run.memory.buffer.byteLength > KEPT_BYTES
  }
}

let compiled: object | undefined
let current: CryptModule | undefined

/** Lends the module to one computation. */
export function withCryptModule(compute: (module: CryptModule) => Uint8Array): Uint8Array {
  compiled ??= new WebAssembly.Module(Buffer.from(CRYPT_WASM, 'base64'))
  const module = current ?? new CryptModule(compiled)
  current = undefined
  const result = compute(module)
  module.wipe()
  if (!module.tooBigToKeep) current = module
  return result
}

import type { WindowAnswer } from './state-store.ts'

/** Which of the last `size` counts have been there: a ring of bits, moved on by the highest. */
export class CountWindow {
  readonly size: number
  readonly #bits: Uint32Array
  #highest = -1

  constructor(size: number) {
    this.size = size
    this.#bits = new Uint32Array(Math.ceil(size / 32))
  }

  add(n: number): WindowAnswer {
    if (n <= this.#highest - this.size) return 'too-old'
    if (n <= this.#highest) {
      if (this.#has(n)) return 'replay'
    } else {
      // What has left the window makes room for what has not been there yet.
      if (n - this.#highest >= this.size) this.#bits.fill(0)
      else for (let skipped = this.#highest + 1; skipped < n; skipped++) this.#clear(skipped)
      this.#highest = n
    }
    this.#set(n)
    return 'fresh'
  }

  #has(n: number): boolean {
    const place = n % this.size
    return ((this.#bits[place >>> 5] ?? 0) & (1 << (place & 31))) !== 0
  }

  #set(n: number): void {
    const place = n % this.size
    this.#bits[place >>> 5] = (this.#bits[place >>> 5] ?? 0) | (1 << (place & 31))
  }

  #clear(n: number): void {
    const place = n % this.size
    this.#bits[place >>> 5] = (this.#bits[place >>> 5] ?? 0) & ~(1 << (place & 31))
  }
}

const BITS = 32

/**
 * Which of the last numbers were seen, as RFC 6479 does it for IPsec: a ring of words with one to spare, so that the window
 * slides by clearing whole words and never by shifting.
 */
export class SlidingWindow {
  readonly #size: number
  readonly #words: number[]
  #top = -1

  constructor(size: number) {
    this.#size = size
    // No Uint32Array: for three words that takes four times the memory.
    this.#words = Array.from({ length: Math.ceil(size / BITS) + 1 }, () => 0)
  }

  mark(n: number): 'fresh' | 'replay' | 'too-old' {
    const words = this.#words
    const word = Math.floor(n / BITS)
    if (n > this.#top) {
      const passed = Math.min(word - Math.floor(this.#top / BITS), words.length)
      for (let i = 0; i < passed; i++) words[(word - i + words.length) % words.length] = 0
      this.#top = n
    } else if (n <= this.#top - this.#size) return 'too-old'
    const at = word % words.length
    const bit = 1 << (n % BITS)
    const seen = words[at] ?? 0
    if ((seen & bit) !== 0) return 'replay'
    words[at] = seen | bit
    return 'fresh'
  }
}

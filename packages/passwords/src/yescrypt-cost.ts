import { CRYPT_ALPHABET, cryptValue } from './crypt-base64.ts'

/** The numbers in a `$y$` string. */
export interface YescryptCost {
  /** log2 N */
  readonly logCost: number
  /** r */
  readonly blockSize: number
  /** p */
  readonly parallelization: number
  /** t */
  readonly time: number
}

/** The one flavour that is in use: read-write mode, 6 rounds, gather 4, simple 2, S-boxes of 12 KiB. */
const FLAVOUR = 'j'

/** Which of the optional numbers follow. */
const HAS_PARALLELIZATION = 1
const HAS_TIME = 2

/** The numbers, or `undefined` for another flavour, and for a ROM or a hash upgrade, which password files do not have. */
export function readYescryptCost(text: string): YescryptCost | undefined {
  if (!text.startsWith(FLAVOUR)) return undefined
  const numbers = new Numbers(text.slice(FLAVOUR.length))
  const logCost = numbers.next(1)
  const blockSize = numbers.next(1)
  const optional = numbers.done ? 0 : numbers.next(1)
  const parallelization = optional & HAS_PARALLELIZATION ? numbers.next(2) : 1
  const time = optional & HAS_TIME ? numbers.next(1) : 0
  const cost: YescryptCost = { logCost, blockSize, parallelization, time }
  // Written back, so that each cost has one spelling; that also refuses what was cut short.
  if (logCost > 63 || !isPossible(cost) || writeYescryptCost(cost) !== text) return undefined
  return cost
}

/** yescrypt's own conditions: a power of two from 2, and at least two blocks for each lane. */
function isPossible({ logCost, blockSize, parallelization }: YescryptCost): boolean {
  return 2 ** logCost >= 4 && 2 ** logCost / parallelization >= 4 && blockSize * parallelization < 2 ** 30
}

export function writeYescryptCost({ logCost, blockSize, parallelization, time }: YescryptCost): string {
  const optional = (parallelization > 1 ? HAS_PARALLELIZATION : 0) | (time > 0 ? HAS_TIME : 0)
  return [
    FLAVOUR,
    encode(logCost, 1),
    encode(blockSize, 1),
    optional === 0 ? '' : encode(optional, 1),
    parallelization > 1 ? encode(parallelization, 2) : '',
    time > 0 ? encode(time, 1) : '',
  ].join('')
}

/**
 * Numbers of one to six characters, as yescrypt writes them: the first character tells how many there are, by the range
 * that it is in, and holds the highest bits.
 */
class Numbers {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get done(): boolean {
    return this.#at >= this.#text.length
  }

  /** NaN past the end, which no comparison survives. */
  next(least: number): number {
    const first = cryptValue(this.#text[this.#at++])
    let { start, end, bits }: Range = FIRST_RANGE
    let value = least
    if (first < 0) return Number.NaN
    while (first > end) {
      value += (end + 1 - start) * 2 ** bits
      start = end + 1
      end = start + Math.floor((62 - end) / 2)
      bits += 6
    }
    value += (first - start) * 2 ** bits
    while (bits > 0) {
      const next = cryptValue(this.#text[this.#at++])
      if (next < 0) return Number.NaN
      bits -= 6
      value += next * 2 ** bits
    }
    return value
  }
}

/** First characters of numbers of one length, and the bits in the characters that follow them. */
interface Range {
  readonly start: number
  readonly end: number
  readonly bits: number
}

const FIRST_RANGE: Range = { start: 0, end: 47, bits: 0 }

function encode(value: number, least: number): string {
  let { start, end, bits }: Range = FIRST_RANGE
  let rest = value - least
  if (!(rest >= 0 && rest < 2 ** 30)) return ''
  while (rest >= (end + 1 - start) * 2 ** bits) {
    rest -= (end + 1 - start) * 2 ** bits
    start = end + 1
    end = start + Math.floor((62 - end) / 2)
    bits += 6
  }
  let text = CRYPT_ALPHABET.charAt(start + Math.floor(rest / 2 ** bits))
  while (bits > 0) {
    bits -= 6
    text += CRYPT_ALPHABET.charAt(Math.floor(rest / 2 ** bits) % 64)
  }
  return text
}

import { expect } from 'vitest'
import { encodeNumber } from '../src/crypt-base64.ts'
import { desCrypt, PasswordsError, verify } from '../src/index.ts'
import { writeYescryptCost } from '../src/yescrypt-cost.ts'
import { libcrypt } from './libcrypt.ts'

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The same numbers in each run. */
export class Dice {
  #state: number
  constructor(seed: number) {
    this.#state = seed
  }
  roll(sides: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * sides)
  }
  text(length: number, alphabet: readonly string[] = ALPHABET.split('')): string {
    return Array.from({ length }, () => alphabet[this.roll(alphabet.length)]).join('')
  }
}

/** Every method of `mkpasswd -m help` that is known here, as cheap as it gets, and whether each setting means something. */
export const METHODS: Record<string, (dice: Dice) => string> = {
  yescrypt: (dice) => `$y$${yescryptSetting(dice)}`,
  'gost-yescrypt': (dice) => `$gy$${yescryptSetting(dice)}`,
  scrypt: (dice) =>
    `$7$${ALPHABET[1 + dice.roll(7)]}${encodeNumber(1 + dice.roll(8), 5)}${encodeNumber(1 + dice.roll(3), 5)}${dice.text(dice.roll(30))}$`,
  bcrypt: (dice) => `$2b$04$${dice.text(21)}${['.', 'O', 'e', 'u'][dice.roll(4)]}`,
  'bcrypt-a': (dice) => `$2a$04$${dice.text(21)}${['.', 'O', 'e', 'u'][dice.roll(4)]}`,
  'bcrypt-y': (dice) => `$2y$04$${dice.text(21)}${['.', 'O', 'e', 'u'][dice.roll(4)]}`,
  sha512crypt: (dice) => `$6$rounds=${1000 + dice.roll(100)}$${dice.text(dice.roll(17))}$`,
  sha256crypt: (dice) => `$5$rounds=${1000 + dice.roll(100)}$${dice.text(dice.roll(17))}$`,
  sha1crypt: (dice) => `$sha1$${4 + dice.roll(100)}$${dice.text(1 + dice.roll(64))}$`,
  md5crypt: (dice) => `$1$${dice.text(dice.roll(9))}$`,
  descrypt: (dice) => dice.text(2),
}

function yescryptSetting(dice: Dice): string {
  const parallelization = 1 + (dice.roll(3) === 0 ? dice.roll(4) : 0)
  const cost = { logCost: 2 + dice.roll(8), blockSize: 1 + dice.roll(8), parallelization, time: dice.roll(4) }
  // Salts are whole bytes: lengths of 1 more than a multiple of 4 do not exist, and loose bits are not allowed.
  return `${writeYescryptCost(cost)}$${dice.text(4 * dice.roll(7))}${['', 'z.', 'zz.'][dice.roll(3)]}$`
}

const PLAIN = Array.from('abcdefghijklmnopqrstuvwxyzABCXYZ0189 !"#$%&/()=?:;,.-_~')
const WORLD = [...PLAIN, ...Array.from('äöüßéèçñøåčžłαβγδжщюя中文字漢あア한국🔑🐎🧷\u0301\u200d\u00a0')]

/** So many bytes of UTF-8: half of the time only ASCII. */
function passwordOf(bytes: number, dice: Dice): string {
  let text = ''
  const alphabet = dice.roll(2) === 0 ? PLAIN : WORLD
  while (Buffer.byteLength(text) < bytes) {
    const next = dice.text(1, alphabet)
    if (Buffer.byteLength(text + next) <= bytes) text += next
    else text += dice.text(1, PLAIN)
  }
  return text
}

/** The verdict of crypt(3), but for what we refuse of our own accord: no password, and what bcrypt does not look at. */
function expected(stored: string, password: string): boolean {
  if (password === '' || (stored.startsWith('$2') && Buffer.byteLength(password) > 72)) return false
  return libcrypt?.(password, stored) === stored
}

async function ours(stored: string, password: string): Promise<boolean | string> {
  try {
    const marked = /^[./0-9A-Za-z]{13}$/.test(stored) ? desCrypt(stored) : stored
    return (await verify(marked, password)) !== 'mismatch'
  } catch (error) {
    if (error instanceof PasswordsError) return error.code
    throw error
  }
}

/**
 * Compares so many hashes of one method with what libcrypt says of them: the right password, a wrong one, others that
 * differ in one character, a byte more and a byte less, and the string cut short.
 * @returns how many hashes were compared
 */
export async function compare(method: string, count: number, seed: number): Promise<number> {
  const dice = new Dice(seed)
  let compared = 0
  for (let i = 0; compared < count; i++) {
    // All lengths in turn, and then again those at which digests and blocks end.
    const length = i % 4 === 3 ? 16 * (1 + dice.roll(12)) : i % 201
    const password = passwordOf(length, dice)
    const stored = libcrypt?.(password, METHODS[method]?.(dice) ?? '')
    if (stored === undefined) continue
    compared++
    const characters = Array.from(password)
    const at = dice.roll(characters.length)
    const others = [
      password,
      characters.toSpliced(at, 1, 'Q').join(''),
      `${password}x`,
      characters.slice(0, -1).join(''),
    ]
    const probes = i % 5 === 0 ? others : [password, others[1 + dice.roll(3)] ?? '']
    for (const probe of probes) {
      expect(await ours(stored, probe), `${method} ${stored} ${JSON.stringify(probe)}`).toBe(expected(stored, probe))
    }
    const cut = await ours(stored.slice(0, -1 - dice.roll(3)), password)
    expect([false, 'MALFORMED', 'UNKNOWN_FORMAT'], `${method} ${stored} cut`).toContain(cut)
  }
  return compared
}

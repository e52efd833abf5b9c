/** The alphabet of crypt(3), in its order. */
export const CRYPT_ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

const BASE64_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** What a character stands for, -1 if it is not in the alphabet. */
export function cryptValue(character: string | undefined): number {
  return character === undefined || character === '' ? -1 : CRYPT_ALPHABET.indexOf(character)
}

/** A number in so many characters, the low bits first. */
export function encodeNumber(value: number, characters: number): string {
  let text = ''
  for (let rest = value; text.length < characters; rest = Math.floor(rest / 64)) text += CRYPT_ALPHABET[rest % 64]
  return text
}

/** The number that so many characters are, the low bits first; `undefined` with others among them. */
export function decodeNumber(text: string): number | undefined {
  const values = text.split('').map(cryptValue)
  return values.includes(-1) ? undefined : values.reduceRight((number, value) => number * 64 + value, 0)
}

/** Three bytes to four characters, the low bits first: how crypt(3) writes bytes. */
export function encodeCrypt(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const group = bytes.subarray(at, at + 3)
    text += encodeNumber(
      group.reduceRight((number, byte) => number * 256 + byte, 0),
      group.length + 1,
    )
  }
  return text
}

/** The bytes, or `undefined` for what {@link encodeCrypt} would not have written. */
export function decodeCrypt(text: string): Buffer | undefined {
  const bytes: number[] = []
  for (let at = 0; at < text.length; at += 4) {
    const group = text.slice(at, at + 4)
    let number = decodeNumber(group)
    if (number === undefined) return undefined
    for (let i = 1; i < group.length; i++) {
      bytes.push(number % 256)
      number = Math.floor(number / 256)
    }
  }
  const decoded = Buffer.from(bytes)
  return encodeCrypt(decoded) === text ? decoded : undefined
}

/** The same alphabet with the high bits first, as DES crypt writes bytes. */
export function encodeCryptHighFirst(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '').replaceAll(/./g, inCryptAlphabet)
}

function inCryptAlphabet(character: string): string {
  return CRYPT_ALPHABET.charAt(BASE64_ALPHABET.indexOf(character))
}

import { PasswordsError } from './errors.ts'

/** The alphabet of bcrypt's base64, which is neither that of MIME nor that of the rest of crypt(3). */
const ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** 4 KiB of S-boxes, 72 bytes of subkeys, and the library's frame. */
export const BCRYPT_BYTES: number = 16 * 1024

let library: Promise<typeof import('@node-rs/bcrypt')> | undefined

/**
 * The last 31 characters of the bcrypt string of a password: computed on a thread of libuv's pool, from its first 72 bytes.
 * @throws {PasswordsError} `ENGINE_UNAVAILABLE`
 */
export async function deriveBcrypt(password: Uint8Array, salt: Uint8Array, cost: number): Promise<Buffer> {
  library ??= import('@node-rs/bcrypt')
  const { hash } = await library.catch((error: unknown) => {
    throw new PasswordsError('ENGINE_UNAVAILABLE', '@node-rs/bcrypt cannot be loaded', {
      cause: error,
      hint: 'Install @node-rs/bcrypt with its optional dependencies for this platform.',
    })
  })
  const made = await hash(password, { salt, cost, version: '2b' })
  return Buffer.from(made.slice(-31))
}

/** 16 bytes in 22 characters. */
export function encodeBcryptSalt(salt: Buffer): string {
  return salt
    .toString('base64')
    .slice(0, 22)
    .replaceAll(/./g, (character) => ALPHABET.charAt(BASE64.indexOf(character)))
}

/** The last character holds two bits; old libraries left others in it, which no implementation looks at. */
export function decodeBcryptSalt(text: string): Buffer {
  const base64 = text.replaceAll(/./g, (character) => BASE64.charAt(ALPHABET.indexOf(character)))
  return Buffer.from(base64, 'base64')
}

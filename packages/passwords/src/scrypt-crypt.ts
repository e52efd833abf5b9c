import { cryptValue, decodeCrypt, decodeNumber } from './crypt-base64.ts'
import { admitsNoNul } from './crypt-format.ts'
import { type Format, malformed, type Recipe } from './format.ts'
import { isPossibleScrypt, scryptDerivation } from './scrypt-derivation.ts'

/** log2 N in one character, r and p in five each, the salt as it is. */
const SHAPE = /^\$7\$([./0-9A-Za-z])([./0-9A-Za-z]{5})([./0-9A-Za-z]{5})([^$:\n]{0,64})\$([./0-9A-Za-z]{43})$/

/** `$7$`: scrypt as crypt(3) writes it. */
export const scryptCrypt: Format = {
  claims: (stored) => stored.startsWith('$7$'),

  parse(stored): Recipe {
    const [, logCost, blockSize = '', parallelization = '', salt = '', keyText = ''] = SHAPE.exec(stored) ?? []
    const expected = decodeCrypt(keyText)
    const parameters = {
      logCost: cryptValue(logCost),
      blockSize: decodeNumber(blockSize) ?? 0,
      parallelization: decodeNumber(parallelization) ?? 0,
      salt: Buffer.from(salt),
      keyLength: 32,
    }
    if (expected?.length !== 32 || !isPossibleScrypt(parameters)) throw malformed('scrypt')
    return { ...scryptDerivation(parameters), admits: admitsNoNul, expected }
  },
}

import { createHash } from 'node:crypto'
import { fromPaddedBase64 } from './base64.ts'
import { type Format, malformed, type Recipe } from './format.ts'

interface Scheme {
  readonly digest: string
  /** Bytes of the digest; what follows them is the salt. */
  readonly bytes: number
  readonly salted: boolean
}

/** RFC 2307 section 5.3, and what OpenLDAP added to it. */
const SCHEMES: ReadonlyMap<string, Scheme> = new Map([
  ['SHA', { digest: 'sha1', bytes: 20, salted: false }],
  ['SSHA', { digest: 'sha1', bytes: 20, salted: true }],
  ['SSHA256', { digest: 'sha256', bytes: 32, salted: true }],
  ['SSHA512', { digest: 'sha512', bytes: 64, salted: true }],
])

const SHAPE = /^\{(SHA|SSHA|SSHA256|SSHA512)\}/i

const MIN_SALT_BYTES = 4
const MAX_SALT_BYTES = 64

/** `{SHA} {SSHA} {SSHA256} {SSHA512}`, in any case: one round of a quick hash. Verified only, and always stale. */
export const ldap: Format = {
  claims: (stored) => SHAPE.test(stored),

  parse(stored): Recipe {
    const [prefix = '', name = ''] = SHAPE.exec(stored) ?? []
    const scheme = SCHEMES.get(name.toUpperCase())
    const bytes = fromPaddedBase64(stored.slice(prefix.length))
    const saltBytes = scheme && bytes ? bytes.length - scheme.bytes : -1
    const least = scheme?.salted === true ? MIN_SALT_BYTES : 0
    const most = scheme?.salted === true ? MAX_SALT_BYTES : 0
    if (!scheme || !bytes || saltBytes < least || saltBytes > most) throw malformed(`{${name.toUpperCase()}}`)
    const salt = bytes.subarray(scheme.bytes)
    return {
      memoryBytes: 0,
      weak: true,
      expected: bytes.subarray(0, scheme.bytes),
      // A few microseconds for the longest password: less than handing it to a thread.
      derive: (password) => Promise.resolve(createHash(scheme.digest).update(password).update(salt).digest()),
    }
  },
}

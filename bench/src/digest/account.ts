import { createHash } from 'node:crypto'

/** The one user of every contestant. */
export const USERNAME = 'ada'
export const PASSWORD = 'sesame'
export const REALM = 'bench'
/** What is asked for, and what whoever may see it gets. */
export const PATH = '/private'
export const BODY = 'Hello, ada!'

export type Algorithm = 'MD5' | 'SHA-256'

export const algorithm: Algorithm = process.env.BENCH_ALGORITHM === 'MD5' ? 'MD5' : 'SHA-256'

/** H of RFC 7616 section 3.3, in lower-case hexadecimal. */
export function digest(by: Algorithm, text: string): string {
  return createHash(by === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex')
}

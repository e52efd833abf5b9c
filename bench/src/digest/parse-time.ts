import { parseParameters } from '../../../packages/adapters/http-digest/src/parse-parameters.ts'
import { digest, PATH, REALM, USERNAME } from './account.ts'

const RUNS = 20_000
const LONGEST = 16_384

const usual = `username="${USERNAME}", realm="${REALM}", nonce="${'x'.repeat(60)}", uri="${PATH}", algorithm=SHA-256, response="${digest('SHA-256', '')}", opaque="${'y'.repeat(32)}", qop=auth, nc=00000001, cnonce="0a4f113b"`

/** The worst that fits into a header, of every kind that parsers have been slow with. */
const HOSTILE: readonly string[] = [
  ','.repeat(LONGEST),
  ' '.repeat(LONGEST),
  `a="${'\\"'.repeat(LONGEST / 2 - 2)}"`,
  `a="${'\\'.repeat(LONGEST - 4)}"`,
  'a=b,'.repeat(LONGEST / 4),
  '='.repeat(LONGEST),
  `a=${'b'.repeat(LONGEST - 2)}`,
  `${'a '.repeat(LONGEST / 2)}=`,
]

/** Microseconds: the 99th percentile of a usual header, and the best of several tries at the worst hostile one. */
export function parseTimes(): { readonly usual: number; readonly worst: number } {
  for (let i = 0; i < RUNS; i++) parseParameters(usual)
  const times = Array.from({ length: RUNS }, () => timed(usual)).toSorted((a, b) => a - b)
  const worst = Math.max(...HOSTILE.map((text) => Math.min(...Array.from({ length: 20 }, () => timed(text)))))
  return { usual: times[Math.floor(RUNS * 0.99)] ?? Number.NaN, worst }
}

function timed(text: string): number {
  const began = process.hrtime.bigint()
  parseParameters(text)
  return Number(process.hrtime.bigint() - began) / 1000
}

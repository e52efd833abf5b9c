import { isUtf8 } from 'node:buffer'
import type { PublicKey } from '@gatewright/portal'
import { inspectPublicKey, isCertificate, KEY_ALGORITHMS, SshKeyError } from '@gatewright/ssh-keys'
import { type KeyOptions, NO_OPTIONS, parseKeyOptions } from './key-options.ts'
import { LineProblem } from './line-problem.ts'

/** One line of authorized_keys. */
export interface AuthorizedKey {
  readonly key: PublicKey
  readonly options: KeyOptions
  readonly comment: string
}

const MAX_LINE_BYTES = 8192
const KINDS: ReadonlySet<string> = new Set(KEY_ALGORITHMS)

/**
 * `[options] kind base64 [comment]`, as sshd(8) has it, from the bytes of one line without its end.
 * @returns `undefined` for blank lines and comments
 * @throws {LineProblem}
 */
export function parseAuthorizedKey(bytes: Buffer): AuthorizedKey | undefined {
  if (bytes.length > MAX_LINE_BYTES) throw new LineProblem(`the line is longer than ${MAX_LINE_BYTES} bytes`)
  // Comments may be in any encoding; what decides may not.
  const isText = isUtf8(bytes)
  const line = skipBlanks(bytes.toString(isText ? 'utf8' : 'latin1'))
  if (line === '' || line.startsWith('#')) return undefined
  if (line.includes('\0')) throw new LineProblem('the line holds a NUL')
  const bare = readKey(line)
  if (bare) return { ...bare, options: NO_OPTIONS }
  const end = endOfOptions(line)
  const options = line.slice(0, end)
  if (!isText && /[^\0-\x7f]/.test(options)) throw new LineProblem('the options are not UTF-8')
  const parsed = parseKeyOptions(options)
  const keyed = readKey(skipBlanks(line.slice(end)))
  if (!keyed) throw new LineProblem('there is no key after the options')
  return { ...keyed, options: parsed }
}

/**
 * A key at the very beginning.
 * @returns `undefined` when the text does not begin with a kind of key
 * @throws {LineProblem} when it does, and the rest does not fit
 */
function readKey(text: string): Omit<AuthorizedKey, 'options'> | undefined {
  const [kind, rest] = firstWord(text)
  if (isCertificate(kind))
    throw new LineProblem('a certificate stands where a key should: name its CA by cert-authority')
  if (!KINDS.has(kind)) return undefined
  const [base64, comment] = firstWord(rest)
  const blob = Buffer.from(base64, 'base64')
  // Node skips what is not base64; so a list that was mended by hand would hold another key than it shows.
  if (base64 === '' || blob.toString('base64') !== base64) throw new LineProblem('the key is not base64')
  try {
    const { algorithm } = inspectPublicKey(blob)
    // `restrict AAAA...` would else lose its restriction to a reader that goes by the kind in the key.
    if (algorithm !== kind) throw new LineProblem('the kind of the key is not the one written before it')
    return { key: { algorithm, blob }, comment }
  } catch (error) {
    if (error instanceof SshKeyError) throw new LineProblem(error.message)
    throw error
  }
}

/** Only the space and the tab separate. */
function firstWord(text: string): readonly [word: string, rest: string] {
  let end = 0
  while (end < text.length && !isBlank(text[end])) end++
  return [text.slice(0, end), skipBlanks(text.slice(end))]
}

/** Where the first blank outside quotes stands. */
function endOfOptions(text: string): number {
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    if (!quoted && isBlank(text[at])) return at
    if (text[at] === '\\' && text[at + 1] === '"') at++
    else if (text[at] === '"') quoted = !quoted
  }
  if (quoted) throw new LineProblem('the quotes are not closed')
  return text.length
}

function skipBlanks(text: string): string {
  let start = 0
  while (isBlank(text[start])) start++
  return start === 0 ? text : text.slice(start)
}

const isBlank = (unit: string | undefined): boolean => unit === ' ' || unit === '\t'

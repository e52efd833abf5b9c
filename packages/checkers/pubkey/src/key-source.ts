import { type Attempt, PortalError, prepareUsername } from '@gatewright/portal'
import { PubkeyError } from './errors.ts'
import { type FoundKey, KeyList } from './key-list.ts'
import type { Report } from './line-problem.ts'

/** What a source knows of one key of one user. */
export interface Finding {
  readonly keys: readonly FoundKey[]
  /** Why keys of this user were not looked at, such as a file that others may write to. */
  readonly distrust?: string
}

/** Where the lines of authorized_keys come from. */
export interface KeySource {
  readonly name: string
  /** The lines of this user with this key. What it throws is a fault, never a denial. */
  find(username: string, fingerprint: string, attempt: Attempt, report: Report): Finding | Promise<Finding>
  close?(): Promise<void>
}

/** Lines of authorized_keys: a text, its bytes, or line by line. */
export type KeyLines = string | Uint8Array | readonly string[]

const NOTHING: Finding = Object.freeze({ keys: Object.freeze([]) })
const MAX_BYTES = 64 * 1024 * 1024

/**
 * Keys in a literal: the text of an authorized_keys file for each user.
 * @throws {PortalError} `BAD_CONFIGURATION` for names that nobody can have, and for one name twice
 */
export function authorizedKeys(
  users: Readonly<Record<string, KeyLines>> | Iterable<readonly [username: string, lines: KeyLines]>,
  { name = 'keys' }: { readonly name?: string } = {},
): KeySource {
  if (typeof users !== 'object' || users === null) {
    throw bad('authorizedKeys needs users', "Such as { ada: 'ssh-ed25519 AAAA...' }.")
  }
  const lines = new Map<string, Buffer>()
  for (const [given, text] of Symbol.iterator in users ? users : Object.entries(users)) {
    const username = prepareUsername(given)
    if (username === undefined || lines.has(username)) {
      throw bad('a name among the keys is none, or stands twice', 'Names are 1 to 255 bytes, compared in Unicode NFC.')
    }
    const bytes = bytesOf(text)
    if (!bytes) throw bad(`the keys of ${username} are no lines`, 'Give the text of an authorized_keys file.')
    lines.set(username, bytes)
  }
  const lists = new Map<string, Promise<KeyList>>()
  return {
    name,
    async find(username, fingerprint, _, report): Promise<Finding> {
      const bytes = lines.get(username)
      if (!bytes) return NOTHING
      const list = lists.get(username) ?? KeyList.load(bytes, `${name}[${username}]`, report)
      lists.set(username, list)
      return { keys: (await list).find(fingerprint) }
    },
  }
}

/**
 * Keys from a function, asked at every login, as sshd asks an AuthorizedKeysCommand: a database, a directory, another
 * service. It answers with the lines of one user, or `undefined`.
 */
export function authorizedKeysFrom(
  find: (username: string, attempt: Attempt) => KeyLines | undefined | Promise<KeyLines | undefined>,
  { name = 'keys' }: { readonly name?: string } = {},
): KeySource {
  if (typeof find !== 'function') {
    throw bad('authorizedKeysFrom needs a function', 'Such as async (username) => lines of authorized_keys.')
  }
  return {
    name,
    async find(username, fingerprint, attempt, report): Promise<Finding> {
      const answer: unknown = await find(username, attempt)
      if (answer === undefined || answer === null) return NOTHING
      const bytes = bytesOf(answer)
      if (!bytes || bytes.length > MAX_BYTES) {
        throw new PubkeyError('BAD_ANSWER', `${name} answered with something other than lines of keys`, {
          hint: 'Answer with a text, bytes or an array of lines, of at most 64 MiB; or with undefined.',
        })
      }
      return { keys: (await KeyList.load(bytes, name, report)).find(fingerprint) }
    },
  }
}

function bytesOf(lines: unknown): Buffer | undefined {
  if (typeof lines === 'string') return Buffer.from(lines)
  if (lines instanceof Uint8Array) return Buffer.from(lines)
  const areLines = Array.isArray(lines) && lines.every((line) => typeof line === 'string' && !line.includes('\n'))
  return areLines ? Buffer.from(lines.join('\n')) : undefined
}

const bad = (problem: string, hint: string): PortalError => new PortalError('BAD_CONFIGURATION', problem, { hint })

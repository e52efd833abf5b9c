import { isUtf8 } from 'node:buffer'
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { codeOf } from '@gatewright/auth-option'
import { LineProblem, parseAuthorizedKey } from '@gatewright/checker-pubkey'
import { fingerprint } from '@gatewright/ssh-keys'
import { GatehouseError } from '../errors.ts'
import type { Input } from '../terminal/input.ts'
import { readPiped } from '../terminal/read-piped.ts'
import type { StoredKey } from './key-table.ts'

/** Several hundred keys; nobody has so many. */
const MOST_BYTES = 64 * 1024

/** Where keys come from. */
interface KeysOrigin {
  readonly cwd: string
  readonly input: Input
}

/**
 * The keys in a file as authorized_keys and `.pub` files are, options and all; `-` is what is piped in. One line that is no key
 * refuses the whole: half of what somebody meant to allow is not what they meant.
 *
 * @throws {GatehouseError} `BAD_KEYS`
 */
export async function readKeys(path: string, { cwd, input }: KeysOrigin): Promise<readonly StoredKey[]> {
  const name = path === '-' ? 'standard input' : path
  const bytes = path === '-' ? await readPiped(input, MOST_BYTES) : await readFileUpTo(resolve(cwd, path), name)
  if (bytes === undefined || bytes.length > MOST_BYTES) throw bad(`${name}: more than 64 KB are no public keys`)
  if (bytes.includes('PRIVATE KEY-----')) {
    throw bad(
      `${name}: this is a private key`,
      'It stays where it is. Its public half is in the file that ends in .pub.',
    )
  }
  const keys = new Map<string, StoredKey>()
  if (!isUtf8(bytes)) throw bad(`${name}: it is not UTF-8`)
  for (const [index, line] of bytes.toString().split('\n').entries()) {
    const key = readLine(line.trim(), `${name}:${index + 1}`)
    if (key === undefined) continue
    if (keys.has(key.fingerprint)) throw bad(`${name}:${index + 1}: this key stands there twice`)
    keys.set(key.fingerprint, key)
  }
  if (keys.size === 0) throw bad(`${name}: there is no key in it`)
  return [...keys.values()]
}

async function readFileUpTo(path: string, name: string): Promise<Buffer> {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES + 1), 0, MOST_BYTES + 1, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw new GatehouseError('BAD_KEYS', `${name}: it cannot be read (${codeOf(error) ?? 'unknown reason'})`, {
      cause: error,
      hint: 'Give a file of public keys, such as ~/.ssh/id_ed25519.pub, or - to pipe them in.',
    })
  }
}

function readLine(line: string, place: string): StoredKey | undefined {
  try {
    const parsed = parseAuthorizedKey(Buffer.from(line))
    if (parsed === undefined) return undefined
    return { fingerprint: fingerprint(parsed.key.blob), line, comment: parsed.comment }
  } catch (error) {
    if (error instanceof LineProblem) throw bad(`${place}: ${error.message}`)
    throw error
  }
}

const bad = (problem: string, hint = 'A line is as in authorized_keys: options if any, a kind, base64, a comment.') =>
  new GatehouseError('BAD_KEYS', problem, { hint })

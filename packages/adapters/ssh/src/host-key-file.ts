import { randomUUID } from 'node:crypto'
import { type FileHandle, link, mkdir, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fingerprint } from '@gatewright/ssh-keys'
import ssh2 from 'ssh2'
import { SshError } from './errors.ts'

/** What a server proves itself by. */
export interface HostKey {
  /** The private key, in OpenSSH's own format or PEM. */
  readonly key: Buffer
  /** `SHA256:...`, as clients show it. */
  readonly fingerprint: string
  /** Whether it was made just now. */
  readonly made: boolean
}

/** More than any key is. */
const MOST_BYTES = 64 * 1024

/**
 * The host key in a file; where there is none, a new Ed25519 key is made, readable by its owner alone. Of several servers that
 * start at once, all get the same.
 *
 * @throws {SshError} `BAD_CONFIGURATION` when it cannot be read or made, others may read it, or it is no private key
 */
export async function hostKeyFile(path: string): Promise<HostKey> {
  const made = !(await exists(path)) && (await make(path))
  const key = await read(path)
  return { key, fingerprint: fingerprint(blobOf(key, path)), made }
}

async function exists(path: string): Promise<boolean> {
  try {
    await (await open(path)).close()
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw unreadable(path, error)
  }
}

/** @returns whether it was this call that made it, and not another server meanwhile */
async function make(path: string): Promise<boolean> {
  const key = newKey()
  // Written beside its place and then linked to it, which fails where there is something: nobody finds half a key.
  const draft = `${path}.${randomUUID()}`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(key)
      await file.sync()
    } finally {
      await file.close()
    }
    try {
      await link(draft, path)
      return true
    } finally {
      await unlink(draft)
    }
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw bad(`${path}: no host key can be made (${codeOf(error) ?? 'unknown reason'})`, {
      cause: error,
      hint: 'Name a file in a directory that this user may write to.',
    })
  }
}

/** ssh2 takes the zeroes from the front of a public key, so that one key in 256 is such that nobody can read it. */
function newKey(): string {
  for (;;) {
    const { private: key } = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'gatewright' })
    if (!(ssh2.utils.parseKey(key) instanceof Error)) return key
  }
}

async function read(path: string): Promise<Buffer> {
  let file: FileHandle | undefined
  try {
    file = await open(path)
    // Of the very file that is read, and not of one that takes its place.
    insistOnPrivate(path, await file.stat())
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    throw unreadable(path, error)
  } finally {
    await file?.close()
  }
}

/** Whoever can read it can be this server, and take the passwords of its users. Windows tells nothing of it by a mode. */
function insistOnPrivate(path: string, { mode, uid }: { readonly mode: number; readonly uid: number }): void {
  const us = process.geteuid?.()
  if (us === undefined) return
  if (uid !== us && uid !== 0) {
    throw bad(`${path}: it belongs to another user`, { hint: 'A host key belongs to root, or to who runs the server.' })
  }
  if ((mode & 0o077) !== 0) {
    throw bad(`${path}: others may read it, and so pretend to be this server`, {
      hint: `chmod 600 ${path} keeps them out; if it may have been read, make a new one.`,
    })
  }
}

function blobOf(key: Buffer, path: string): Buffer {
  const parsed = ssh2.utils.parseKey(key)
  if (!(parsed instanceof Error) && parsed.isPrivateKey()) return parsed.getPublicSSH()
  const hint = `It is a private key without a passphrase; ssh-keygen -t ed25519 -N '' -f FILE makes one.`
  throw bad(`${path}: this is no host key`, { hint })
}

function unreadable(path: string, error: unknown): unknown {
  if (error instanceof SshError) return error
  return bad(`${path}: the host key cannot be read (${codeOf(error) ?? 'unknown reason'})`, {
    cause: error,
    hint: 'It is a file that only this user may read.',
  })
}

const bad = (problem: string, details: { readonly hint: string; readonly cause?: unknown }): SshError =>
  new SshError('BAD_CONFIGURATION', problem, details)

/** As the errors of `node:fs` have it. */
function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' ? code : undefined
}

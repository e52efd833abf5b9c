import { randomBytes, randomUUID } from 'node:crypto'
import { type FileHandle, link, open, unlink } from 'node:fs/promises'
import { codeOf } from '@gatewright/auth-option'
import { GatehouseError } from '../errors.ts'

/** As many as nonces are signed by at least, in bytes, and more than anybody needs. */
const [FEWEST_BYTES, MOST_BYTES] = [16, 1_024]
const NEW_BYTES = 32

/**
 * What the web door signs its nonces by, kept in a file, so that browsers notice nothing of a restart. Where there is none, it
 * is made, readable by its owner alone; of several that start at once, all get the same.
 *
 * @throws {GatehouseError} `BAD_CONFIGURATION` when it cannot be read or made, others may read it, or it is too short
 */
export async function webSecret(path: string): Promise<string> {
  try {
    for (;;) {
      const secret = (await read(path)) ?? (await make(path))
      if (secret !== undefined) return secret
    }
  } catch (error) {
    if (error instanceof GatehouseError) throw error
    throw bad(`${path}: the secret of the web door cannot be read or made (${codeOf(error) ?? 'unknown reason'})`, {
      cause: error,
      hint: 'It is a file that only this user may read, in a directory that this user may write to.',
    })
  }
}

/** @returns `undefined` when there is none */
async function read(path: string): Promise<string | undefined> {
  let file: FileHandle
  try {
    file = await open(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    // Of the very file that is read, and not of one that takes its place.
    insistOnPrivate(path, await file.stat())
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES + 1), 0, MOST_BYTES + 1, 0)
    const secret = buffer.toString('latin1', 0, bytesRead).trim()
    if (secret.length >= FEWEST_BYTES && bytesRead <= MOST_BYTES) return secret
    throw bad(`${path}: a secret has ${FEWEST_BYTES} to ${MOST_BYTES} bytes`, {
      hint: 'Without the file, one is made.',
    })
  } finally {
    await file.close()
  }
}

/** @returns `undefined` when another process was faster */
async function make(path: string): Promise<string | undefined> {
  const secret = randomBytes(NEW_BYTES).toString('base64')
  // Written beside its place and then linked to it, which fails where there is something: nobody finds half a secret.
  const draft = `${path}.${randomUUID()}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(`${secret}\n`)
    await file.sync()
    await link(draft, path)
    return secret
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined
    throw error
  } finally {
    await file.close()
    await unlink(draft)
  }
}

/** Whoever can read it can make nonces, and count them as they like. Windows tells nothing of it by a mode. */
function insistOnPrivate(path: string, { mode, uid }: { readonly mode: number; readonly uid: number }): void {
  const us = process.geteuid?.()
  if (us === undefined) return
  if (uid !== us && uid !== 0) {
    throw bad(`${path}: it belongs to another user`, { hint: 'A secret belongs to root, or to who runs gatehouse.' })
  }
  if ((mode & 0o077) !== 0) {
    throw bad(`${path}: others may read or write it, and so know what the web door signs by`, {
      hint: 'Remove it: a new one is made at the next start, and browsers ask their users once more.',
    })
  }
}

const bad = (problem: string, details: { readonly hint: string; readonly cause?: unknown }): GatehouseError =>
  new GatehouseError('BAD_CONFIGURATION', problem, details)

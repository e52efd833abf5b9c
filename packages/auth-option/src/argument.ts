import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Argument } from './auth-spec.ts'
import { UsageError } from './errors.ts'
import { printable } from './printable.ts'
import { codeOf } from './problem.ts'

/** An argument is a list of users or a URL, not a database. */
const MAX_BYTES = 64 * 1024

/** Variables of the environment, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The argument that a spec speaks of: its own text, that of a variable, or that of a file (UTF-8, at most 64 KiB, without
 * a byte order mark and one newline at its end). What was read appears in no message.
 *
 * @throws {UsageError} `BAD_ARGUMENT` when there is no such variable, or the file cannot be read, is too long or not UTF-8
 */
export async function readArgument(spec: Argument, cwd: string, env: Environment): Promise<string> {
  switch (spec.from) {
    case 'literal':
      return spec.text
    case 'env':
      return fromEnvironment(spec.text, env)
    case 'file':
      return await fromFile(spec.text, cwd)
  }
}

const bad = (problem: string, hint: string) => new UsageError('BAD_ARGUMENT', problem, { hint })

function fromEnvironment(name: string, env: Environment): string {
  const value = Object.hasOwn(env, name) ? env[name] : undefined
  if (value !== undefined) return value
  throw bad(
    `the variable ${printable(name)} is not set`,
    'Set it in the environment of the server, or check its spelling: letter case counts.',
  )
}

async function fromFile(path: string, cwd: string): Promise<string> {
  const shown = printable(path)
  let bytes: Buffer | undefined
  try {
    bytes = await readUpTo(resolve(cwd, path), MAX_BYTES)
  } catch (error) {
    throw bad(
      `cannot read ${shown} (${codeOf(error) ?? 'unknown reason'})`,
      'The path is taken from the working directory; the server needs leave to read the file.',
    )
  }
  if (bytes === undefined) {
    throw bad(`${shown} is longer than ${MAX_BYTES} bytes`, 'The file holds the argument and nothing else.')
  }
  try {
    // A byte order mark, which editors on Windows write, would become part of the first name; this leaves it out.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '')
  } catch {
    throw bad(`${shown} is not UTF-8`, 'The file holds the argument as text and nothing else.')
  }
}

/** The bytes of a file, a pipe or a device; `undefined` when there are more than `max`. */
async function readUpTo(path: string, max: number): Promise<Buffer | undefined> {
  const file = await open(path)
  try {
    const buffer = Buffer.alloc(max + 1)
    let length = 0
    while (length <= max) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, null)
      if (bytesRead === 0) return buffer.subarray(0, length)
      length += bytesRead
    }
    return undefined
  } finally {
    await file.close()
  }
}

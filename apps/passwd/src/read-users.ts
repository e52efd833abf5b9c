import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { UsageError } from '@gatewright/auth-option'
import type { ImportRow } from '@gatewright/checker-file'
import { needsRehash } from '@gatewright/passwords'
import { readCsv } from './csv.ts'

export type ImportFormat = 'htpasswd' | 'csv'

const MAX_BYTES = 256 * 1024 * 1024

/**
 * The users of a file to import.
 * @throws {UsageError} `BAD_ARGUMENT`, naming the line, and nothing in it
 */
export async function readUsers(path: string, shown: string, format: ImportFormat): Promise<readonly ImportRow[]> {
  const bytes = await read(path, shown)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new UsageError('BAD_ARGUMENT', `${shown} is not UTF-8`, {
      cause: error,
      hint: 'Convert it, such as by iconv.',
    })
  }
  return format === 'csv' ? fromCsv(text, shown) : fromHtpasswd(text, shown)
}

async function read(path: string, shown: string): Promise<Buffer> {
  try {
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const stats = await handle.stat()
      if (!stats.isFile() || stats.size > MAX_BYTES) {
        throw new UsageError('BAD_ARGUMENT', `${shown} is no regular file of at most 256 MiB`, {
          hint: 'Give a file with lines of users.',
        })
      }
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
    throw new UsageError('BAD_ARGUMENT', `${shown} cannot be read (${String(code)})`, {
      cause: error,
      hint: 'Check the path.',
    })
  }
}

function fromHtpasswd(text: string, shown: string): readonly ImportRow[] {
  return text.split('\n').flatMap((raw, i) => {
    const line = raw.trimEnd()
    if (line === '' || line.startsWith('#')) return []
    const [name = '', stored] = line.split(':')
    if (stored === undefined) throw badLine(shown, i + 1, 'there is no colon in it')
    const problem = unknownFormat(stored)
    if (problem !== undefined) throw badLine(shown, i + 1, problem)
    return [{ name, stored }]
  })
}

/** A header is known by its words; of other first rows nobody could say. */
const HEADER = /^(?:user|username|name|login)$/i

function fromCsv(text: string, shown: string): readonly ImportRow[] {
  const rows: ImportRow[] = []
  let first = true
  try {
    for (const { line, fields } of readCsv(text)) {
      const [name = '', secret] = fields
      const isHeader = first && HEADER.test(name.trim())
      first = false
      if (isHeader) continue
      if (secret === undefined || fields.length > 2)
        throw badLine(shown, line, 'it has not two fields, name and password')
      const problem = unknownFormat(secret)
      if (problem === undefined) rows.push({ name, stored: secret })
      // What looks like a hash must not become a password: then whoever has seen the list could log in by it.
      else if (LOOKS_HASHED.test(secret)) throw badLine(shown, line, problem)
      else rows.push({ name, password: secret })
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new UsageError('BAD_ARGUMENT', `${shown}: ${error.message}`, { hint: 'Write CSV as RFC 4180 has it.' })
  }
  return rows
}

const LOOKS_HASHED =
  /^(?:[!*]|\$[a-zA-Z0-9_-]{1,20}\$|\{[A-Za-z0-9_-]{1,20}\}|(?:pbkdf2|argon2|bcrypt|scrypt)[a-z0-9_]*\$)/

/** Why it is no stored password that could be verified. */
function unknownFormat(stored: string): string | undefined {
  try {
    needsRehash(stored)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be read'
  }
}

function badLine(shown: string, line: number, problem: string): UsageError {
  return new UsageError('BAD_ARGUMENT', `${shown}:${line}: ${problem}`, {
    hint: 'Nothing was imported. Mend or remove that line, and try again.',
  })
}

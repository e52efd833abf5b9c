import { readFile } from 'node:fs/promises'
import { UsageError } from '@gatewright/auth-option'

/** A certificate and its key, as PEM. */
export interface TlsFiles {
  readonly cert: Buffer
  readonly key: Buffer
}

/**
 * Reads what `--tls-cert` and `--tls-key` name.
 * @throws {UsageError} `BAD_OPTION` when one comes without the other, or a file cannot be read
 */
export async function readTls(cert: string | undefined, key: string | undefined): Promise<TlsFiles | undefined> {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined) {
    throw new UsageError('BAD_OPTION', `--tls-${cert === undefined ? 'cert' : 'key'} is missing`, {
      hint: 'TLS takes both a certificate and its key.',
    })
  }
  return { cert: await read('--tls-cert', cert), key: await read('--tls-key', key) }
}

async function read(option: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    throw new UsageError('BAD_OPTION', `${option} ${path} cannot be read (${why})`, {
      cause,
      hint: 'Both are PEM files that this user may read.',
    })
  }
}

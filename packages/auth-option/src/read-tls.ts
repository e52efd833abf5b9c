import { readFile } from 'node:fs/promises'
import { Option } from 'commander'
import { UsageError } from './errors.ts'
import { codeOf } from './problem.ts'

/** The options of a server that can speak TLS; {@link readTls} reads what they name. */
export const TLS_OPTIONS: readonly Option[] = [
  new Option('--tls-cert <FILE>', 'speak TLS with this certificate, and'),
  new Option('--tls-key <FILE>', 'its key, both PEM'),
]

/** The values of {@link TLS_OPTIONS}. */
export interface TlsOptions {
  readonly tlsCert?: string
  readonly tlsKey?: string
}

/** A certificate and its key, as PEM. */
export interface TlsFiles {
  readonly cert: Buffer
  readonly key: Buffer
}

/**
 * Reads what `--tls-cert` and `--tls-key` name.
 * @throws {UsageError} `BAD_OPTION` when one comes without the other, or a file cannot be read
 */
export async function readTls({ tlsCert: cert, tlsKey: key }: TlsOptions): Promise<TlsFiles | undefined> {
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
    throw new UsageError('BAD_OPTION', `${option} ${path} cannot be read (${codeOf(cause) ?? 'unknown'})`, {
      cause,
      hint: 'Both are PEM files that this user may read.',
    })
  }
}

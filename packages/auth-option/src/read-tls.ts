import { createPrivateKey, X509Certificate } from 'node:crypto'
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
  readonly tlsCert?: string | undefined
  readonly tlsKey?: string | undefined
}

/** A certificate and its key, as PEM. */
export interface TlsFiles {
  readonly cert: Buffer
  readonly key: Buffer
}

/**
 * Reads what `--tls-cert` and `--tls-key` name.
 *
 * @param names where the two were written, for messages
 * @throws {UsageError} `BAD_OPTION` when one comes without the other, a file cannot be read, or the key is of another certificate
 */
export async function readTls(
  { tlsCert: cert, tlsKey: key }: TlsOptions,
  names: { readonly cert: string; readonly key: string } = { cert: '--tls-cert', key: '--tls-key' },
): Promise<TlsFiles | undefined> {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined) {
    throw new UsageError('BAD_OPTION', `${cert === undefined ? names.cert : names.key} is missing`, {
      hint: 'TLS takes both a certificate and its key.',
    })
  }
  const files = { cert: await read(names.cert, cert), key: await read(names.key, key) }
  if (!belongTogether(files)) {
    throw new UsageError('BAD_OPTION', `${names.key} ${key} is not the key of ${names.cert} ${cert}`, {
      hint: 'In a chain the certificate of this server comes first.',
    })
  }
  return files
}

/** OpenSSL compares keys of one type only: an RSA certificate with an EC key would start, and then speak to nobody. */
function belongTogether({ cert, key }: TlsFiles): boolean {
  let first: X509Certificate
  let secret: ReturnType<typeof createPrivateKey>
  try {
    first = new X509Certificate(cert)
    secret = createPrivateKey(key)
  } catch {
    // Whoever listens with them says what cannot be read.
    return true
  }
  return first.checkPrivateKey(secret)
}

async function read(name: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new UsageError('BAD_OPTION', `${name} ${path} cannot be read (${codeOf(cause) ?? 'unknown'})`, {
      cause,
      hint: 'Both are PEM files that this user may read.',
    })
  }
}

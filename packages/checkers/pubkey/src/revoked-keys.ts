import { isUtf8 } from 'node:buffer'
import { type Certificate, fingerprint, parseKeyText, SshKeyError } from '@gatewright/ssh-keys'
import { watchFile } from '@gatewright/watched-file'
import { PubkeyError } from './errors.ts'
import { isKrl, Krl } from './krl.ts'

/** What is asked of a list of revoked keys. */
export interface Suspect {
  /** The key on the wire; of a certificate, the plain key in it. */
  readonly blob: Uint8Array
  readonly certificate?: Certificate
}

/** Keys that log nobody in, whoever lists them. */
export interface RevokedKeys {
  /** What it throws is a fault: while nobody knows who is revoked, nobody logs in. */
  has(suspect: Suspect): boolean | Promise<boolean>
  close?(): Promise<void>
}

/**
 * Revoked keys: a KRL (`ssh-keygen -k`), or public keys and `SHA256:` fingerprints, one a line. The key of a CA revokes
 * what it has signed.
 * @throws {PubkeyError} `BAD_REVOCATIONS` when any of it is not understood
 */
export function revokedKeys(list: string | Uint8Array): RevokedKeys {
  const bytes = typeof list === 'string' ? Buffer.from(list) : Buffer.from(list)
  return understand(bytes, 'the list of revoked keys')
}

/**
 * The same in a file, read again when it has changed: sshd's RevokedKeys. A file that is missing, or that is not understood,
 * is a fault at each login.
 */
export function revokedKeysFile(path: string): RevokedKeys {
  const watched = watchFile(path, ({ bytes }) => understand(bytes, path))
  return {
    async has(suspect): Promise<boolean> {
      return (await watched.current()).has(suspect)
    },
    close: () => watched.close(),
  }
}

function understand(bytes: Buffer, source: string): RevokedKeys {
  if (isKrl(bytes)) {
    const krl = new Krl(bytes, source)
    return {
      has: ({ blob, certificate }) =>
        krl.hasKey(blob) ||
        (certificate !== undefined && (krl.hasKey(certificate.ca) || krl.hasCertificate(certificate))),
    }
  }
  const prints = fingerprintsIn(bytes, source)
  return {
    has: ({ blob, certificate }) =>
      prints.has(fingerprint(blob)) ||
      (certificate !== undefined &&
        (prints.has(fingerprint(certificate.ca)) || prints.has(fingerprint(certificate.blob)))),
  }
}

function fingerprintsIn(bytes: Buffer, source: string): ReadonlySet<string> {
  const text = bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1')
  const prints = new Set<string>()
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (/^[ \t]*(#|$)/.test(line)) continue
    const [, print] = /^[ \t]*(SHA256:[A-Za-z0-9+/]{43})(?:[ \t]|$)/.exec(line) ?? []
    prints.add(print ?? printOf(line, `${source}:${i + 1}`))
  }
  return prints
}

function printOf(line: string, where: string): string {
  try {
    return fingerprint(parseKeyText(line).key.blob)
  } catch (error) {
    if (!(error instanceof SshKeyError)) throw error
    // Keys of kinds that log nobody in need no revoking, and old lists are full of them.
    if (error.code !== 'MALFORMED') return ''
    throw new PubkeyError('BAD_REVOCATIONS', `${where} is no key and no fingerprint`, {
      cause: error,
      hint: 'Mend the line; until then nobody logs in by key.',
    })
  }
}

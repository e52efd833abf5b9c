import { fingerprint, isCertificate, parseKeyText, SshKeyError } from '@gatewright/ssh-keys'
import { watchFile } from '@gatewright/watched-file'
import { PubkeyError } from './errors.ts'

/** Authorities whose certificates log in whom they name. */
export interface CertificateAuthorities {
  /** By the fingerprint of its key. What it throws is a fault. */
  has(fingerprint: string): boolean | Promise<boolean>
  close?(): Promise<void>
}

/**
 * Authorities in a text, one public key a line, as in a `.pub` file.
 * @throws {PubkeyError} `BAD_AUTHORITIES` when any line is something else
 */
export function certificateAuthorities(text: string): CertificateAuthorities {
  return understand(text, 'the list of authorities')
}

/** The same in a file, read again when it has changed: sshd's TrustedUserCAKeys. A missing file is a fault at each login. */
export function certificateAuthoritiesFile(path: string): CertificateAuthorities {
  const watched = watchFile(path, ({ bytes }) => understand(bytes.toString(), path))
  return {
    async has(print): Promise<boolean> {
      return (await watched.current()).has(print)
    },
    close: () => watched.close(),
  }
}

function understand(text: string, source: string): CertificateAuthorities {
  const prints = new Set<string>()
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (/^[ \t]*(#|$)/.test(line)) continue
    try {
      const { key } = parseKeyText(line)
      if (isCertificate(key.algorithm)) throw new SshKeyError('UNSUPPORTED', 'a certificate is no authority')
      prints.add(fingerprint(key.blob))
    } catch (error) {
      if (!(error instanceof SshKeyError)) throw error
      throw new PubkeyError('BAD_AUTHORITIES', `${source}:${i + 1} is not the public key of an authority`, {
        cause: error,
        hint: 'Give its .pub file, one key a line.',
      })
    }
  }
  return { has: (print) => prints.has(print) }
}

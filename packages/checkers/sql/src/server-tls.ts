import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { isLoopback } from '@gatewright/portal'
import { badUrl } from './bad-url.ts'

/**
 * In the words of libpq. `disable`: in the clear. `require`: encrypted, to whoever answers. `verify-full`: encrypted, to the
 * server of that name.
 */
export type SslMode = 'disable' | 'require' | 'verify-full'

/** What a URL says of TLS, and where it leads. */
export interface TlsWishes {
  readonly sslmode: string | undefined
  readonly sslrootcert: string | undefined
  readonly host: string
  /** A socket of the file system is there, in place of the host. */
  readonly bySocket: boolean
}

/**
 * Hashes and the password of the database itself are on this way, so whoever is not this machine has to prove who it is.
 * libpq's own default, `prefer`, takes what it is offered, and so keeps out nobody who can change what is sent.
 *
 * @throws {PortalError} `BAD_CONFIGURATION`
 */
export function sslModeOf({ sslmode, sslrootcert, host, bySocket }: TlsWishes): SslMode {
  const careful = sslrootcert !== undefined || !(bySocket || isThisMachine(host))
  const mode = sslmode ?? (careful ? 'verify-full' : 'disable')
  if (mode !== 'disable' && mode !== 'require' && mode !== 'verify-full') {
    throw badUrl(
      'sslmode in the URL is not known here',
      'There are disable, require and verify-full; what prefer and allow do protects nobody.',
    )
  }
  if (sslrootcert !== undefined && mode !== 'verify-full') {
    throw badUrl('with this sslmode, sslrootcert in the URL verifies nothing', 'Write sslmode=verify-full.')
  }
  return mode
}

/** A name that begins with 127. is a name like any other. RFC 6761, section 6.3: `localhost` is always this machine. */
function isThisMachine(host: string): boolean {
  return host.toLowerCase() === 'localhost' || (isIP(host) !== 0 && isLoopback(host))
}

/** As both drivers take it. */
export function tlsOptions(sslmode: SslMode, rootsFile: string | undefined): object | false {
  if (sslmode === 'disable') return false
  const verified = sslmode === 'verify-full'
  return {
    rejectUnauthorized: verified,
    // Of mysql2, which takes a certificate of any name without it. Node, and so pg, compares the name in any case.
    verifyIdentity: verified,
    ...(rootsFile === undefined ? {} : { ca: rootsIn(rootsFile) }),
  }
}

/** Read when the checker is made: Node takes anything for certificates, and trusts nobody then, at the first login. */
function rootsIn(file: string): string {
  try {
    const text = readFileSync(file, 'utf8')
    void new X509Certificate(text)
    return text
  } catch {
    // Without its cause, which quotes the path: a part of the URL.
    throw badUrl(
      'sslrootcert in the URL is no file of certificates that can be read',
      'It is a file in PEM; its path is taken from the working directory.',
    )
  }
}

/** What a driver, or Node, says when a server has no TLS. */
const NO_TLS = /does not support (?:SSL|secure) connection/
/** Codes of OpenSSL's verification, of Node's, and the one that mysql2 puts over both. */
const UNTRUSTED = /^(?:UNABLE_TO_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_|HANDSHAKE_SSL_ERROR)/

/** What to do when it is TLS that a connection fails by. */
export function tlsHint({ message, code }: Error & { readonly code?: string }): string | undefined {
  if (NO_TLS.test(message)) {
    return 'Give the server a certificate. By sslmode=disable in the URL passwords and hashes cross the network in the clear.'
  }
  if (code === undefined || !UNTRUSTED.test(code)) return undefined
  return 'Write the name that stands in the certificate, and sslrootcert=FILE in the URL if no public authority has signed it.'
}

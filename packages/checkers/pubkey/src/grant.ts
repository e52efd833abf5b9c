import { type Facts, prepareUsername } from '@gatewright/portal'
import {
  type Certificate,
  combineRestrictions,
  fingerprint,
  isCertified,
  type KeyRestrictions,
} from '@gatewright/ssh-keys'
import { termsOf } from './certificate-terms.ts'
import type { FoundKey } from './key-list.ts'
import { type KeyOptions, NO_OPTIONS } from './key-options.ts'
import type { OfferedKey } from './offered-key.ts'

/** Who asks, from where and when. */
export interface Circumstances {
  readonly username: string
  readonly address: string | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** What a key may be used for, and what the security key in somebody's hand must have signed. */
export interface Grant {
  readonly touchRequired: boolean
  readonly verifyRequired: boolean
  readonly facts: Facts
}

/** sshd lets such a key in, having nothing to look at. */
const NOT_VERIFYING = 'only a security key can verify its user'

/** What a plain key may do by the line it stands in, or why nothing. */
export function grantByLine(offered: OfferedKey, line: FoundKey, circumstances: Circumstances): Grant | string {
  const objection = objectionTo(line.options, circumstances)
  if (objection !== undefined) return `${line.at}: ${objection}`
  const { touchRequired, verifyRequired, restrictions } = line.options
  if (verifyRequired && !offered.isSecurityKey) return `${line.at}: ${NOT_VERIFYING}`
  return { touchRequired, verifyRequired, facts: factsOf(offered, restrictions, line) }
}

/**
 * What a certificate may do: by the `cert-authority` line that its CA stands in, or by a CA that is trusted for everybody.
 * Cheap questions first; the signature of the CA is verified last, and always.
 *
 * @param principals of which it must have one; absent is the name of the user
 */
export function grantByAuthority(
  offered: OfferedKey & { readonly certificate: Certificate },
  line: FoundKey | undefined,
  principals: readonly string[] | undefined,
  circumstances: Circumstances,
): Grant | string {
  const { certificate } = offered
  const options = line?.options ?? NO_OPTIONS
  const objection = objectionTo(options, circumstances) ?? whyNotNow(certificate, principals, circumstances)
  if (objection !== undefined) return line ? `${line.at}: ${objection}` : objection
  const terms = termsOf(certificate)
  if (typeof terms === 'string') return terms
  if (terms.sourceAddress && !terms.sourceAddress.includes(circumstances.address)) {
    return 'the certificate is not for this address'
  }
  const restrictions = combineRestrictions(options.restrictions, terms.restrictions)
  if (!restrictions) return 'the line and the certificate force different commands'
  const verifyRequired = options.verifyRequired || terms.verifyRequired
  if (verifyRequired && !offered.isSecurityKey) return NOT_VERIFYING
  if (!isCertified(certificate)) return 'the certificate is not signed by its authority'
  return {
    // Only a touch that neither of them asks for may be missing.
    touchRequired: line ? options.touchRequired || terms.touchRequired : terms.touchRequired,
    verifyRequired,
    facts: factsOf(offered, restrictions, line),
  }
}

function objectionTo({ from, expiresAt }: KeyOptions, { address, now }: Circumstances): string | undefined {
  if (from && !from.includes(address)) return 'the key is not for this address'
  if (expiresAt !== undefined && now >= expiresAt) return 'the key has expired'
  return undefined
}

function whyNotNow(
  certificate: Certificate,
  principals: readonly string[] | undefined,
  { username, now }: Circumstances,
): string | undefined {
  if (certificate.type !== 'user') return 'the certificate is that of a host'
  // The document says that it is for anybody then. OpenSSH has changed its mind, and so should everybody.
  if (certificate.principals.length === 0) return 'the certificate names nobody'
  const isNamed = principals
    ? certificate.principals.some((name) => principals.includes(name))
    : certificate.principals.some((name) => prepareUsername(name) === username)
  if (!isNamed) return 'the certificate does not name this user'
  const seconds = BigInt(Math.floor(now / 1000))
  if (seconds < certificate.validAfter) return 'the certificate is not valid yet'
  if (seconds >= certificate.validBefore) return 'the certificate is not valid any more'
  return undefined
}

/** What is told of the key. Texts that others chose are made fit for a log. */
function factsOf(offered: OfferedKey, restrictions: KeyRestrictions, line: FoundKey | undefined): Facts {
  const { algorithm, certificate } = offered
  return Object.freeze({
    fingerprint: offered.fingerprint,
    algorithm,
    ...(line && line.comment !== '' ? { comment: printable(line.comment) } : {}),
    ...(line ? { line: line.at } : {}),
    restrictions,
    ...(certificate
      ? {
          certificate: Object.freeze({
            keyId: printable(certificate.keyId),
            // No bigint: JSON, which logs are made of, has none.
            serial: String(certificate.serial),
            ca: fingerprint(certificate.ca),
            principals: Object.freeze(certificate.principals.map(printable)),
          }),
        }
      : {}),
  })
}

/** Escape sequences would speak to the terminal of whoever reads the log. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (unit) => `\\u{${unit.codePointAt(0)?.toString(16)}}`)
}

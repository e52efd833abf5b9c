import type { PublicKey } from '@gatewright/portal'
import { parseCertificate } from './certificate.ts'
import { SshKeyError } from './errors.ts'
import { isCertificate } from './key-algorithm.ts'
import { parsePublicKey } from './public-key.ts'
import { WireReader } from './wire-reader.ts'

/** A key in a line of text, as in a `.pub` file. */
export interface KeyText {
  readonly key: PublicKey
  /** What follows the key; nobody vouches for it. */
  readonly comment: string
}

/**
 * Reads `ssh-ed25519 AAAA... comment`. The kind that is written in front must be the kind that is in the key: a list that
 * goes by the one would otherwise be led astray by the other.
 * @throws {SshKeyError} `MALFORMED`, `UNSUPPORTED`, `WEAK_KEY`
 */
export function parseKeyText(text: string): KeyText {
  // As it is read from the file, with the end of its line. Only the blanks of ASCII separate: others look alike and are part of a comment.
  const [, declared = '', base64 = '', comment = ''] =
    /^[ \t]*([^ \t]+)[ \t]+([^ \t\r\n]+)(?:[ \t]+(.*))?\r?\n?$/.exec(text) ?? []
  const blob = Buffer.from(base64, 'base64')
  // Node skips what is not base64; whoever compares text would see another key.
  if (blob.length === 0 || blob.toString('base64') !== base64) {
    throw new SshKeyError('MALFORMED', 'a public key is a kind, a space, and base64', {
      hint: 'Such as the one line of ~/.ssh/id_ed25519.pub.',
    })
  }
  const algorithm = new WireReader(blob).text()
  if (declared !== algorithm) throw new SshKeyError('MALFORMED', 'the kind of the key is not the one written before it')
  if (isCertificate(algorithm)) parseCertificate(blob)
  else parsePublicKey(blob)
  return { key: { algorithm, blob }, comment: comment.trimEnd() }
}

/** The line of a `.pub` file, without its end. */
export function formatKeyText({ algorithm, blob }: PublicKey, comment = ''): string {
  const text = `${algorithm} ${Buffer.from(blob).toString('base64')}`
  return comment === '' ? text : `${text} ${comment}`
}

import { createHash } from 'node:crypto'

/** What `ssh-keygen -l` prints of a key on the wire: `SHA256:` and the digest in base64 without padding. */
export function fingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

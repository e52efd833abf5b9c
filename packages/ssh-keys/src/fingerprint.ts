import { hash } from 'node:crypto'

/** 32 bytes in base64 without the one `=` at the end. */
const LENGTH = 43

/** What `ssh-keygen -l` prints of a key on the wire: `SHA256:` and the digest in base64 without padding. */
export function fingerprint(blob: Uint8Array): string {
  return `SHA256:${hash('sha256', blob, 'base64').slice(0, LENGTH)}`
}

/** The unpadded base64 of PHC strings. */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}

/** The bytes, or `undefined`. Node decodes whatever it is given; here each value has exactly one spelling. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return toBase64(bytes) === text ? bytes : undefined
}

/** The same for base64 with its padding, as LDAP and Django write it. */
export function fromPaddedBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

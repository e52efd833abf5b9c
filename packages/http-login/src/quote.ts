/** A quoted-string (RFC 9110 section 5.6.4). What cannot stand in a header was refused when the server was made. */
export function quote(text: string): string {
  const plain = !text.includes('"') && !text.includes('\\')
  return plain ? `"${text}"` : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

/** Whether a text can stand in a quoted string of a header, and mean the same to every client: printable ASCII. */
export function isQuotable(text: unknown): text is string {
  if (typeof text !== 'string') return false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || code > 0x7e) return false
  }
  return true
}

const SPACE = 0x20
const TAB = 0x09

/** The value of an `Authorization` header in its two parts (RFC 9110 section 11.4): the scheme in lower case, and the rest. */
export function authorizationOf(header: string): { readonly scheme: string; readonly parameters: string } {
  let end = 0
  while (end < header.length && !isBlank(header, end)) end++
  let start = end
  while (start < header.length && isBlank(header, start)) start++
  return { scheme: header.slice(0, end).toLowerCase(), parameters: header.slice(start) }
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === SPACE || code === TAB
}

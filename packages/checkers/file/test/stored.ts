/** A stored string that nobody's password matches, told from others by its number. */
export function stored(number: number): string {
  return `$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$${String(number).padStart(42, 'A')}A`
}

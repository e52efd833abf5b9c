import { UsageError } from '@gatewright/auth-option'
import { prepareUsername } from '@gatewright/portal'

/**
 * A name that somebody can have in this house, in its one form. It must do at every door: the TCP door ends it at the first
 * space, and HTTP's Basic at the first colon (RFC 7617 section 2).
 *
 * @throws {UsageError} `BAD_ARGUMENT`
 */
export function userName(typed: string): string {
  const name = prepareUsername(typed)
  if (name !== undefined && !/[\s:]/u.test(name)) return name
  throw new UsageError('BAD_ARGUMENT', 'nobody can have this name', {
    hint: 'A name is 1 to 255 bytes of UTF-8, without spaces, colons and control characters.',
  })
}

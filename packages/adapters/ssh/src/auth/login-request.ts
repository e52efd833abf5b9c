import { SshKeyError, WireReader } from '@gatewright/ssh-keys'

/** SSH_MSG_USERAUTH_REQUEST, as far as it is the same for every method: RFC 4252 section 5. */
export interface LoginRequest {
  readonly user: string
  readonly service: string
  readonly method: string
  /** Stands where the method's own fields begin. */
  readonly fields: WireReader
  /** All of it. */
  readonly payload: Buffer
}

/** @throws {SshKeyError} `MALFORMED` */
export function readLoginRequest(payload: Buffer): LoginRequest {
  const fields = new WireReader(payload)
  fields.byte()
  return { user: fields.text(), service: fields.text(), method: fields.text(), fields, payload }
}

/**
 * The password of a password request, RFC 4252 section 8; `undefined` for a request to change it, in which two stand: nobody
 * has asked for that, and an old password together with a new one is no password.
 * @throws {SshKeyError} `MALFORMED`
 */
export function readPassword({ fields }: LoginRequest): string | undefined {
  const change = readBoolean(fields)
  const password = readText(fields)
  if (change) fields.string()
  fields.end()
  return change ? undefined : password
}

/**
 * The answers of an SSH_MSG_USERAUTH_INFO_RESPONSE, RFC 4256 section 3.4, or `undefined` when they are not as many as there
 * were questions.
 * @throws {SshKeyError} `MALFORMED`
 */
export function readAnswer(payload: Buffer): string | undefined {
  const fields = new WireReader(payload)
  fields.byte()
  const count = fields.uint32()
  if (count !== 1) return undefined
  const answer = readText(fields)
  fields.end()
  return answer
}

/** @throws {SshKeyError} `MALFORMED`: RFC 4251 section 5 lets nobody write other numbers than these, and they may be signed */
export function readBoolean(fields: WireReader): boolean {
  const value = fields.byte()
  if (value > 1) throw new SshKeyError('MALFORMED', 'a boolean is 0 or 1')
  return value === 1
}

/** A text that nobody vouches for. What is not UTF-8 is no password that anybody can have: the portal refuses the empty one. */
function readText(fields: WireReader): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(fields.string())
  } catch (error) {
    if (error instanceof TypeError) return ''
    throw error
  }
}

const MAX_LENGTH = 300
/** What is longer than any value that is stored or sent, so that the cut goes through none of which the beginning is shown. */
const MAX_READ = 16_384

/** Stored passwords in every format, and HA1s: databases quote a value that they cannot convert. */
const STORED = /\$[^\s'"`$]*\$[^\s'"`]*|\{[A-Z0-9-]{1,16}\}[^\s'"`]+|[0-9a-f]{32,}/gi

/**
 * What a driver threw, fit for a log: its code and the first line of its message, without what was sent or is stored. The
 * error itself is no such thing: those of `pg` quote whole rows in `detail`, and carry the client with its password.
 */
export function driverError(error: unknown, params: readonly string[]): Error {
  const code = codeOf(error)
  let message = messageOf(error)
  for (const param of params) if (param !== '') message = message.replaceAll(param, '[parameter]')
  message = message.replaceAll(STORED, '[stored]').slice(0, MAX_LENGTH)
  const clean = new Error([message, message.includes(code) ? '' : `(${code})`].filter((word) => word !== '').join(' '))
  clean.name = 'DriverError'
  const errcode = errcodeOf(error)
  return Object.assign(clean, code === '' ? {} : { code }, errcode === undefined ? {} : { errcode })
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : ''
  const line = text.trim().split('\n', 1)[0] ?? ''
  if (line !== '') return line.slice(0, MAX_READ)
  // `localhost` that refuses by IPv6 and IPv4 alike: the list of errors says what, the error itself nothing.
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0])
  return 'no reason given'
}

function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : ''
}

/** The number of an error of `node:sqlite`, whose `code` is one for all. */
function errcodeOf(error: unknown): number | undefined {
  const errcode: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'errcode') : undefined
  return typeof errcode === 'number' ? errcode : undefined
}

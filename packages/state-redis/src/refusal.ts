import { StateError } from '@gatewright/state'

/** What to do about the refusals that people meet. */
const HINTS: ReadonlyMap<string, string> = new Map([
  ['OOM', 'Give Redis more memory (maxmemory), with the policy noeviction.'],
  ['READONLY', 'The client is connected to a replica; connect it to the primary.'],
  ['NOAUTH', 'Give the client the password of this Redis.'],
  ['WRONGPASS', 'Give the client the user name and password of this Redis.'],
  ['NOPERM', 'Permit this user of Redis EVALSHA, EVAL and DEL, and the keys with the prefix.'],
  ['WRONGTYPE', 'Something else uses keys with this prefix; choose another.'],
  ['CROSSSLOT', 'Leave braces out of the prefix.'],
  ['MISCONF', 'Redis cannot save to its disk; see its log.'],
  ['LOADING', 'Redis is reading its data; try again.'],
])

/**
 * Whatever a client throws, as a fault without secrets: messages of Redis quote keys and values, and the errors of `ioredis`
 * carry the whole command. So only the first word of the message, or Node's code, is kept.
 */
export function refusal(error: unknown): StateError {
  if (error instanceof StateError) return error
  const word = wordOf(error)
  const hint = word === undefined ? undefined : HINTS.get(word)
  const message = word === undefined ? 'Redis could not be asked' : `Redis could not be asked: ${word}`
  return new StateError('UNAVAILABLE', message, hint === undefined ? {} : { hint })
}

/** `OOM`, `ECONNREFUSED`, `ClientClosedError`: a word that no key and no value can be. */
function wordOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as NodeJS.ErrnoException
  if (typeof code === 'string' && /^E[A-Z]{2,20}$/.test(code)) return code
  const [word] = error.message.split(' ', 1)
  if (word !== undefined && /^[A-Z]{2,20}$/.test(word)) return word
  const name = error.constructor.name
  return name !== 'Error' && /^\w{1,40}$/.test(name) ? name : undefined
}

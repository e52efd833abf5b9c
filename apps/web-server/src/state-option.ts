import { parseArgument, readArgument, type Surroundings, UsageError } from '@gatewright/auth-option'

/** Where a Redis is, and how to get in. The password is in here, so this is not for printing. */
export interface RedisAddress {
  readonly host: string
  readonly port: number
  readonly db: number
  readonly tls: boolean
  readonly username?: string
  readonly password?: string
}

/** The options of several processes that serve one address. */
export interface StateOptions {
  /** A URL, or `@env:NAME` or `@file:PATH` of one. */
  readonly state?: string
  readonly secret?: string
}

const PORT = 6379

/** No value is repeated, whatever is wrong with it: it could be the password, in a wrong place. */
const bad = (problem: string, hint: string) => new UsageError('BAD_OPTION', `--state: ${problem}`, { hint })

/**
 * What `--state` says.
 * @throws {UsageError} `BAD_OPTION` for what is no such URL, for a password that is written out, and without `--secret`;
 *   `BAD_SPEC` and `BAD_ARGUMENT` as for `--auth`
 */
export async function readStateOption(
  { state, secret }: StateOptions,
  { cwd, env }: Pick<Surroundings, 'cwd' | 'env'>,
): Promise<RedisAddress | undefined> {
  if (state === undefined) return undefined
  const argument = parseArgument(state, '--state')
  const address = parseRedisUrl(await readArgument(argument, cwd, env))
  if (argument.from === 'literal' && address.password !== undefined) {
    throw bad(
      'a password on the command line is in every process list',
      'Write --state @env:NAME, the name of a variable that holds the URL, or --state @file:PATH.',
    )
  }
  if (secret === undefined) {
    throw bad(
      '--secret is missing, and what one process signs the others must know',
      'Make one by openssl rand -base64 32, and give the same to all of them by --secret @file:PATH.',
    )
  }
  return address
}

/** Nothing but host, port, names and a number: what else clients take in a URL would be theirs to explain. */
function parseRedisUrl(text: string): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const db = /^\/?$|^\/(\d{1,5})$/.exec(url?.pathname ?? ' ')
  const isRedis = url?.protocol === 'redis:' || url?.protocol === 'rediss:'
  if (!url || !isRedis || !db || url.hostname === '' || url.port === '0' || /[?#]/.test(text)) {
    throw bad(
      'this is no address of a Redis',
      'Write redis://HOST:PORT/NUMBER, or rediss:// for TLS; in a password %40 for @, %2F for /, %3F for ?, %23 for #.',
    )
  }
  const [username, password] = [decoded(url.username), decoded(url.password)]
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? PORT : Number(url.port),
    db: Number(db[1] ?? 0),
    tls: url.protocol === 'rediss:',
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw bad('the URL is not percent-encoded as it should be', 'Write %25 for a percent sign.')
  }
}

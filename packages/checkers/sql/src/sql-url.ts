import { isIP } from 'node:net'
import { badUrl as bad } from './bad-url.ts'
import { type SslMode, sslModeOf } from './server-tls.ts'
import type { SqlColumns, SqlHa1Column, SqlUsersOptions } from './sql-users-options.ts'

/** A server and a database on it. The password is in here, so this is not for printing. */
export interface ServerAddress {
  readonly host: string
  readonly port?: number
  /** A socket of the file system, in place of host and port. */
  readonly socket?: string
  readonly user?: string
  readonly password?: string
  readonly database: string
  readonly sslmode: SslMode
  /** A file of the certificates that are trusted to sign the server's. */
  readonly sslrootcert?: string
  /** Connections at most. */
  readonly pool: number
}

/** Where a URL leads. */
export type SqlTarget =
  | { readonly dialect: 'sqlite'; readonly path: string }
  | { readonly dialect: 'postgres' | 'mysql'; readonly address: ServerAddress }

/** Everything that the argument of `--auth sql:` says. */
export interface SqlUrl {
  readonly target: SqlTarget
  /** For `sqlUsers`, without the database. */
  readonly users: SqlUsersOptions extends infer Options
    ? Options extends unknown
      ? Omit<Options, 'database'>
      : never
    : never
}

const DIALECTS: ReadonlyMap<string, SqlTarget['dialect']> = new Map([
  ['sqlite', 'sqlite'],
  ['postgres', 'postgres'],
  ['postgresql', 'postgres'],
  ['mysql', 'mysql'],
  ['mariadb', 'mysql'],
])

const USERS = ['table', 'query', 'update', 'sample', 'username', 'password', 'id', 'blocked', 'ha1', 'fold', 'deadline']
const SERVER = ['socket', 'sslmode', 'sslrootcert', 'pool']

const FORMS =
  'Write sql:sqlite:PATH?table=users, sql:postgres://USER:PASSWORD@HOST/DATABASE?table=users, or mysql:// likewise.'

/** @throws {PortalError} `BAD_CONFIGURATION` */
export function parseSqlUrl(argument: string): SqlUrl {
  const text = typeof argument === 'string' ? argument : ''
  const colon = text.indexOf(':')
  const dialect = DIALECTS.get(text.slice(0, Math.max(colon, 0)))
  if (dialect === undefined) throw bad('the URL names no database known here', FORMS)
  if (text.includes('#')) throw bad("a '#' in the URL would end it", 'Write %23.')
  const question = text.indexOf('?')
  const params = paramsOf(question < 0 ? '' : text.slice(question + 1), dialect)
  const place = question < 0 ? text : text.slice(0, question)
  return {
    target:
      dialect === 'sqlite'
        ? { dialect, path: pathOf(place.slice(colon + 1)) }
        : { dialect, address: addressOf(place, params, dialect) },
    users: usersOf(params),
  }
}

type Params = ReadonlyMap<string, readonly string[]>

function paramsOf(text: string, dialect: SqlTarget['dialect']): Params {
  const known = dialect === 'sqlite' ? USERS : [...USERS, ...SERVER]
  const params = new Map<string, string[]>()
  for (const part of text.split('&').filter((one) => one !== '')) {
    const equals = part.indexOf('=')
    const name = part.slice(0, Math.max(equals, 0))
    if (!known.includes(name)) {
      throw bad('the URL has a parameter that is not known here', `There are ${known.join(', ')}, each with =VALUE.`)
    }
    const values = params.get(name) ?? []
    if (values.length > 0 && name !== 'ha1') throw bad(`the URL has ${name} twice`, 'Decide.')
    const value = decoded(part.slice(equals + 1).replaceAll('+', ' '))
    if (value === '') throw bad(`${name} in the URL is empty`, 'Leave it out, or give it a value.')
    params.set(name, [...values, value])
  }
  return params
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw bad('the URL is not percent-encoded as it should be', 'Write %25 for a percent sign.')
  }
}

function pathOf(text: string): string {
  // As in every URL, what stands between // and the next / would be a host.
  if (text.startsWith('//') && !text.startsWith('///')) {
    throw bad('a SQLite URL has no host', 'Write sqlite:PATH, or sqlite:///PATH for an absolute path.')
  }
  const path = decoded(text.startsWith('///') ? text.slice(2) : text)
  if (path === '' || path.includes('\0')) throw bad('the URL has no path to a SQLite file', FORMS)
  return path
}

function addressOf(place: string, params: Params, dialect: 'postgres' | 'mysql'): ServerAddress {
  let url: URL
  try {
    url = new URL(place)
  } catch {
    // Without its cause, which holds what could not be read.
    throw bad('the URL cannot be read', 'In names and passwords write %40 for @, %3A for :, %2F for /, %3F for ?.')
  }
  const database = decoded(url.pathname.replace(/^\//, ''))
  if (!place.includes('://') || database === '' || database.includes('/')) throw bad('the URL names no database', FORMS)
  const host = url.hostname === '' ? '127.0.0.1' : url.hostname.replace(/^\[|\]$/g, '')
  const [socket] = params.get('socket') ?? []
  const [sslrootcert] = params.get('sslrootcert') ?? []
  const sslmode = sslModeOf({ sslmode: params.get('sslmode')?.[0], sslrootcert, host, bySocket: socket !== undefined })
  // It compares no certificate with an address, but with `localhost`.
  if (dialect === 'mysql' && socket === undefined && sslmode === 'verify-full' && isIP(host) !== 0) {
    throw bad(
      'mysql2 cannot verify the certificate of an address',
      'Write the name of the host, or sslmode=require for encryption to whoever answers, or sslmode=disable for none.',
    )
  }
  const user = decoded(url.username)
  const password = decoded(url.password)
  return {
    host,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    ...(socket === undefined ? {} : { socket }),
    ...(user === '' ? {} : { user }),
    ...(password === '' ? {} : { password }),
    database,
    sslmode,
    ...(sslrootcert === undefined ? {} : { sslrootcert }),
    pool: numberOf('pool', params, 1_000) ?? 10,
  }
}

function usersOf(params: Params): SqlUrl['users'] {
  const first = (name: string) => params.get(name)?.[0]
  const [table, query, update, sampleQuery] = [first('table'), first('query'), first('update'), first('sample')]
  const fold = first('fold')
  if (fold !== undefined && fold !== 'true') throw bad('fold in the URL is not true', 'Leave it out for false.')
  const deadlineMs = numberOf('deadline', params, 2 ** 31 - 1)
  const common = {
    columns: columnsOf(params),
    ...(sampleQuery === undefined ? {} : { sampleQuery }),
    ...(update === undefined ? {} : { update: update === 'false' ? (false as const) : update }),
    ...(fold === undefined ? {} : { caseFold: true }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  }
  if (table !== undefined && query === undefined) return { ...common, table }
  if (query !== undefined && table === undefined) return { ...common, query }
  throw bad('the URL needs either ?table= or ?query=', FORMS)
}

function columnsOf(params: Params): SqlColumns {
  const columns = ['username', 'password', 'id', 'blocked'].flatMap(
    (name) => params.get(name)?.map((v) => [name, v]) ?? [],
  )
  const ha1 = params.get('ha1')?.map(ha1Of)
  return { ...Object.fromEntries(columns), ...(ha1 === undefined ? {} : { ha1 }) }
}

function ha1Of(text: string): SqlHa1Column {
  const [column = '', algorithm, ...realm] = text.split(':')
  if (algorithm !== 'MD5' && algorithm !== 'SHA-256' && algorithm !== 'SHA-512-256') {
    throw bad('ha1 in the URL is not COLUMN:ALGORITHM:REALM', 'Algorithms are MD5, SHA-256, SHA-512-256.')
  }
  return { column, algorithm, realm: realm.join(':') }
}

function numberOf(name: string, params: Params, max: number): number | undefined {
  const [text] = params.get(name) ?? []
  if (text === undefined) return undefined
  if (/^[1-9][0-9]{0,9}$/.test(text) && Number(text) <= max) return Number(text)
  throw bad(`${name} in the URL is not a whole number from 1 to ${max}`, 'Leave it out for the default.')
}

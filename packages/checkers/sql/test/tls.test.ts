import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { source } from '../src/plugin.ts'
import { parseSqlUrl } from '../src/sql-url.ts'
import { attempt } from './attempt.ts'
import { type Certificate, certificateFor } from './certificate.ts'
import { createCluster, postgresPrograms } from './cluster.ts'
import { hasMariadb, startMariadb } from './mariadb-server.ts'

/** Another host for whoever reads a URL: it is no address. The resolver has known it for 127.0.0.1 since inet_aton(3). */
const ELSEWHERE = '127.1'

const bin = postgresPrograms()

interface Server {
  readonly port: number
  remove(): Promise<void>
}

interface Subject {
  readonly name: string
  readonly place: (host: string, port: number) => string
  /** A user whose stored password says whether TLS is there. */
  readonly query: string
  readonly start: (certificate?: Certificate) => Promise<Server>
}

const postgres: Subject = {
  name: 'PostgreSQL',
  place: (host, port) => `postgres://tester@${host}:${port}/postgres`,
  query: 'SELECT $1::text AS username, ssl::text AS password FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
  async start(certificate) {
    const cluster = await createCluster(bin ?? '', certificate)
    return { port: Number(new URL(cluster.url).port), remove: () => cluster.remove() }
  },
}

const mariadb: Subject = {
  name: 'MariaDB',
  place: (host, port) => `mysql://root@${host}:${port}/mysql`,
  query: `SELECT ? AS username, IF(VARIABLE_VALUE = '', 'false', 'true') AS password
    FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'Ssl_cipher'`,
  start: startMariadb,
}

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'gatewright-tls-'))
  certificateFor(directory, 'other', 'localhost', ELSEWHERE)
})
afterAll(() => rmSync(directory, { recursive: true }))

/** Asks whether the connection is encrypted. */
async function encrypted({ place, query }: Subject, host: string, port: number, wishes = ''): Promise<unknown> {
  const url = `${place(host, port)}?query=${encodeURIComponent(query)}&deadline=5000${wishes}`
  const users = await source(url, { cwd: directory })
  try {
    return (await users.find('ada', attempt()))?.password
  } finally {
    await users.close()
  }
}

test('both servers are installed', (context) => {
  if (bin !== undefined && hasMariadb) return
  if (process.env.CI === 'true') throw new Error('PostgreSQL or MariaDB is not installed')
  context.skip('PostgreSQL or MariaDB is not installed')
})

const SUBJECTS = [...(bin === undefined ? [] : [postgres]), ...(hasMariadb ? [mariadb] : [])]

describe.each(SUBJECTS)('$name with TLS', (subject) => {
  let server: Server
  beforeAll(async () => {
    server = await subject.start(certificateFor(directory, 'localhost', 'localhost'))
  })
  afterAll(async () => server?.remove())
  const ask = (host: string, wishes?: string) => encrypted(subject, host, server.port, wishes)

  test('is asked in the clear on this machine, and encrypted where that is said', async () => {
    expect(await ask('localhost')).toBe('false')
    expect(await ask('127.0.0.1')).toBe('false')
    expect(await ask('localhost', '&sslmode=require')).toBe('true')
  })

  test('is believed when the root is known that signed its name', async () => {
    expect(await ask('localhost', '&sslrootcert=localhost.pem')).toBe('true')
    expect(await ask('localhost', '&sslmode=verify-full&sslrootcert=localhost.pem')).toBe('true')
  })

  test('is not believed on another host by default, nor by a root that did not sign', async () => {
    for (const wishes of ['', '&sslmode=verify-full', '&sslrootcert=other.pem']) {
      await expect(ask(ELSEWHERE, wishes), wishes).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining('self-signed certificate') as string,
        hint: expect.stringContaining('sslrootcert=FILE') as string,
      })
    }
    expect(await ask(ELSEWHERE, '&sslmode=require')).toBe('true')
    expect(await ask(ELSEWHERE, '&sslmode=disable')).toBe('false')
  })

  test('is not believed under a name that the certificate does not have', async () => {
    await expect(ask(ELSEWHERE, '&sslrootcert=localhost.pem')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining("does not match certificate's altnames") as string,
      hint: expect.stringContaining('the name that stands in the certificate') as string,
    })
  })
})

describe.each(SUBJECTS)('$name without TLS', (subject) => {
  let server: Server
  beforeAll(async () => {
    server = await subject.start()
  })
  afterAll(async () => server?.remove())

  test('is not asked on another host, unless that is said', async () => {
    for (const wishes of ['', '&sslmode=require']) {
      await expect(encrypted(subject, ELSEWHERE, server.port, wishes), wishes).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        hint: expect.stringContaining('sslmode=disable') as string,
      })
    }
    expect(await encrypted(subject, ELSEWHERE, server.port, '&sslmode=disable')).toBe('false')
  })
})

test.each([
  ['postgres://127.0.0.1/db?', 'disable'],
  ['postgres://127.255.0.1/db?', 'disable'],
  ['postgres://[::1]/db?', 'disable'],
  ['postgres://localhost/db?', 'disable'],
  ['mysql://LocalHost/db?', 'disable'],
  ['postgres:///db?', 'disable'],
  ['postgres://db.example/db?socket=%2Frun%2Fpg&', 'disable'],
  ['mysql://db.example/db?socket=%2Frun%2Fmysqld.sock&', 'disable'],
  ['postgres://db.example/db?', 'verify-full'],
  ['mysql://db.example/db?', 'verify-full'],
  ['postgres://192.0.2.1/db?', 'verify-full'],
  ['postgres://0.0.0.0/db?', 'verify-full'],
  ['postgres://[2001:db8::1]/db?', 'verify-full'],
  ['postgres://127.0.0.1.example/db?', 'verify-full'],
  ['postgres://localhost.example/db?', 'verify-full'],
  ['postgres://db.example/db?sslmode=require&', 'require'],
  ['mysql://192.0.2.1/db?sslmode=require&', 'require'],
  ['mysql://db.example/db?sslmode=disable&', 'disable'],
  ['postgres://127.0.0.1/db?sslrootcert=root.pem&', 'verify-full'],
  ['mysql:///db?socket=%2Frun%2Fmysqld.sock&sslmode=verify-full&', 'verify-full'],
])('%s has sslmode %s', (url, sslmode) => {
  expect(parseSqlUrl(`${url}table=users`).target).toMatchObject({ address: { sslmode } })
})

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSecret, readTls, serverCommand } from '../src/index.ts'
import { app, entry, pkg, project, Terminal } from './scratch.ts'

test('a secret is read from where it is kept, and never taken from the command line', async () => {
  const place = project({ secret: 'from a file\n' })
  const where = { cwd: place.cwd, env: { SECRET: 'from the environment' } }
  expect(await readSecret('--secret', '@env:SECRET', where)).toBe('from the environment')
  expect(await readSecret('--secret', '@file:secret', where)).toBe('from a file')
  for (const [text, code] of [
    ['CANARY', 'BAD_OPTION'],
    ['', 'BAD_OPTION'],
    ['@env', 'BAD_OPTION'],
    ['@env:', 'BAD_SPEC'],
    ['@file:', 'BAD_SPEC'],
    ['@env:UNSET', 'BAD_ARGUMENT'],
    ['@env:__proto__', 'BAD_ARGUMENT'],
    ['@file:nowhere', 'BAD_ARGUMENT'],
  ] as const) {
    const error = await readSecret('--secret', text, where).catch((thrown: unknown) => thrown)
    expect(error, text).toMatchObject({ name: 'UsageError', code, hint: expect.any(String) })
    expect(String(error)).not.toContain('CANARY')
  }
})

test('TLS takes a certificate and its key, and both can be read', async () => {
  const { cwd } = project({ 'cert.pem': 'a certificate', 'key.pem': 'a key' })
  const [tlsCert, tlsKey] = [join(cwd, 'cert.pem'), join(cwd, 'key.pem')]
  expect(await readTls({})).toBeUndefined()
  expect(await readTls({ tlsCert, tlsKey })).toEqual({ cert: Buffer.from('a certificate'), key: Buffer.from('a key') })
  await expect(readTls({ tlsCert })).rejects.toThrow('--tls-key is missing')
  await expect(readTls({ tlsKey })).rejects.toThrow('--tls-cert is missing')
  await expect(readTls({ tlsCert, tlsKey: cwd })).rejects.toThrow(`--tls-key ${cwd} cannot be read (EISDIR)`)
  const names = { cert: 'config.json: cert', key: 'config.json: key' }
  await expect(readTls({ tlsCert }, names)).rejects.toThrow('config.json: key is missing')
  await expect(readTls({ tlsKey }, names)).rejects.toThrow('config.json: cert is missing')
  await expect(readTls({ tlsCert: cwd, tlsKey }, names)).rejects.toThrow(`config.json: cert ${cwd} cannot be read`)
})

test('the key must be that of the certificate, also where OpenSSL does not compare: an RSA certificate with an EC key', async () => {
  const { cwd } = project({})
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd, stdio: 'ignore' })
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', '-subj', '/CN=x')
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'other.pem')
  const [tlsCert, tlsKey, other] = ['cert.pem', 'key.pem', 'other.pem'].map((name) => join(cwd, name))
  expect(await readTls({ tlsCert, tlsKey })).toBeDefined()
  await expect(readTls({ tlsCert, tlsKey: other })).rejects.toThrow(
    `--tls-key ${other} is not the key of --tls-cert ${tlsCert}`,
  )
})

test('a server that asks by Digest says so to whoever is given passwords, and one that speaks TLS in its URL', async () => {
  const place = project({
    ...app('acme'),
    ...pkg('acme', entry('acme', { argument: '<words>' })),
  })
  for (const digest of [true, false]) {
    const terminal = new Terminal(place.cwd)
    const running = terminal.run(
      serverCommand({
        name: 'demo',
        summary: 'Asks.',
        version: '1.2.3',
        url: 'http',
        defaultPort: 1,
        supports: ['password'],
        ...(digest ? { digest } : {}),
        from: place.from,
        async start({ checkers: [checker] }) {
          expect(checker).toHaveProperty('seen.context.digest', digest)
          return { port: 7, scheme: 'https', close: async () => undefined }
        },
      }),
      '--auth',
      'acme:x',
    )
    await terminal.shows('listening on https://127.0.0.1:7')
    terminal.signal('SIGTERM')
    await running
  }
})

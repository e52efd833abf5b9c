import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fingerprint, parseKeyText, WireWriter } from '@gatewright/ssh-keys'
import { afterAll, describe, expect, it } from 'vitest'
import { certificateAuthorities, PubkeyError, pubkeyChecker, revokedKeys, revokedKeysFile } from '../src/index.ts'
import { authorizedKeys } from '../src/key-source.ts'
import { certify, credential, ecdsa, ed25519, FOREVER, from, type Said, said } from './keys.ts'
import { hasSshKeygen } from './programs.ts'

const directory = mkdtempSync(join(tmpdir(), 'gatewright-revoked-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const key = ed25519()
const other = ecdsa()
const authority = ecdsa()

const checkerWith = (list: string | Uint8Array) =>
  pubkeyChecker({
    keys: authorizedKeys({ ada: `${key.line}\n${other.line}` }),
    authorities: certificateAuthorities(authority.line),
    revoked: revokedKeys(list),
  })

async function ask(list: string | Uint8Array, words?: Said): Promise<string> {
  const checker = checkerWith(list)
  const shown = words ? certify(key, authority, words) : key
  const verdict = said(await checker.check(credential('ada', shown), from()))
  const offer = { username: 'ada', key: { algorithm: shown.algorithm, blob: shown.blob } }
  expect(await checker.recognizes?.(offer, from())).toBe(verdict === 'accept')
  return verdict
}

const REVOKED = 'reject: the key is revoked'

describe('a list of keys', () => {
  it.each([
    ['nothing', '', 'accept'],
    ['comments', '# none\n \n', 'accept'],
    ['another key', other.line, 'accept'],
    ['the key', key.line, REVOKED],
    ['the key, after others', `# lost\n${other.line}\r\n  ${key.line} comment\r\n`, REVOKED],
    ['its fingerprint', fingerprint(key.blob), REVOKED],
    ['its fingerprint, with a comment', `${fingerprint(key.blob)} lost`, REVOKED],
    [
      'a kind of key that nobody uses',
      `ssh-dss ${new WireWriter().string('ssh-dss').done().toString('base64')}`,
      'accept',
    ],
  ])('%s', async (_, list, expected) => {
    expect(await ask(list)).toBe(expected)
  })

  it('revokes every certificate of a key, and of an authority', async () => {
    expect(await ask(key.line, {})).toBe(REVOKED)
    expect(await ask(authority.line, {})).toBe(REVOKED)
    expect(await ask(other.line, {})).toBe('accept')
  })

  it.each(['x', 'ssh-ed25519 AAAA', 'SHA256:short', `restrict ${key.line}`, '{"keys":[]}', 'SSHKRL\n'])(
    'of which %j is a line is understood by nobody',
    (line) => {
      expect(() => revokedKeys(`${other.line}\n${line}`)).toThrow(expect.objectContaining({ code: 'BAD_REVOCATIONS' }))
    },
  )

  it('that answers with anything but a no is a yes', async () => {
    for (const answer of [undefined, null, 0, '']) {
      const checker = pubkeyChecker({
        keys: authorizedKeys({ ada: key.line }),
        revoked: { has: () => answer as never },
      })
      expect(said(await checker.check(credential('ada', key), from()))).toBe(REVOKED)
    }
  })
})

/** A KRL with these sections. */
function krl(...sections: readonly (readonly [kind: number, data: Uint8Array])[]): Buffer {
  const writer = new WireWriter()
    .bytes(Buffer.from('SSHKRL\n\0', 'latin1'))
    .uint32(1)
    .uint64(7n)
    .uint64(0n)
    .uint64(0n)
    .string('')
    .string('made for a test')
  for (const [kind, data] of sections) writer.byte(kind).string(data)
  return writer.done()
}

const certificates = (ca: Uint8Array, ...parts: readonly (readonly [kind: number, data: Uint8Array])[]) => {
  const writer = new WireWriter().string(ca).string('')
  for (const [kind, data] of parts) writer.byte(kind).string(data)
  return [1, writer.done()] as const
}
const serials = (...numbers: readonly bigint[]) =>
  numbers.reduce((writer, number) => writer.uint64(number), new WireWriter()).done()
const extension = (critical: number) => new WireWriter().string('x@example.com').byte(critical).string('').done()

describe('a KRL', () => {
  it.each([
    ['without sections', krl(), {}, 'accept'],
    ['with the key', krl([2, new WireWriter().string(key.blob).done()]), undefined, REVOKED],
    [
      'with the key of a certificate',
      krl([2, new WireWriter().string(other.blob).string(key.blob).done()]),
      {},
      REVOKED,
    ],
    ['with the authority', krl([2, new WireWriter().string(authority.blob).done()]), {}, REVOKED],
    ['with its serial', krl(certificates(authority.blob, [0x20, serials(5n)])), { serial: 5n }, REVOKED],
    ['with other serials', krl(certificates(authority.blob, [0x20, serials(4n, 6n)])), { serial: 5n }, 'accept'],
    ['of another authority', krl(certificates(other.blob, [0x20, serials(5n)])), { serial: 5n }, 'accept'],
    ['of any authority', krl(certificates(Buffer.alloc(0), [0x20, serials(5n)])), { serial: 5n }, REVOKED],
    ['with serial 0', krl(certificates(authority.blob, [0x20, serials(0n)])), { serial: 0n }, REVOKED],
    [
      'with its range, at its beginning',
      krl(certificates(authority.blob, [0x21, serials(5n, 9n)])),
      { serial: 5n },
      REVOKED,
    ],
    ['with its range, at its end', krl(certificates(authority.blob, [0x21, serials(5n, 9n)])), { serial: 9n }, REVOKED],
    ['with a range before it', krl(certificates(authority.blob, [0x21, serials(5n, 9n)])), { serial: 10n }, 'accept'],
    [
      'with a range of everything',
      krl(certificates(authority.blob, [0x21, serials(0n, FOREVER)])),
      { serial: FOREVER },
      REVOKED,
    ],
    [
      'with its key id',
      krl(certificates(authority.blob, [0x23, new WireWriter().string('x').string('id').done()])),
      {},
      REVOKED,
    ],
    [
      'with another key id',
      krl(certificates(authority.blob, [0x23, new WireWriter().string('ID').done()])),
      {},
      'accept',
    ],
    [
      'with an extension that may be passed over',
      krl([255, extension(0)], certificates(Buffer.alloc(0), [0x39, extension(0)])),
      {},
      'accept',
    ],
  ] as const)('%s', async (_, list, words, expected) => {
    expect(await ask(list, words)).toBe(expected)
  })

  it('with a bitmap: bit by bit from its offset', async () => {
    const bitmap = new WireWriter().uint64(100n).positive(Buffer.of(0x80, 0x05)).done()
    const list = krl(certificates(authority.blob, [0x22, bitmap]))
    for (let serial = 95n; serial < 125n; serial++) {
      const expected = [100n, 102n, 115n].includes(serial) ? REVOKED : 'accept'
      expect(await ask(list, { serial })).toBe(expected)
    }
  })

  it.each([
    ['a section of an unknown kind', krl([6, Buffer.alloc(0)])],
    ['a signature', krl([4, new WireWriter().string(authority.blob).done()])],
    ['an unknown kind of revocations', krl(certificates(authority.blob, [0x24, Buffer.alloc(0)]))],
    ['a critical extension', krl([255, extension(1)])],
    ['a critical extension among certificates', krl(certificates(authority.blob, [0x39, extension(1)]))],
    ['an extension that is critical and does not say so with 1', krl([255, extension(2)])],
    ['another version', Buffer.concat([krl().subarray(0, 11), Buffer.of(2), krl().subarray(12)])],
    ['flags', Buffer.concat([krl().subarray(0, 35), Buffer.of(1), krl().subarray(36)])],
    ['a range that ends before it begins', krl(certificates(authority.blob, [0x21, serials(9n, 5n)]))],
    ['a range with something behind', krl(certificates(authority.blob, [0x21, serials(5n, 9n, 1n)]))],
    ['half a serial', krl(certificates(authority.blob, [0x20, Buffer.alloc(7)]))],
    ['a fingerprint of another length', krl([5, new WireWriter().string(Buffer.alloc(20)).done()])],
    ['an empty bitmap', krl(certificates(authority.blob, [0x22, new WireWriter().uint64(1n).string('').done()]))],
    ['something behind', Buffer.concat([krl(), Buffer.of(1)])],
  ])('with %s is understood by nobody', (_, list) => {
    expect(() => revokedKeys(list)).toThrow(expect.objectContaining({ code: 'BAD_REVOCATIONS' }))
  })

  it('that ends anywhere but at the end of a section is understood by nobody', () => {
    const [first, second] = [krl([2, new WireWriter().string(key.blob).done()]), krl()]
    for (let length = 8; length < first.length; length++) {
      if (length === second.length) continue
      expect(() => revokedKeys(first.subarray(0, length))).toThrow(PubkeyError)
    }
  })
})

describe.skipIf(!hasSshKeygen)('a KRL that ssh-keygen made', () => {
  const at = (name: string) => join(directory, name)
  const run = (...args: readonly string[]) => execFileSync('ssh-keygen', args, { cwd: directory, stdio: 'pipe' })
  run('-q', '-t', 'ed25519', '-N', '', '-f', 'ca')
  const names = Array.from({ length: 12 }, (_, i) => `user${i}`)
  for (const [i, name] of names.entries()) {
    run('-q', '-t', i % 2 === 0 ? 'ed25519' : 'ecdsa', '-N', '', '-f', name)
    run('-q', '-s', 'ca', '-I', `id ${i}`, '-n', 'ada', '-z', String(i * 7), `${name}.pub`)
  }
  const text = (name: string) => readFileSync(at(name), 'utf8').trim()
  const sha256 = (name: string) => String(run('-l', '-f', name)).split(' ')[1]
  const specification = [
    'serial: 7',
    'serial: 14-21',
    ...Array.from({ length: 40 }, (_, i) => `serial: ${1000 + i * 3}`),
    'id: id 5',
    `key: ${text('user6.pub')}`,
    `sha1: ${text('user7.pub')}`,
    `sha256: ${text('user8.pub')}`,
    `hash: ${sha256('user9.pub')}`,
  ]
  writeFileSync(at('specification'), `${specification.join('\n')}\n`)
  run('-k', '-f', 'krl', '-s', 'ca.pub', 'specification')
  const checker = pubkeyChecker({
    authorities: certificateAuthorities(readFileSync(at('ca.pub'), 'utf8')),
    keys: authorizedKeys({ ada: names.map((name) => readFileSync(at(`${name}.pub`), 'utf8').trim()) }),
    revoked: revokedKeysFile(at('krl')),
  })
  // ssh-keygen says so by its exit code.
  const isRevoked = (file: string) =>
    spawnSync('ssh-keygen', ['-Q', '-f', 'krl', file], { cwd: directory }).status !== 0

  it.each(names.flatMap((name) => [`${name}.pub`, `${name}-cert.pub`]))(
    'says of %s what ssh-keygen -Q says',
    async (file) => {
      const { key: shown } = parseKeyText(readFileSync(at(file), 'utf8'))
      const verdict = await checker.check(credential('ada', shown), from())
      expect(said(verdict)).toBe(isRevoked(file) ? REVOKED : 'accept')
    },
  )

  it('revokes some and not others', () => {
    const all = names.flatMap((name) => [`${name}.pub`, `${name}-cert.pub`]).map(isRevoked)
    expect(all.filter(Boolean).length).toBeGreaterThan(8)
    expect(all.filter((revoked) => !revoked).length).toBeGreaterThan(4)
  })
})

describe('a file of revoked keys', () => {
  const path = join(directory, 'list')
  const checker = pubkeyChecker({ keys: authorizedKeys({ ada: key.line }), revoked: revokedKeysFile(path) })
  const check = async () => said(await checker.check(credential('ada', key), from()))

  it('is asked at every login, and is a fault while it is missing or broken', async () => {
    await expect(check()).rejects.toMatchObject({ code: 'MISSING' })
    writeFileSync(path, '')
    expect(await check()).toBe('accept')
    writeFileSync(path, `${key.line}\n`)
    expect(await check()).toBe(REVOKED)
    writeFileSync(path, 'nonsense\n')
    await expect(check()).rejects.toMatchObject({ code: 'BAD_REVOCATIONS' })
    unlinkSync(path)
    await expect(check()).rejects.toMatchObject({ code: 'MISSING' })
    const offer = { username: 'ada', key: { algorithm: key.algorithm, blob: key.blob } }
    await expect(checker.recognizes?.(offer, from())).rejects.toMatchObject({ code: 'MISSING' })
  })
})

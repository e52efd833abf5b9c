import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseCertificate as parseByOthers, parseKey } from 'sshpk'
import { afterAll, describe, expect, it } from 'vitest'
import {
  fingerprint,
  formatKeyText,
  isCertificate,
  isCertified,
  parseCertificate,
  parseKeyText,
  SshKeyError,
  WireWriter,
} from '../src/index.ts'
import { certify, FOREVER } from './certificates.ts'
import { allKeys, certificateName, makeKey } from './keys.ts'
import { hasSshKeygen } from './programs.ts'

const key = makeKey('ssh-ed25519')
const authority = makeKey('ecdsa-sha2-nistp256')

function refuses(blob: Uint8Array): string {
  try {
    parseCertificate(blob)
    return 'no error'
  } catch (error) {
    if (error instanceof SshKeyError) return error.code
    throw error
  }
}

describe('parseCertificate', () => {
  it.each(allKeys().map((each) => [each.algorithm, each] as const))('reads one of %s', (algorithm, each) => {
    const said = {
      serial: 0xfedc_ba98_7654_3210n,
      keyId: 'ada at the desk',
      principals: ['ada', 'grace, too', 'zoë'],
      validAfter: 5n,
      validBefore: FOREVER,
      criticalOptions: [['force-command', new WireWriter().string('true').done()]] as const,
      extensions: [
        ['permit-X11-forwarding', Buffer.alloc(0)],
        ['permit-pty', Buffer.alloc(0)],
      ] as const,
    }
    const certificate = parseCertificate(certify(each, authority, said))
    const { criticalOptions: _, extensions: __, ...plain } = said
    expect(certificate).toMatchObject({ ...plain, algorithm: certificateName(algorithm), type: 'user' })
    // The key is the key, and not the nonce before it.
    expect(certificate.key).toMatchObject({ algorithm, blob: each.blob })
    expect([...certificate.extensions.keys()]).toEqual(['permit-X11-forwarding', 'permit-pty'])
    expect([...certificate.criticalOptions.keys()]).toEqual(['force-command'])
    expect(certificate.ca).toEqual(authority.blob)
    expect(isCertified(certificate)).toBe(true)
  })

  it('says no more than it has read: whether it is for a host, expired or for nobody is asked elsewhere', () => {
    expect(parseCertificate(certify(key, authority, { type: 2 })).type).toBe('host')
    expect(parseCertificate(certify(key, authority, { principals: [] })).principals).toEqual([])
  })

  it.each([
    ['a type that is neither user nor host', { type: 0 }],
    ['another one', { type: 3 }],
    ['a key id that is no text', { keyId: Buffer.of(0xff) }],
    ['a NUL in the key id', { keyId: 'a\0b' }],
    ['a NUL in a principal', { principals: ['ada\0x'] }],
    ['a principal that is no text', { principals: [Buffer.of(0xc3)] }],
    ['257 principals', { principals: Array.from({ length: 257 }, (_, i) => `u${i}`) }],
    [
      'one option twice',
      {
        criticalOptions: [
          ['a', Buffer.alloc(0)],
          ['a', Buffer.alloc(0)],
        ] as const,
      },
    ],
    [
      'options out of order',
      {
        extensions: [
          ['b', Buffer.alloc(0)],
          ['a', Buffer.alloc(0)],
        ] as const,
      },
    ],
    ['an authority that is empty', { ca: Buffer.alloc(0) }],
    ['an authority that is a certificate', { ca: certify(makeKey('ssh-ed25519')) }],
  ])('refuses %s', (_, said) => {
    expect(refuses(certify(key, authority, said))).toBe('MALFORMED')
  })

  it('refuses every truncation, and anything behind', () => {
    const blob = certify(key, authority)
    for (let length = 0; length < blob.length; length++) expect(refuses(blob.subarray(0, length))).not.toBe('no error')
    expect(refuses(Buffer.concat([blob, Buffer.of(0)]))).toBe('MALFORMED')
  })

  it('refuses plain keys, and kinds that it does not know', () => {
    expect(refuses(key.blob)).toBe('UNSUPPORTED')
    expect(refuses(certify(key, authority, { algorithm: 'ssh-dss-cert-v01@openssh.com' }))).toBe('UNSUPPORTED')
    expect(refuses(certify(key, authority, { algorithm: 'ssh-ed25519-cert-v00@openssh.com' }))).toBe('UNSUPPORTED')
    expect(isCertificate('ssh-ed25519')).toBe(false)
    expect(isCertificate('ssh-ed25519-cert-v01@openssh.com')).toBe(true)
  })

  it('refuses a certificate in a certificate, 10,000 deep, without going down', () => {
    const whole = certify(key, authority)
    const beforeCa = whole.subarray(0, whole.indexOf(authority.blob) - 4)
    const signature = new WireWriter().string(authority.sign(beforeCa)).done()
    const parts: Buffer[] = [authority.blob]
    let length = authority.blob.length
    for (let depth = 0; depth < 10_000; depth++) {
      const ca = Buffer.alloc(4)
      ca.writeUInt32BE(length)
      parts.unshift(beforeCa, ca)
      parts.push(signature)
      length += beforeCa.length + ca.length + signature.length
    }
    expect(refuses(Buffer.concat(parts))).toBe('MALFORMED')
    expect(refuses(certify(key, authority, { ca: certify(key, authority, { ca: certify(key) }) }))).toBe('MALFORMED')
  })

  it('refuses a weak key in it', () => {
    const weak = makeKey('ssh-rsa', 1024)
    expect(refuses(certify(weak, authority))).toBe('WEAK_KEY')
  })
})

describe.skipIf(!hasSshKeygen)('certificates that ssh-keygen made', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-certificates-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  const run = (...args: readonly string[]) => execFileSync('ssh-keygen', args, { cwd: directory, encoding: 'utf8' })
  const text = (name: string) => readFileSync(join(directory, name), 'utf8')

  const kinds = [
    ['ed25519', 'ed25519', []],
    ['p256', 'ecdsa', ['-b', '256']],
    ['p384', 'ecdsa', ['-b', '384']],
    ['p521', 'ecdsa', ['-b', '521']],
    ['rsa', 'rsa', ['-b', '2048']],
  ] as const
  for (const [name, type, more] of kinds) run('-q', '-t', type, ...more, '-N', '', '-C', `${name} key`, '-f', name)

  it.each(kinds.flatMap(([name]) => kinds.map(([authorityName]) => [name, authorityName] as const)))(
    '%s, signed by %s',
    (name, authorityName) => {
      const options = ['-O', 'clear', '-O', 'permit-pty', '-O', 'source-address=10.0.0.0/8', '-O', 'force-command=id']
      run(
        '-q',
        '-s',
        authorityName,
        '-I',
        'the id',
        '-n',
        'ada,grace',
        '-z',
        '42',
        '-V',
        '+1h',
        ...options,
        `${name}.pub`,
      )
      const { key: found } = parseKeyText(text(`${name}-cert.pub`))
      const certificate = parseCertificate(found.blob)
      expect(certificate).toMatchObject({ serial: 42n, keyId: 'the id', principals: ['ada', 'grace'], type: 'user' })
      expect([...certificate.criticalOptions.keys()]).toEqual(['force-command', 'source-address'])
      expect([...certificate.extensions.keys()]).toEqual(['permit-pty'])
      expect(isCertified(certificate)).toBe(true)
      expect(fingerprint(certificate.ca)).toBe(run('-lf', `${authorityName}.pub`).split(' ')[1])
      expect(fingerprint(certificate.key.blob)).toBe(run('-lf', `${name}.pub`).split(' ')[1])

      const others = parseByOthers(`${formatKeyText(found)} certificate`, 'openssh')
      expect(others.isSignedByKey(parseKey(text(`${authorityName}.pub`), 'ssh'))).toBe(true)
      expect(certificate.validAfter).toBe(BigInt(others.validFrom.getTime() / 1000))
      expect(certificate.validBefore).toBe(BigInt(others.validUntil.getTime() / 1000))
    },
  )

  it('SHA-1 by an RSA authority is no signature', () => {
    run('-q', '-s', 'rsa', '-t', 'ssh-rsa', '-I', 'old', '-n', 'ada', 'ed25519.pub')
    const { key: found } = parseKeyText(text('ed25519-cert.pub'))
    expect(isCertified(parseCertificate(found.blob))).toBe(false)
  })

  it('texts and fingerprints are those of ssh-keygen', () => {
    for (const [name] of kinds) {
      const line = text(`${name}.pub`).trimEnd()
      const { key: found, comment } = parseKeyText(line)
      expect(comment).toBe(`${name} key`)
      expect(formatKeyText(found, comment)).toBe(line)
      expect(fingerprint(found.blob)).toBe(run('-lf', `${name}.pub`).split(' ')[1])
    }
  })
})

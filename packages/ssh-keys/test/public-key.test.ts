import { describe, expect, it } from 'vitest'
import {
  inspectPublicKey,
  type KeyAlgorithm,
  parsePublicKey,
  SshKeyError,
  verifySignature,
  WireWriter,
} from '../src/index.ts'
import { allKeys, makeKey } from './keys.ts'

const codeOf = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    if (error instanceof SshKeyError) return error.code
    throw error
  }
}

/** An RSA key of exactly so many bits. The modulus is a product of nothing, which only a verifier would notice. */
function rsaBlob(bits: number, e: Uint8Array = Buffer.of(1, 0, 1), last = 0xff): Buffer {
  const n = Buffer.alloc(Math.ceil(bits / 8), 0xa5)
  n[0] = bits % 8 === 0 ? 0x80 : 1 << ((bits % 8) - 1)
  n[n.length - 1] = last
  return new WireWriter().string('ssh-rsa').positive(e).positive(n).done()
}

describe('keys that are good', () => {
  it.each(allKeys().map((key) => [key.algorithm, key] as const))('%s', (algorithm, { blob }) => {
    expect(parsePublicKey(blob)).toMatchObject({ algorithm, blob })
    expect(inspectPublicKey(blob)).toMatchObject({ algorithm, blob })
    expect(parsePublicKey(blob).application).toBe(algorithm.startsWith('sk-') ? 'ssh:' : undefined)
  })

  it.each([2048, 2049, 3072, 4095, 4096, 8192, 16_384])('RSA of %i bits', (bits) => {
    expect(parsePublicKey(rsaBlob(bits))).toMatchObject({ algorithm: 'ssh-rsa', bits })
  })
})

describe('keys that are refused', () => {
  it.each([0, 8, 512, 1023, 1024, 1536, 2040, 2047, 16_385, 16_392, 32_768])('RSA of %i bits', (bits) => {
    const blob =
      bits === 0 ? new WireWriter().string('ssh-rsa').positive(Buffer.of(3)).string('').done() : rsaBlob(bits)
    expect(codeOf(() => parsePublicKey(blob))).toBe(bits === 0 ? 'MALFORMED' : 'WEAK_KEY')
  })

  it.each([
    ['1', Buffer.of(1)],
    ['2', Buffer.of(2)],
    ['65536', Buffer.of(1, 0, 0)],
    ['2^64 + 1', Buffer.from('010000000000000001', 'hex')],
    ['2^4000 + 1', Buffer.concat([Buffer.of(1), Buffer.alloc(499), Buffer.of(1)])],
  ])('RSA with the exponent %s', (_, e) => {
    expect(codeOf(() => parsePublicKey(rsaBlob(2048, e)))).toBe('WEAK_KEY')
  })

  it('RSA with an even modulus, or without an exponent', () => {
    expect(codeOf(() => parsePublicKey(rsaBlob(2048, Buffer.of(3), 0xfe)))).toBe('WEAK_KEY')
    expect(codeOf(() => parsePublicKey(rsaBlob(2048, Buffer.of(0))))).toBe('MALFORMED')
  })

  it('the largest RSA key is no work worth mentioning: it verifies nothing, and says so', () => {
    const signature = new WireWriter().string('rsa-sha2-512').string(Buffer.alloc(2048, 1)).done()
    const blob = rsaBlob(16_384, Buffer.alloc(8, 0xff))
    expect(verifySignature({ algorithm: 'rsa-sha2-512', blob, signature, signed: Buffer.of(1) })).toBeUndefined()
  })

  it.each([
    'ssh-dss',
    'ssh-rsa1',
    'ssh-ed448',
    'ecdsa-sha2-nistp224',
    'rsa-sha2-256',
    '',
    'ssh-ed25519\0',
    '__proto__',
  ])('the kind %j', (kind) => {
    expect(codeOf(() => parsePublicKey(new WireWriter().string(kind).string(Buffer.alloc(32)).done()))).toBe(
      'UNSUPPORTED',
    )
  })

  it.each([0, 1, 31, 33, 64])('Ed25519 with %i bytes', (length) => {
    const blob = new WireWriter().string('ssh-ed25519').string(Buffer.alloc(length, 7)).done()
    expect(codeOf(() => parsePublicKey(blob))).toBe('MALFORMED')
  })

  it('Ed25519 of small order, with which anybody can sign', () => {
    const points = [
      '0100000000000000000000000000000000000000000000000000000000000000',
      '0000000000000000000000000000000000000000000000000000000000000000',
      '0000000000000000000000000000000000000000000000000000000000000080',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    ]
    for (const point of points) {
      for (const kind of ['ssh-ed25519', 'sk-ssh-ed25519@openssh.com']) {
        const writer = new WireWriter().string(kind).string(Buffer.from(point, 'hex'))
        const blob = kind.startsWith('sk') ? writer.string('ssh:').done() : writer.done()
        expect(codeOf(() => parsePublicKey(blob))).toBe('WEAK_KEY')
        expect(codeOf(() => inspectPublicKey(blob))).toBe('WEAK_KEY')
      }
    }
  })

  it('ECDSA whose curve is another than its name says, or whose point is none', () => {
    const p256 = makeKey('ecdsa-sha2-nistp256')
    const relabelled = new WireWriter().string('ecdsa-sha2-nistp384').bytes(p256.fields).done()
    const twice = new WireWriter()
      .string('ecdsa-sha2-nistp256')
      .string('nistp384')
      .bytes(p256.fields.subarray(12))
      .done()
    expect(codeOf(() => parsePublicKey(relabelled))).toBe('MALFORMED')
    expect(codeOf(() => parsePublicKey(twice))).toBe('MALFORMED')
    const point = p256.fields.subarray(4 + 8 + 4)
    const compressed = Buffer.concat([Buffer.of(2), point.subarray(1, 33)])
    const offCurve = Buffer.concat([point.subarray(0, 64), Buffer.of((point[64] ?? 0) ^ 1)])
    for (const bad of [
      Buffer.alloc(0),
      Buffer.of(0),
      compressed,
      point.subarray(0, 64),
      offCurve,
      Buffer.alloc(65, 4),
    ]) {
      const blob = new WireWriter().string('ecdsa-sha2-nistp256').string('nistp256').string(bad).done()
      expect(codeOf(() => parsePublicKey(blob))).toBe('MALFORMED')
    }
  })

  it.each(allKeys().map((key) => [key.algorithm, key] as const))(
    '%s with something missing or left over',
    (_, { blob }) => {
      for (let length = 0; length < blob.length; length++) {
        expect(codeOf(() => parsePublicKey(blob.subarray(0, length)))).toMatch(/MALFORMED|UNSUPPORTED|WEAK_KEY/)
      }
      expect(codeOf(() => parsePublicKey(Buffer.concat([blob, Buffer.of(0)])))).toBe('MALFORMED')
    },
  )

  it('numbers with zeros in front: one key would be two to a list', () => {
    const { fields } = makeKey('ssh-rsa')
    const e = Buffer.from('00000003010001', 'hex')
    expect(fields.subarray(0, 7)).toEqual(e)
    const blob = new WireWriter()
      .string('ssh-rsa')
      .string(Buffer.of(0, 1, 0, 1))
      .bytes(fields.subarray(7))
      .done()
    expect(codeOf(() => parsePublicKey(blob))).toBe('MALFORMED')
  })

  it('names are kinds, and no kind is an inherited property', () => {
    const kind = 'constructor' as KeyAlgorithm
    expect(codeOf(() => parsePublicKey(new WireWriter().string(kind).done()))).toBe('UNSUPPORTED')
  })
})

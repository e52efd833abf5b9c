import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isCertified, parseCertificate, verifySignature, WireWriter } from '../src/index.ts'
import { certify } from './certificates.ts'
import { allKeys, certificateName, makeKey, requestsFor } from './keys.ts'

const keys = allKeys()
const signed = Buffer.from('session, user, service, algorithm, key')
const [ed25519, p256, p384, , rsa, skEd25519] = keys as [
  (typeof keys)[0],
  (typeof keys)[0],
  (typeof keys)[0],
  (typeof keys)[0],
  (typeof keys)[0],
  (typeof keys)[0],
]

describe('what verifies', () => {
  it.each(keys.map((key) => [key.algorithm, key] as const))('%s, plain and certified', (_, key) => {
    for (const request of requestsFor(key.algorithm)) {
      const signature = key.sign(signed, request)
      const plain = verifySignature({ algorithm: request, blob: key.blob, signature, signed })
      expect(plain?.key).toEqual({ algorithm: key.algorithm, blob: key.blob })

      const blob = certify(key)
      const certified = verifySignature({ algorithm: certificateName(request), blob, signature, signed })
      expect(certified?.key).toEqual({ algorithm: certificateName(key.algorithm), blob })
    }
  })

  it('tells presence of security keys only', () => {
    for (const key of keys) {
      const [algorithm = ''] = requestsFor(key.algorithm)
      const proven = verifySignature({ algorithm, blob: key.blob, signature: key.sign(signed, algorithm), signed })
      expect(proven).toBeDefined()
      if (key.algorithm.startsWith('sk-')) expect(proven?.presence).toEqual({ touched: true, verified: false })
      else expect(proven).not.toHaveProperty('presence')
    }
  })

  it('takes an RSA signature whose leading zeros were left out', () => {
    // About one in 256 begins with a zero byte.
    for (let tries = 0; tries < 10_000; tries++) {
      const message = Buffer.from(`try ${tries}`)
      const whole = rsa.sign(message, 'rsa-sha2-256')
      const value = whole.subarray(4 + 'rsa-sha2-256'.length + 4)
      if (value[0] !== 0) continue
      const signature = new WireWriter().string('rsa-sha2-256').string(value.subarray(1)).done()
      const claim = { algorithm: 'rsa-sha2-256', blob: rsa.blob, signature, signed: message }
      expect(verifySignature(claim)).toBeDefined()
      return
    }
    expect.unreachable()
  })
})

describe('labels are bound to each other', () => {
  const names = [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-256',
    'rsa-sha2-512',
    'ssh-rsa',
    'ssh-dss',
    'sk-ssh-ed25519@openssh.com',
    'sk-ecdsa-sha2-nistp256@openssh.com',
    'ssh-ed25519-cert-v01@openssh.com',
    'ecdsa-sha2-nistp256-cert-v01@openssh.com',
    'rsa-sha2-256-cert-v01@openssh.com',
    'rsa-sha2-512-cert-v01@openssh.com',
    'ssh-rsa-cert-v01@openssh.com',
    '',
  ]
  const blobs = [...keys.map(({ blob }) => blob), certify(ed25519), certify(rsa)]

  it('accepts none of 16 names x 9 blobs x random signatures', () => {
    expect(names).toHaveLength(16)
    expect(blobs).toHaveLength(9)
    let accepted = 0
    for (const algorithm of names) {
      for (const blob of blobs) {
        for (const label of [algorithm, 'ssh-ed25519', 'rsa-sha2-256', 'ssh-rsa', '']) {
          for (const length of [0, 1, 64, 256]) {
            const signature = new WireWriter().string(label).string(randomBytes(length)).done()
            if (verifySignature({ algorithm, blob, signature, signed })) accepted++
            if (verifySignature({ algorithm, blob, signature: randomBytes(length), signed })) accepted++
          }
        }
      }
    }
    expect(accepted).toBe(0)
  })

  it('accepts a good signature under its own name and no other', () => {
    for (const key of keys) {
      for (const label of requestsFor(key.algorithm)) {
        const signature = key.sign(signed, label)
        const accepting = names.filter((algorithm) => verifySignature({ algorithm, blob: key.blob, signature, signed }))
        expect(accepting).toEqual([label])
      }
    }
  })

  it('knows no SHA-1, whatever it is called', () => {
    for (const label of ['ssh-rsa', 'ssh-rsa-cert-v01@openssh.com', 'rsa-sha2-256-cert-v01@openssh.com']) {
      // Made with SHA-1, and with the right name in front for once.
      const signature = rsa.sign(signed, label)
      for (const algorithm of names) {
        for (const blob of [rsa.blob, certify(rsa)]) {
          expect(verifySignature({ algorithm, blob, signature, signed })).toBeUndefined()
        }
      }
    }
  })

  it('does not take one RSA hash for the other', () => {
    const signature = rsa.sign(signed, 'rsa-sha2-512')
    expect(verifySignature({ algorithm: 'rsa-sha2-256', blob: rsa.blob, signature, signed })).toBeUndefined()
    const relabelled = new WireWriter()
      .string('rsa-sha2-256')
      .bytes(signature.subarray(4 + 12))
      .done()
    expect(
      verifySignature({ algorithm: 'rsa-sha2-256', blob: rsa.blob, signature: relabelled, signed }),
    ).toBeUndefined()
  })

  it('does not take the key of one for that of another', () => {
    const signature = p256.sign(signed)
    for (const { algorithm, blob } of [ed25519, p384, makeKey('ecdsa-sha2-nistp256')]) {
      expect(verifySignature({ algorithm, blob, signature, signed })).toBeUndefined()
    }
  })

  it('takes a certificate for no plain key, and the other way round', () => {
    const signature = ed25519.sign(signed)
    const blob = certify(ed25519)
    expect(verifySignature({ algorithm: 'ssh-ed25519', blob, signature, signed })).toBeUndefined()
    const algorithm = 'ssh-ed25519-cert-v01@openssh.com'
    expect(verifySignature({ algorithm, blob: ed25519.blob, signature, signed })).toBeUndefined()
  })
})

describe('what does not verify is undefined, and no exception', () => {
  it.each(keys.map((key) => [key.algorithm, key] as const))('%s: something before, behind, or nothing', (_, key) => {
    const [algorithm = ''] = requestsFor(key.algorithm)
    const { blob } = key
    const signature = key.sign(signed, algorithm)
    const one = Buffer.of(0)
    for (const wrong of [
      { signature: Buffer.concat([signature, one]) },
      { signature: Buffer.concat([one, signature]) },
      { signature: Buffer.alloc(0) },
      { blob: Buffer.concat([blob, one]) },
      { blob: Buffer.concat([one, blob]) },
      { blob: Buffer.alloc(0) },
      { signed: Buffer.concat([signed, one]) },
      { signed: Buffer.alloc(0) },
      { algorithm: `${algorithm}\0` },
      { algorithm: algorithm.toUpperCase() },
      { algorithm: '__proto__' },
    ]) {
      expect(verifySignature({ algorithm, blob, signature, signed, ...wrong })).toBeUndefined()
    }
  })

  it('ECDSA with numbers that are zero, negative, padded or too large', () => {
    const number = (value: Uint8Array) => new WireWriter().string(value).done()
    const good = number(Buffer.of(1))
    const numbers = [
      Buffer.alloc(0),
      Buffer.of(0),
      Buffer.of(0x80),
      Buffer.of(0, 1),
      Buffer.alloc(33, 0x7f),
      Buffer.alloc(5000, 0x7f),
    ]
    for (const bad of numbers.map(number)) {
      for (const pair of [Buffer.concat([bad, good]), Buffer.concat([good, bad]), Buffer.concat([good, good, bad])]) {
        const signature = new WireWriter().string(p256.algorithm).string(pair).done()
        expect(verifySignature({ ...p256, signature, signed })).toBeUndefined()
      }
    }
  })

  it('a signature of a security key over another application, flag or counter', () => {
    const good = skEd25519.sign(signed)
    const claim = { algorithm: skEd25519.algorithm, blob: skEd25519.blob, signed }
    expect(verifySignature({ ...claim, signature: good })).toBeDefined()
    const otherApplication = skEd25519.sign(signed, undefined, { application: 'https://example.com' })
    const otherFlags = Buffer.from(good)
    otherFlags[good.length - 5] = 5
    const otherCounter = Buffer.from(good)
    otherCounter[good.length - 1] = 8
    const withoutTail = good.subarray(0, -5)
    for (const signature of [otherApplication, otherFlags, otherCounter, withoutTail]) {
      expect(verifySignature({ ...claim, signature })).toBeUndefined()
    }
  })

  it('a security key that signs like a plain one', () => {
    const plain = makeKey('ssh-ed25519')
    const blob = new WireWriter().string(skEd25519.algorithm).bytes(plain.fields).string('ssh:').done()
    const value = plain.sign(signed).subarray(4 + 'ssh-ed25519'.length)
    const signature = new WireWriter().string(skEd25519.algorithm).bytes(value).byte(1).uint32(1).done()
    expect(verifySignature({ algorithm: skEd25519.algorithm, blob, signature, signed })).toBeUndefined()
  })

  it('a proof cannot be made by hand, nor changed', () => {
    const proven = verifySignature({
      algorithm: 'ssh-ed25519',
      blob: ed25519.blob,
      signature: ed25519.sign(signed),
      signed,
    })
    expect(Object.isFrozen(proven)).toBe(true)
    expect(Object.isFrozen(proven?.key)).toBe(true)
    // @ts-expect-error the brand is nowhere to be had
    const forged: NonNullable<typeof proven> = { key: { algorithm: 'ssh-ed25519', blob: ed25519.blob } }
    expect(forged).toBeDefined()
  })
})

describe('the flags of a security key', () => {
  const rows = keys.filter(({ algorithm }) => algorithm.startsWith('sk-'))
  it.each(rows.map((key) => [key.algorithm, key] as const))('%s: all 256 of them', (_, key) => {
    for (let flags = 0; flags < 256; flags++) {
      const signature = key.sign(signed, undefined, { flags })
      const proven = verifySignature({ algorithm: key.algorithm, blob: key.blob, signature, signed })
      expect(proven?.presence).toEqual({ touched: (flags & 1) === 1, verified: (flags & 4) === 4 })
    }
  })
})

describe('isCertified: did this authority sign this certificate?', () => {
  it.each(keys.map((key) => [key.algorithm, key] as const))('yes, with %s', (_, authority) => {
    for (const label of requestsFor(authority.algorithm)) {
      expect(isCertified(parseCertificate(certify(p256, authority, { label })))).toBe(true)
    }
  })

  it('no, with SHA-1, with another key, or with bytes', () => {
    for (const said of [
      { label: 'ssh-rsa' },
      { ca: makeKey('ssh-rsa').blob },
      { signature: Buffer.alloc(0) },
      { signature: randomBytes(300) },
      { ca: new WireWriter().string('ssh-dss').done() },
    ]) {
      expect(isCertified(parseCertificate(certify(p256, rsa, said)))).toBe(false)
    }
  })

  it('no, when any bit of the certificate is another one', () => {
    const blob = certify(ed25519, makeKey('ssh-ed25519'))
    let parsed = 0
    for (let bit = 0; bit < blob.length * 8; bit++) {
      const flipped = Buffer.from(blob)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      let certificate: ReturnType<typeof parseCertificate>
      try {
        certificate = parseCertificate(flipped)
      } catch {
        continue
      }
      parsed++
      expect(isCertified(certificate)).toBe(false)
    }
    expect(parsed).toBeGreaterThan(100)
  })
})

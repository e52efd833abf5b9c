import { type SignatureClaim, verifySignature, WireWriter } from '../src/index.ts'
import { allKeys, requestsFor, type TestKey } from './keys.ts'

/** A request as RFC 4252 section 7 has it, its claim, and whoever made it. */
export interface Request {
  readonly name: string
  readonly claim: SignatureClaim
}

const FIELDS = ['algorithm', 'blob', 'signature', 'signed'] as const

export function requests(): readonly Request[] {
  return allKeys().flatMap((key) => requestsFor(key.algorithm).map((name) => ({ name, claim: claimOf(key, name) })))
}

function claimOf(key: TestKey, algorithm: string): SignatureClaim {
  const signed = new WireWriter()
    .string(Buffer.alloc(32, 0x5a))
    .byte(50)
    .string('ada')
    .string('ssh-connection')
    .string('publickey')
    .byte(1)
    .string(algorithm)
    .string(key.blob)
    .done()
  return { algorithm, blob: key.blob, signature: key.sign(signed, algorithm), signed }
}

/** Every claim that differs in one bit of one field; every `step`-th, to take less time. */
export function* bitFlips(claim: SignatureClaim, step = 1): Generator<SignatureClaim> {
  for (const field of FIELDS) {
    const bytes = Buffer.from(claim[field] as string)
    for (let bit = 0; bit < bytes.length * 8; bit += step) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      yield { ...claim, [field]: field === 'algorithm' ? flipped.toString('latin1') : flipped }
    }
  }
}

/** Every claim of which one field ends too early. */
export function* truncations(claim: SignatureClaim, step = 1): Generator<SignatureClaim> {
  for (const field of FIELDS) {
    const whole = claim[field]
    for (let length = 0; length < whole.length; length += step) yield { ...claim, [field]: whole.slice(0, length) }
  }
}

/** How many of these verify, which none should, and how many there were. */
export function count(claims: Iterable<SignatureClaim>): { readonly tried: number; readonly accepted: number } {
  let tried = 0
  let accepted = 0
  for (const claim of claims) {
    tried++
    if (verifySignature(claim)) accepted++
  }
  return { tried, accepted }
}

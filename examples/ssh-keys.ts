import { generateKeyPairSync, sign } from 'node:crypto'
import { fingerprint, formatKeyText, parseKeyText, verifySignature, WireWriter } from '@gatewright/ssh-keys'

// A key as it stands on the wire: its kind, and the 32 bytes of an Ed25519 key.
const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const point = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
const blob = new WireWriter().string('ssh-ed25519').string(point).done()

// As in a .pub file, and back. `ssh-keygen -l` prints the same fingerprint.
const text = formatKeyText({ algorithm: 'ssh-ed25519', blob }, 'ada')
const { key, comment } = parseKeyText(text)
console.log(key.algorithm, fingerprint(key.blob) === fingerprint(blob), comment) // ssh-ed25519 true ada

// What an SSH client signs to log in, and what a server asks about it.
const signed = Buffer.from('session identifier, user, service, algorithm, key')
const signature = new WireWriter()
  .string('ssh-ed25519')
  .string(sign(null, signed, privateKey))
  .done()
const claim = { algorithm: 'ssh-ed25519', blob, signature, signed }

console.log(verifySignature(claim)?.key.algorithm) // ssh-ed25519
console.log(verifySignature({ ...claim, signed: Buffer.from('something else') })) // undefined

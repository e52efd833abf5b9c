import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { formatKeyText, WireReader, WireWriter } from '@gatewright/ssh-keys'

/** An agent with one key in it, which is as a security key would be. */
export interface SecurityKeyAgent extends AsyncDisposable {
  readonly socket: string
  /** A line of authorized_keys. */
  readonly publicKey: string
  /** How often it has signed. */
  readonly signatures: number
}

/** The types of security keys that OpenSSH knows. */
export const SECURITY_KEYS = ['sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com'] as const
type SecurityKeyAlgorithm = (typeof SECURITY_KEYS)[number]

const APPLICATION = 'ssh:'

/** draft-ietf-sshm-ssh-agent, section 6.1. */
const FAILURE = 5
const REQUEST_IDENTITIES = 11
const IDENTITIES_ANSWER = 12
const SIGN_REQUEST = 13
const SIGN_RESPONSE = 14

/** The numbers of a key, and those of its signatures, as OpenSSH's PROTOCOL.u2f has them. */
interface SoftKey {
  readonly fields: Buffer
  sign(data: Uint8Array): Buffer
}

const SOFT_KEYS: Readonly<Record<SecurityKeyAlgorithm, () => SoftKey>> = {
  'sk-ssh-ed25519@openssh.com': () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const { x = '' } = publicKey.export({ format: 'jwk' })
    return {
      fields: new WireWriter().string(Buffer.from(x, 'base64url')).done(),
      sign: (data) => sign(null, data, privateKey),
    }
  },
  'sk-ecdsa-sha2-nistp256@openssh.com': () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
    return {
      fields: new WireWriter().string('nistp256').string(point).done(),
      sign(data) {
        const both = sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
        return new WireWriter().positive(both.subarray(0, 32)).positive(both.subarray(32)).done()
      },
    }
  },
}

/**
 * An ssh-agent that holds a security key made of software: the client sees what it would see of a real one, and so does the
 * server (OpenSSH's PROTOCOL.u2f).
 *
 * @param touched whether it says that somebody has touched it
 */
export async function serveSecurityKey(
  socket: string,
  touched: boolean,
  algorithm: SecurityKeyAlgorithm,
): Promise<SecurityKeyAgent> {
  const key = SOFT_KEYS[algorithm]()
  const blob = new WireWriter().string(algorithm).bytes(key.fields).string(APPLICATION).done()
  const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest()
  let signatures = 0

  const signed = (data: Uint8Array): Buffer => {
    signatures++
    const flags = Buffer.of(touched ? 1 : 0)
    const counter = Buffer.of(0, 0, 0, signatures)
    const signature = key.sign(Buffer.concat([sha256(APPLICATION), flags, counter, sha256(data)]))
    return Buffer.concat([new WireWriter().string(algorithm).string(signature).done(), flags, counter])
  }
  const answer = (message: Buffer): Buffer => {
    const reader = new WireReader(message.subarray(1))
    switch (message[0]) {
      case REQUEST_IDENTITIES:
        return new WireWriter().byte(IDENTITIES_ANSWER).uint32(1).string(blob).string('security key').done()
      case SIGN_REQUEST:
        reader.string()
        return new WireWriter().byte(SIGN_RESPONSE).string(signed(reader.string())).done()
      default:
        return Buffer.of(FAILURE)
    }
  }
  const server = createServer((client) => {
    let received = Buffer.alloc(0)
    client
      .on('error', () => undefined)
      .on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk])
        while (received.length >= 4 && received.length >= 4 + received.readUInt32BE()) {
          const end = 4 + received.readUInt32BE()
          client.write(new WireWriter().string(answer(received.subarray(4, end))).done())
          received = received.subarray(end)
        }
      })
  })
  server.listen(socket)
  await once(server, 'listening')
  return {
    socket,
    publicKey: formatKeyText({ algorithm, blob }, 'security-key'),
    get signatures() {
      return signatures
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

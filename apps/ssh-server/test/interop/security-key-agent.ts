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

const ALGORITHM = 'sk-ssh-ed25519@openssh.com'
const APPLICATION = 'ssh:'

/** draft-ietf-sshm-ssh-agent, section 6.1. */
const FAILURE = 5
const REQUEST_IDENTITIES = 11
const IDENTITIES_ANSWER = 12
const SIGN_REQUEST = 13
const SIGN_RESPONSE = 14

/**
 * An ssh-agent that holds an sk-ssh-ed25519 key made of software: the client sees what it would see of a real one, and so does
 * the server (OpenSSH's PROTOCOL.u2f).
 *
 * @param touched whether it says that somebody has touched it
 */
export async function serveSecurityKey(socket: string, touched: boolean): Promise<SecurityKeyAgent> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const blob = new WireWriter().string(ALGORITHM).string(raw).string(APPLICATION).done()
  const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest()
  let signatures = 0

  const signed = (data: Uint8Array): Buffer => {
    signatures++
    const flags = Buffer.of(touched ? 1 : 0)
    const counter = Buffer.of(0, 0, 0, signatures)
    const signature = sign(null, Buffer.concat([sha256(APPLICATION), flags, counter, sha256(data)]), privateKey)
    return Buffer.concat([new WireWriter().string(ALGORITHM).string(signature).done(), flags, counter])
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
    publicKey: formatKeyText({ algorithm: ALGORITHM, blob }, 'security-key'),
    get signatures() {
      return signatures
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

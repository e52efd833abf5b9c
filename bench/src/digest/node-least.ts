import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { algorithm, BODY, digest, PASSWORD, REALM, USERNAME } from './account.ts'
import { serve } from './serve.ts'

/**
 * The floor: the least that can be called Digest. It reads the header by one expression, knows one nonce for everybody, which
 * never grows old, and counts nothing, so it is open to replays.
 */
const nonce = createHmac('sha256', randomBytes(32)).update('nonce').digest('base64url')
const name = algorithm === 'MD5' ? 'md5' : 'sha256'
const ha1 = digest(algorithm, `${USERNAME}:${REALM}:${PASSWORD}`)
const PARAMETER = /(\w+)=(?:"([^"]*)"|([^\s,]+))/g

function isRight(header: string, method: string, target: string): boolean {
  const given: Record<string, string> = {}
  for (const [, key = '', quoted, bare] of header.matchAll(PARAMETER)) given[key] = quoted ?? bare ?? ''
  if (given.nonce !== nonce || given.username !== USERNAME || given.uri !== target) return false
  const ha2 = hash(name, `${method}:${given.uri}`)
  const expected = hash(name, `${ha1}:${given.nonce}:${given.nc}:${given.cnonce}:${given.qop}:${ha2}`)
  const response = Buffer.from(given.response ?? '')
  return response.length === expected.length && timingSafeEqual(response, Buffer.from(expected))
}

serve(
  createServer((req, res) => {
    const { authorization } = req.headers
    if (authorization !== undefined && isRight(authorization, req.method ?? '', req.url ?? '')) return res.end(BODY)
    res.statusCode = 401
    res.setHeader('WWW-Authenticate', `Digest realm="${REALM}", nonce="${nonce}", algorithm=${algorithm}, qop="auth"`)
    return res.end()
  }),
)

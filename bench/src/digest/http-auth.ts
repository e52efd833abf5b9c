import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { BODY, digest, PASSWORD, REALM, USERNAME } from './account.ts'
import { serve } from './serve.ts'

/** What of http-auth 4.2 is used; it brings no types. It knows MD5 alone. */
interface HttpAuth {
  digest(
    options: { readonly realm: string },
    find: (username: string, done: (ha1?: string) => void) => void,
  ): { check(listener: import('node:http').RequestListener): import('node:http').RequestListener }
}

const auth = createRequire(import.meta.url)('http-auth') as HttpAuth
const ha1 = digest('MD5', `${USERNAME}:${REALM}:${PASSWORD}`)
const guard = auth.digest({ realm: REALM }, (username, done) => (username === USERNAME ? done(ha1) : done()))

serve(createServer(guard.check((_req, res) => res.end(BODY))))

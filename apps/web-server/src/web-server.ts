import { readFileSync } from 'node:fs'
import { Option, type Program, readTls, serverCommand, TLS_OPTIONS, type TlsOptions } from '@gatewright/auth-option'
import { createPortal } from '@gatewright/portal'
import { createGate, type GateOptions } from './gate.ts'
import { listen } from './listen.ts'
import type { Visitor } from './pages/private-page.ts'
import { exceptLostState, openSharedState } from './shared-state.ts'
import { createSite } from './site.ts'
import { readStateOption, type StateOptions } from './state-option.ts'
import { parseTrustProxy } from './trust-proxy.ts'

interface WebOptions extends TlsOptions, GateOptions, StateOptions {
  readonly trustProxy?: string
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

/** The program `gatewright-web`: a page that is open, and one behind HTTP Digest. */
export function webServer(): Program {
  return serverCommand<WebOptions>({
    name: 'gatewright-web',
    summary: 'A web site with an open page, and a private one behind HTTP Digest.',
    version,
    url: 'http',
    defaultPort: 8080,
    supports: ['digest', 'password'],
    digest: true,
    from: import.meta.url,
    options: [
      new Option('--realm <NAME>', 'what clients are told that they log in to; stored digests belong to one').default(
        'gatewright',
      ),
      new Option(
        '--algorithm <NAME>',
        'SHA-256, SHA-512-256, MD5, or one with -sess; repeatable, strongest first (default: SHA-256)',
      ).argParser((name: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), name]),
      new Option('--qop <LIST>', 'what a proof covers; auth-int is the body, too')
        .choices(['auth', 'auth-int', 'auth,auth-int'])
        .default('auth'),
      new Option(
        '--secret <@env:NAME|@file:PATH>',
        'signs nonces, so that they outlive a restart (default: a random one)',
      ),
      new Option(
        '--state <URL|@env:NAME|@file:PATH>',
        'the Redis where several processes that serve one address count proofs (default: in memory)',
      ),
      new Option('--basic', 'offer Basic, too, over TLS and to this machine: the password itself'),
      new Option(
        '--trust-proxy <N|LIST>',
        'believe so many proxies, or those at these addresses, where a request comes from',
      ),
      ...TLS_OPTIONS,
    ],
    examples: [
      '--auth memory:ada:sesame',
      '--auth htdigest:users.htdigest --realm "The Club"',
      '--auth sql:@env:USERS --secret @file:secret --state redis://10.0.0.5',
      '--auth sql:@env:USERS --basic --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem',
    ],
    async start({ portal: guarded, sources, require, host, port, options, log, surroundings }) {
      const trustProxy = parseTrustProxy(options.trustProxy)
      const tls = await readTls(options)
      const redis = await readStateOption(options, surroundings)
      const state = redis && (await openSharedState(redis, log))
      try {
        const observers = state ? guarded.observers.map(exceptLostState) : guarded.observers
        const portal = createPortal({ realm: { visitor: visitorOf }, ...guarded, observers })
        const gate = await createGate(options, {
          ...{ portal, sources, trustProxy, log, surroundings },
          ...(require && { require }),
          ...(state && { state: state.store }),
        })
        const listening = await listen(createSite({ gate, trustProxy, log }), { host, port, ...(tls && { tls }) })
        return {
          port: listening.port,
          ...(tls && { scheme: 'https' as const }),
          close: async () => {
            await listening.close()
            await portal.close()
            state?.close()
          },
        }
      } catch (error) {
        state?.close()
        throw error
      }
    },
  })
}

const visitorOf = (id: string): Visitor => ({ name: id, greeting: () => `Hello, ${id}!` })

import { join } from 'node:path'
import { basicScheme } from '@gatewright/adapter-http-basic'
import { httpDigest } from '@gatewright/adapter-http-digest'
import { listenUrl, readTls } from '@gatewright/auth-option'
import { createSite, gateReports, listen, parseTrustProxy } from '@gatewright/web-server'
import { DATA, HOST, REALM } from '../settings/house-settings.ts'
import { type Origin, readPath, readPort, readText, type Setting } from '../settings/setting.ts'
import { DIGEST_ALGORITHMS } from '../users/digests-of.ts'
import type { Door } from './door.ts'
import { webSecret } from './web-secret.ts'

/** What can be set about the web door. */
export interface WebDoorConfig {
  /** The port of the web door; 0 picks a free one, 'off' keeps the door shut. @default 8080 */
  readonly webPort?: number | 'off'
  /** How many proxies stand in front of the web door, or their addresses, as for `--trust-proxy`. @default none is believed */
  readonly trustProxy?: string
  /** The certificate by which the web door speaks TLS, or a chain of them, PEM. @default plain HTTP */
  readonly webTlsCert?: string
  /** The key of the certificate, PEM. Both or none. */
  readonly webTlsKey?: string
}

const WEB_PORT: Setting<number | 'off'> = {
  key: 'webPort',
  flags: '--web-port <PORT>',
  help: 'the port of the web door; 0 picks a free one, off keeps it shut (default: 8080)',
  read: (value = 8080, origin) => (value === 'off' ? 'off' : readPort(value, origin)),
}

const TRUST_PROXY: Setting<ReturnType<typeof parseTrustProxy>> = {
  key: 'trustProxy',
  flags: '--trust-proxy <N|LIST>',
  help: 'believe so many proxies before the web door, or those at these addresses, where a request comes from',
  read: (value, origin) => parseTrustProxy(value === undefined ? undefined : readText(value, origin), origin.name),
}

const WEB_TLS_CERT: Setting<string | undefined> = {
  key: 'webTlsCert',
  flags: '--web-tls-cert <FILE>',
  help: 'speak TLS at the web door, with this certificate, and',
  read: readPathIfAny,
}

const WEB_TLS_KEY: Setting<string | undefined> = {
  key: 'webTlsKey',
  flags: '--web-tls-key <FILE>',
  help: 'its key, both PEM',
  read: readPathIfAny,
}

function readPathIfAny(value: unknown, origin: Origin): string | undefined {
  return value === undefined ? undefined : readPath(value, origin)
}

/** Beside the database, and as private: made on first start. */
const SECRET = 'web-secret'

/**
 * Users of the house come in by Digest, and by Basic, too, over TLS, from this machine, or by a trusted proxy that has TLS:
 * whoever comes from `--auth` may have nothing but a hash.
 */
export const webDoor: Door = {
  name: 'web',
  supports: ['digest', 'password'],
  settings: [WEB_PORT, TRUST_PROXY, WEB_TLS_CERT, WEB_TLS_KEY],
  async open({ portal, settings, log }) {
    const wanted = settings.get(WEB_PORT)
    if (wanted === 'off') return undefined
    const [host, realm, trustProxy] = [settings.get(HOST), settings.get(REALM), settings.get(TRUST_PROXY)]
    const tls = await readTls(
      { tlsCert: settings.get(WEB_TLS_CERT), tlsKey: settings.get(WEB_TLS_KEY) },
      { cert: settings.originOf(WEB_TLS_CERT).name, key: settings.originOf(WEB_TLS_KEY).name },
    )
    const gate = httpDigest({
      portal,
      avatar: 'visitor',
      realm,
      // What was counted before a restart is not known after it, so nonces of then are `stale`: browsers answer by themselves.
      secret: await webSecret(join(settings.get(DATA), SECRET)),
      algorithms: DIGEST_ALGORITHMS,
      also: [basicScheme({ realm })],
      trustProxy,
      ...gateReports(log),
    })
    const listening = await listen(createSite({ gate, trustProxy, log }), {
      host,
      port: wanted,
      ...(tls && { tls }),
    })
    const { address, port } = listening
    return { url: listenUrl(tls ? 'https' : 'http', host, port), host: address, port, close: () => listening.close() }
  },
}

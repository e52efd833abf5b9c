import { basicScheme } from '@gatewright/adapter-http-basic'
import { httpDigest } from '@gatewright/adapter-http-digest'
import { listenUrl } from '@gatewright/auth-option'
import { createSite, gateReports, listen, parseTrustProxy } from '@gatewright/web-server'
import { HOST, REALM } from '../settings/house-settings.ts'
import { readPort, readText, type Setting } from '../settings/setting.ts'
import { DIGEST_ALGORITHMS } from '../users/digests-of.ts'
import type { Door } from './door.ts'

/** What can be set about the web door. */
export interface WebDoorConfig {
  /** The port of the web door; 0 picks a free one, 'off' keeps the door shut. @default 8080 */
  readonly webPort?: number | 'off'
  /** How many proxies stand in front of the web door, or their addresses, as for `--trust-proxy`. @default none is believed */
  readonly trustProxy?: string
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

/**
 * Users of the house come in by Digest, and this machine's by Basic, too: whoever comes from `--auth` may have nothing but a
 * hash. There is no TLS here; a proxy that has it, and is trusted, lets Basic in from elsewhere.
 */
export const webDoor: Door = {
  name: 'web',
  supports: ['digest', 'password'],
  settings: [WEB_PORT, TRUST_PROXY],
  async open({ portal, settings, log }) {
    const wanted = settings.get(WEB_PORT)
    if (wanted === 'off') return undefined
    const [host, realm, trustProxy] = [settings.get(HOST), settings.get(REALM), settings.get(TRUST_PROXY)]
    const gate = httpDigest({
      portal,
      avatar: 'visitor',
      realm,
      algorithms: DIGEST_ALGORITHMS,
      also: [basicScheme({ realm })],
      trustProxy,
      ...gateReports(log),
    })
    const listening = await listen(createSite({ gate, trustProxy, log }), { host, port: wanted })
    const { address, port } = listening
    return { url: listenUrl('http', host, port), host: address, port, close: () => listening.close() }
  },
}

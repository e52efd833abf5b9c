import { isIP } from 'node:net'
import { UsageError } from '@gatewright/auth-option'
import type { TrustProxy } from '@gatewright/http-login'

/** A chain longer than this is a mistake, and every hop too many lets clients say where they come from. */
const MOST_HOPS = 16

/** Networks that the gate and Express know by name. */
const NAMED: ReadonlySet<string> = new Set(['loopback', 'linklocal', 'uniquelocal'])

/**
 * What `--trust-proxy` says. Whoever is trusted says in `X-Forwarded-For` and `X-Forwarded-Proto` where a request comes from
 * and whether it came encrypted; `true`, which would believe everybody, is not to be had.
 *
 * @param name where it was written, for the message
 * @throws {UsageError} `BAD_OPTION`
 */
export function parseTrustProxy(text: string | undefined, name = '--trust-proxy'): TrustProxy {
  if (text === undefined || text === '0') return false
  if (/^[1-9][0-9]*$/.test(text) && Number(text) <= MOST_HOPS) return Number(text)
  const addresses = text.split(',')
  if (addresses.every(isNetwork)) return addresses
  throw new UsageError('BAD_OPTION', `${name} takes a number of proxies, or the addresses that are theirs`, {
    hint: `Such as 1, or 10.0.0.0/8,loopback; at most ${MOST_HOPS} proxies.`,
  })
}

function isNetwork(text: string): boolean {
  if (NAMED.has(text)) return true
  const [address = '', bits, ...more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0 || address.includes('%')) return false
  return bits === undefined || (/^[1-9][0-9]{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}

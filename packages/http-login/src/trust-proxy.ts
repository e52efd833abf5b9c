import { BlockList, isIP } from 'node:net'
import { isLoopback, unmapped } from '@gatewright/portal'
import { HttpLoginError } from './errors.ts'
import type { Origin, Peer, RequestView } from './request-view.ts'

/**
 * Whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed: so many proxies in front of this server, or those of these
 * addresses and networks (`10.0.0.0/8`, `loopback`, `linklocal`, `uniquelocal`). `false` believes none.
 */
export type TrustProxy = false | number | readonly string[]

/** Finds out where a request comes from. */
export type OriginFinder = (request: RequestView) => Origin

/** A chain longer than this is a mistake, and every hop too many lets clients say where they come from. */
const MOST_HOPS = 16

const NAMED: ReadonlyMap<string, readonly string[]> = new Map([
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['linklocal', ['169.254.0.0/16', 'fe80::/10']],
  ['uniquelocal', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
])

/** @throws {HttpLoginError} `BAD_CONFIGURATION` */
export function originFinder(trust: TrustProxy): OriginFinder {
  if (trust === false || trust === 0) return directly
  if (typeof trust === 'number') {
    if (!Number.isSafeInteger(trust) || trust < 0 || trust > MOST_HOPS) {
      throw bad(`trustProxy is false, a number of proxies up to ${MOST_HOPS}, or a list of their addresses`)
    }
    return (request) => throughProxies(request, (_address, hop) => hop < trust)
  }
  if (!Array.isArray(trust)) throw bad('trustProxy is false, a number of proxies, or a list of their addresses')
  const proxies = blockListOf(trust)
  return (request) =>
    throughProxies(request, (address) => proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'))
}

const directly: OriginFinder = (request) => new DirectOrigin(request)

/** Whether it is secure is asked by few, and costs a look at all header fields. */
class DirectOrigin implements Origin {
  readonly #request: RequestView

  constructor(request: RequestView) {
    this.#request = request
  }

  get peer(): Peer | undefined {
    return this.#request.peer
  }

  get secure(): boolean {
    const { encrypted = false } = this.#request
    const { peer } = this
    return encrypted || (peer !== undefined && isLoopback(peer.address) && !isForwarded(this.#request))
  }
}

/**
 * A proxy on this machine makes every client look like this machine. Whoever has set it up and says nothing of it gets no
 * credit for the loopback; a client that sends these fields itself harms only itself.
 */
function isForwarded(request: RequestView): boolean {
  return FORWARDING.some((name) => request.header(name) !== undefined)
}

const FORWARDING = ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'via', 'x-real-ip']

/**
 * Walks from the socket towards the client, as long as whoever speaks is trusted: each proxy appends whom it heard from. What
 * stands before the first address that is not trusted was written by strangers.
 */
function throughProxies(request: RequestView, isTrusted: (address: string, hop: number) => boolean): Origin {
  const direct = directly(request)
  const { peer } = request
  if (peer === undefined || !isTrusted(unmapped(peer.address), 0)) return direct
  const chain = listIn(request.header('x-forwarded-for'))
  let address = unmapped(peer.address)
  let hop = 0
  while (chain.length > 0 && isTrusted(address, hop)) {
    const said = unmapped(chain.pop() as string)
    // Not an address: what lies behind it cannot be told.
    if (isIP(said) === 0) break
    address = said
    hop++
  }
  // The proxy nearest to us speaks last, of the link that it heard the request on.
  const proto = listIn(request.header('x-forwarded-proto')).pop()
  return { peer: hop === 0 ? peer : { address }, secure: proto?.toLowerCase() === 'https' }
}

/** The members of a list, at most as many as a chain can have, without empty ones. */
function listIn(value: string | undefined): string[] {
  if (value === undefined) return []
  const members: string[] = []
  let end = value.length
  // From the right: what a stranger wrote in front costs nothing.
  while (end > 0 && members.length <= MOST_HOPS) {
    const comma = value.lastIndexOf(',', end - 1)
    const member = value.slice(comma + 1, end).trim()
    if (member !== '') members.unshift(member)
    if (comma < 0) break
    end = comma
  }
  return members
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks.flatMap((one) => NAMED.get(one) ?? [one])) {
    const [address = '', bits, ...more] = String(network).split('/')
    const version = isIP(address)
    const size = version === 4 ? 32 : 128
    const prefix = bits === undefined ? size : Number(bits)
    const sound =
      version !== 0 &&
      more.length === 0 &&
      !address.includes('%') &&
      (bits === undefined || isDigits(bits)) &&
      prefix <= size
    if (!sound) throw bad(`trustProxy: ${JSON.stringify(network)} is no address and no network`)
    list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6')
  }
  const trusts = (address: string) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  if (STRANGERS.some((far) => far.every(trusts)))
    throw bad('trustProxy trusts everybody: every client could say where it comes from')
  return list
}

/** Addresses far apart, of networks that are nobody's (RFC 5737, 3849 and 9637). Whoever trusts all of a row trusts whoever comes. */
const STRANGERS: readonly (readonly string[])[] = [
  ['192.0.2.1', '198.51.100.1', '203.0.113.1'],
  ['2001:db8::1', '3fff::1'],
]

function isDigits(text: string): boolean {
  if (text === '' || text.length > 3) return false
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x30 || text.charCodeAt(i) > 0x39) return false
  return true
}

function bad(problem: string): HttpLoginError {
  return new HttpLoginError('BAD_CONFIGURATION', problem, { hint: "Such as 1, or ['10.0.0.0/8', 'loopback']." })
}

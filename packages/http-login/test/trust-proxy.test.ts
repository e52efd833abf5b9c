import { describe, expect, it } from 'vitest'
import type { RequestView } from '../src/index.ts'
import { originFinder, type TrustProxy } from '../src/trust-proxy.ts'

const PROXY = '10.0.0.9'
const STRANGER = '198.51.100.66'

interface Row {
  readonly trust: TrustProxy
  readonly peer?: string
  readonly encrypted?: boolean
  readonly for?: string
  readonly proto?: string
  readonly is: string | undefined
  readonly secure: boolean
}

const row = (what: string, rest: Row): [string, Row] => [what, rest]

const ROWS: readonly [string, Row][] = [
  row('nobody trusted: the socket', { trust: false, peer: STRANGER, is: STRANGER, secure: false }),
  row('nobody trusted: headers are words', {
    trust: false,
    peer: STRANGER,
    for: '127.0.0.1',
    proto: 'https',
    is: STRANGER,
    secure: false,
  }),
  row('zero proxies: the same', {
    trust: 0,
    peer: STRANGER,
    for: '127.0.0.1',
    proto: 'https',
    is: STRANGER,
    secure: false,
  }),
  row('nobody trusted: TLS of our own', { trust: false, peer: STRANGER, encrypted: true, is: STRANGER, secure: true }),
  row('nobody trusted: this machine', { trust: false, peer: '127.0.0.1', is: '127.0.0.1', secure: true }),
  row('nobody trusted: this machine, by IPv6', { trust: false, peer: '::1', is: '::1', secure: true }),
  row('nobody trusted: this machine, mapped', {
    trust: false,
    peer: '::ffff:127.0.0.1',
    is: '::ffff:127.0.0.1',
    secure: true,
  }),
  row('nobody trusted: an address that begins like this machine’s', {
    trust: false,
    peer: '12.7.0.1',
    is: '12.7.0.1',
    secure: false,
  }),
  row('nobody trusted: the network next to this machine’s', {
    trust: false,
    peer: '::ffff:128.0.0.1',
    is: '::ffff:128.0.0.1',
    secure: false,
  }),
  row('nobody trusted: an IPv6 address that ends like this machine’s', {
    trust: false,
    peer: '2001:db8::1',
    is: '2001:db8::1',
    secure: false,
  }),
  row('nobody trusted: a proxy on this machine is not this machine', {
    trust: false,
    peer: '127.0.0.1',
    for: STRANGER,
    is: '127.0.0.1',
    secure: false,
  }),
  row('nobody trusted: nor with a scheme', {
    trust: false,
    peer: '127.0.0.1',
    proto: 'https',
    is: '127.0.0.1',
    secure: false,
  }),
  row('no socket', { trust: false, is: undefined, secure: false }),
  row('one hop: what the proxy says', {
    trust: 1,
    peer: PROXY,
    for: '192.0.2.1',
    proto: 'https',
    is: '192.0.2.1',
    secure: true,
  }),
  row('one hop: what the client has put in front is not looked at', {
    trust: 1,
    peer: PROXY,
    for: '127.0.0.1, 192.0.2.1',
    proto: 'https',
    is: '192.0.2.1',
    secure: true,
  }),
  row('one hop: nor a list of them', {
    trust: 1,
    peer: PROXY,
    for: `${STRANGER},127.0.0.1,::1, 192.0.2.1`,
    is: '192.0.2.1',
    secure: false,
  }),
  row('one hop: not encrypted', {
    trust: 1,
    peer: PROXY,
    for: '192.0.2.1',
    proto: 'http',
    is: '192.0.2.1',
    secure: false,
  }),
  row('one hop: nothing said of encryption is none', {
    trust: 1,
    peer: PROXY,
    for: '192.0.2.1',
    is: '192.0.2.1',
    secure: false,
  }),
  row('one hop: nothing said is the proxy', { trust: 1, peer: PROXY, is: PROXY, secure: false }),
  row('one hop: rubbish is the proxy', {
    trust: 1,
    peer: PROXY,
    for: 'unknown',
    proto: 'https',
    is: PROXY,
    secure: true,
  }),
  row('one hop: rubbish behind an address is the proxy', {
    trust: 1,
    peer: PROXY,
    for: '192.0.2.1, <script>',
    is: PROXY,
    secure: false,
  }),
  row('one hop: an address with a port is rubbish', {
    trust: 1,
    peer: PROXY,
    for: '192.0.2.1:80',
    is: PROXY,
    secure: false,
  }),
  row('one hop: the last word on encryption', {
    trust: 1,
    peer: PROXY,
    for: '192.0.2.1',
    proto: 'https, http',
    is: '192.0.2.1',
    secure: false,
  }),
  row('one hop: IPv6', { trust: 1, peer: PROXY, for: '2001:db8::1', proto: 'https', is: '2001:db8::1', secure: true }),
  row('one hop: IPv4 mapped into IPv6', {
    trust: 1,
    peer: PROXY,
    for: '::ffff:192.0.2.1',
    is: '192.0.2.1',
    secure: false,
  }),
  row('one hop: empty members', { trust: 1, peer: PROXY, for: ', ,192.0.2.1, ,', is: '192.0.2.1', secure: false }),
  row('two hops', { trust: 2, peer: PROXY, for: '127.0.0.1, 192.0.2.1, 10.0.0.8', is: '192.0.2.1', secure: false }),
  row('two hops, of which one is there', { trust: 2, peer: PROXY, for: '192.0.2.1', is: '192.0.2.1', secure: false }),
  row('an address: what it says', {
    trust: [PROXY],
    peer: PROXY,
    for: '192.0.2.1',
    proto: 'https',
    is: '192.0.2.1',
    secure: true,
  }),
  row('an address: others are strangers', {
    trust: [PROXY],
    peer: STRANGER,
    for: '192.0.2.1',
    proto: 'https',
    is: STRANGER,
    secure: false,
  }),
  row('a network: through all of its proxies', {
    trust: ['10.0.0.0/8'],
    peer: PROXY,
    for: '127.0.0.1, 192.0.2.1, 10.1.2.3, 10.9.9.9',
    is: '192.0.2.1',
    secure: false,
  }),
  row('a network: the first that is not of it', {
    trust: ['10.0.0.0/8'],
    peer: PROXY,
    for: '10.0.0.1, 192.0.2.1, 10.9.9.9',
    is: '192.0.2.1',
    secure: false,
  }),
  row('a network: nobody but proxies', {
    trust: ['10.0.0.0/8'],
    peer: PROXY,
    for: '10.0.0.1',
    is: '10.0.0.1',
    secure: false,
  }),
  row('a network of IPv6', {
    trust: ['fd00::/8'],
    peer: 'fd00::1',
    for: '192.0.2.1',
    proto: 'HTTPS',
    is: '192.0.2.1',
    secure: true,
  }),
  row('loopback by name', {
    trust: ['loopback'],
    peer: '127.0.0.1',
    for: '192.0.2.1',
    proto: 'https',
    is: '192.0.2.1',
    secure: true,
  }),
  row('loopback by name, over IPv6', {
    trust: ['loopback'],
    peer: '::1',
    for: '192.0.2.1',
    proto: 'https',
    is: '192.0.2.1',
    secure: true,
  }),
  row('loopback by name, mapped', {
    trust: ['loopback'],
    peer: '::ffff:127.0.0.1',
    for: '192.0.2.1',
    is: '192.0.2.1',
    secure: false,
  }),
  row('loopback by name, and a client that says so', {
    trust: ['loopback'],
    peer: STRANGER,
    for: '127.0.0.1',
    proto: 'https',
    is: STRANGER,
    secure: false,
  }),
  row('private networks by name', {
    trust: ['uniquelocal'],
    peer: '172.16.5.5',
    for: '192.0.2.1',
    is: '192.0.2.1',
    secure: false,
  }),
]

describe('where a request comes from', () => {
  it('by more than 30 rows', () => expect(ROWS.length).toBeGreaterThan(30))

  it.each(ROWS)('%s', (_what, { trust, peer, encrypted, for: list, proto, is, secure }) => {
    const request: RequestView = {
      method: 'GET',
      target: '/',
      header: (name) => (name === 'x-forwarded-for' ? list : name === 'x-forwarded-proto' ? proto : undefined),
      ...(peer === undefined ? {} : { peer: { address: peer, port: 1 } }),
      ...(encrypted === undefined ? {} : { encrypted }),
    }
    const origin = originFinder(trust)(request)
    expect({ is: origin.peer?.address, secure: origin.secure }).toEqual({ is, secure })
  })

  it.each(['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-real-ip', 'via'])(
    'is not this machine for a request with %s that nobody trusted has sent',
    (field) => {
      const header = (name: string) => (name === field ? 'for=192.0.2.1' : undefined)
      const request: RequestView = { method: 'GET', target: '/', header, peer: { address: '127.0.0.1' } }
      expect(originFinder(false)(request).secure).toBe(false)
    },
  )

  it('is found in no more of a list than a chain can be long', () => {
    const list = `192.0.2.1,${'10.0.0.1,'.repeat(100_000)}10.0.0.2`
    const request: RequestView = { method: 'GET', target: '/', header: () => list, peer: { address: PROXY } }
    expect(originFinder(['10.0.0.0/8'])(request).peer?.address).toBe('10.0.0.1')
  })

  it.each<[string, unknown]>([
    ['everybody', true],
    ['a text', '10.0.0.0/8'],
    ['too many hops', 17],
    ['less than no hop', -1],
    ['half a hop', 1.5],
    ['a host name', ['proxy.example']],
    ['the whole of IPv4', ['0.0.0.0/0']],
    ['the whole of IPv6', ['::/0']],
    ['the whole of IPv4 in two halves', ['0.0.0.0/1', '128.0.0.0/1']],
    ['the whole of IPv4, mapped into IPv6', ['::ffff:0.0.0.0/96']],
    ['all that is routed of IPv6', ['2000::/3']],
    ['too long a prefix', ['10.0.0.0/33']],
    ['a prefix that is none', ['10.0.0.0/x']],
    ['an empty prefix', ['10.0.0.0/']],
    ['two prefixes', ['10.0.0.0/8/8']],
    ['a zone', ['fe80::1%eth0']],
    ['nothing', ['']],
    ['a name of the prototype', ['constructor']],
  ])('and %s cannot be trusted', (_what, trust) => {
    expect(() => originFinder(trust as TrustProxy)).toThrow(expect.objectContaining({ code: 'BAD_CONFIGURATION' }))
  })
})

import type { Accepted } from '@gatewright/portal'
import { fingerprint, UNRESTRICTED } from '@gatewright/ssh-keys'
import { describe, expect, it } from 'vitest'
import { authorizedKeys, certificateAuthorities, PubkeyError, pubkeyChecker } from '../src/index.ts'
import { certify, credential, ecdsa, ed25519, FOREVER, from, NOTHING, type Said, said } from './keys.ts'

const key = ed25519()
const authority = ecdsa()
const stranger = ecdsa()
const NOW = Date.UTC(2026, 5, 1, 12)
const now = BigInt(NOW / 1000)

/** What a certificate of these words comes to, by a line of authorized_keys or by an authority trusted for everybody. */
async function ask(
  words: Said,
  { line, address = '192.0.2.7', username = 'ada' }: Partial<Record<string, string>> = {},
) {
  const checker = pubkeyChecker({
    now: () => NOW,
    ...(line === undefined
      ? { authorities: certificateAuthorities(authority.line) }
      : { keys: authorizedKeys({ [username]: `${line} ${authority.line}` }) }),
  })
  const certificate = certify(key, authority, words)
  const verdict = await checker.check(credential(username, certificate), from(address))
  const offer = { username, key: { algorithm: certificate.algorithm, blob: certificate.blob } }
  expect(await checker.recognizes?.(offer, from(address))).toBe(verdict.outcome === 'accept')
  return { verdict: said(verdict), facts: (verdict as Accepted).facts }
}

/** Words that come to the same by either way. */
const rows: readonly (readonly [what: string, words: Said, verdict: string | RegExp])[] = [
  ['the plainest there is', {}, 'accept'],
  ['no extensions', { extensions: {} }, 'accept'],
  ['serial 0', { serial: 0n }, 'accept'],
  ['the largest serial', { serial: FOREVER }, 'accept'],
  ['several principals', { principals: ['grace', 'ada'] }, 'accept'],
  ['that of a host', { type: 2 }, /that of a host/],
  ['of type 0', { type: 0 }, 'pass'],
  ['of type 3', { type: 3 }, 'pass'],
  ['nobody named', { principals: [] }, /names nobody/],
  ['an empty name', { principals: [''] }, /does not name/],
  ['somebody else', { principals: ['grace'] }, /does not name/],
  ['the name in capitals', { principals: ['Ada'] }, /does not name/],
  ['a longer name', { principals: ['adam'] }, /does not name/],
  ['a shorter name', { principals: ['ad'] }, /does not name/],
  ['a name with a blank', { principals: ['ada '] }, /does not name/],
  ['two names in one', { principals: ['grace,ada'] }, /does not name/],
  ['a pattern', { principals: ['*'] }, /does not name/],
  ['another pattern', { principals: ['a?a'] }, /does not name/],
  ['a name with a NUL', { principals: ['ada\0'] }, 'pass'],
  ['valid from now', { validAfter: now }, 'accept'],
  ['valid from a second later', { validAfter: now + 1n }, /not valid yet/],
  ['valid from never', { validAfter: FOREVER }, /not valid yet/],
  ['valid until now', { validBefore: now }, /not valid any more/],
  ['valid until a second later', { validBefore: now + 1n }, 'accept'],
  ['valid until the beginning', { validBefore: 0n }, /not valid any more/],
  ['ends before it begins', { validAfter: now + 9n, validBefore: now - 9n }, /not valid/],
  ['valid until 2^63', { validBefore: 1n << 63n }, 'accept'],
  ['an unknown critical option', { critical: { 'acme@example.com': 'x' } }, /critical option/],
  ['an unknown critical option without a value', { critical: { x: NOTHING } }, /critical option/],
  ['an empty name of a critical option', { critical: { '': NOTHING } }, /critical option/],
  ['a known option in capitals', { critical: { 'Force-command': 'id' } }, /critical option/],
  ['an extension as a critical option', { critical: { 'permit-pty': NOTHING } }, /critical option/],
  ['no-touch-required as a critical option', { critical: { 'no-touch-required': NOTHING } }, /critical option/],
  ['__proto__ as a critical option', { critical: { ['__proto__']: 'x' } }, /critical option/],
  ['an unknown extension', { extensions: { 'acme@example.com': 'x', 'permit-pty': NOTHING } }, 'accept'],
  ['a critical option as an extension, which means nothing', { extensions: { 'force-command': 'id' } }, 'accept'],
  ['an extension with a value', { extensions: { 'permit-pty': 'yes' } }, /has a value/],
  ['no-touch-required with a value', { extensions: { 'no-touch-required': 'yes' } }, /has a value/],
  ['an unordered extension', { extensions: { 'permit-pty': NOTHING, 'permit-X11-forwarding': NOTHING } }, 'pass'],
  ['unordered critical options', { critical: { 'source-address': '0.0.0.0/0', 'force-command': 'id' } }, 'pass'],
  ['a forced command', { critical: { 'force-command': 'id' } }, 'accept'],
  ['an empty command', { critical: { 'force-command': '' } }, 'accept'],
  ['a command that is no string', { critical: { 'force-command': NOTHING } }, /in the certificate/],
  [
    'a command with something behind',
    { critical: { 'force-command': Buffer.from('0000000161ff', 'hex') } },
    /in the certificate/,
  ],
  [
    'a command that is no text',
    { critical: { 'force-command': Buffer.from('00000001ff', 'hex') } },
    /in the certificate/,
  ],
  ['a command with a NUL', { critical: { 'force-command': 'id\0x' } }, /in the certificate/],
  ['this address', { critical: { 'source-address': '192.0.2.7' } }, 'accept'],
  ['this network', { critical: { 'source-address': '192.0.2.0/24' } }, 'accept'],
  ['this network among others', { critical: { 'source-address': '10.0.0.0/8,192.0.2.0/24' } }, 'accept'],
  ['every network', { critical: { 'source-address': '0.0.0.0/0' } }, 'accept'],
  ['another address', { critical: { 'source-address': '192.0.2.8' } }, /not for this address/],
  ['another network', { critical: { 'source-address': '198.51.100.0/24' } }, /not for this address/],
  ['every IPv6 network', { critical: { 'source-address': '::/0' } }, /not for this address/],
  [
    'this address in the clothes of IPv6',
    { critical: { 'source-address': '::ffff:192.0.2.7' } },
    /not for this address/,
  ],
  ['no address at all', { critical: { 'source-address': '' } }, /not for this address/],
  ['a pattern of addresses', { critical: { 'source-address': '192.0.2.*' } }, /source-address/],
  ['a negated address', { critical: { 'source-address': '!10.0.0.1,192.0.2.7' } }, /source-address/],
  ['an address beyond its prefix', { critical: { 'source-address': '192.0.2.7/24' } }, /source-address/],
  ['a prefix that is too long', { critical: { 'source-address': '192.0.2.7/33' } }, /source-address/],
  ['an empty item', { critical: { 'source-address': '192.0.2.7,' } }, /source-address/],
  ['the name of a host', { critical: { 'source-address': 'localhost' } }, /source-address/],
  ['an address that is no string', { critical: { 'source-address': NOTHING } }, /in the certificate/],
  [
    'verify-required, which only security keys can',
    { critical: { 'verify-required': NOTHING } },
    /only a security key/,
  ],
  ['verify-required with a value', { critical: { 'verify-required': 'x' } }, /has a value/],
  ['no-touch-required, for a key that needs none', { extensions: { 'no-touch-required': NOTHING } }, 'accept'],
  ['no signature', { signature: NOTHING }, /not signed by its authority/],
  ['a signature of something else', { signature: authority.sign(Buffer.from('x')) }, /not signed by its authority/],
  ['the signature of another', { signature: stranger.sign(Buffer.from('x')) }, /not signed by its authority/],
  ['another authority', { ca: stranger.blob }, 'pass'],
  ['itself as its authority', { ca: key.blob }, 'pass'],
  ['a certificate as its authority', { ca: certify(stranger, authority).blob }, 'pass'],
  ['an authority that is no key', { ca: Buffer.from('x') }, 'pass'],
  ['a key id with an escape sequence', { keyId: '\u001b[2J' }, 'accept'],
  ['a key id of 10,000 characters', { keyId: 'x'.repeat(10_000) }, 'accept'],
]

describe.each([
  ['by a cert-authority line', 'cert-authority'],
  ['by an authority trusted for everybody', undefined],
])('a certificate %s', (_, line) => {
  it.each(rows)('%s', async (_what, words, expected) => {
    const { verdict } = await ask(words, line === undefined ? {} : { line })
    if (typeof expected === 'string') expect(verdict).toBe(expected)
    else expect(verdict).toMatch(expected)
  })
})

describe('what the line of the authority says beside', () => {
  const lines: readonly (readonly [line: string, words: Said, verdict: string | RegExp])[] = [
    ['cert-authority,from="192.0.2.0/24"', {}, 'accept'],
    ['cert-authority,from="10.0.0.0/8"', {}, /not for this address/],
    ['cert-authority,expiry-time="20260602"', {}, 'accept'],
    ['cert-authority,expiry-time="20260531"', {}, /expired/],
    ['cert-authority,principals="ops"', { principals: ['ops'] }, 'accept'],
    ['cert-authority,principals="x,ops"', { principals: ['a', 'ops'] }, 'accept'],
    ['cert-authority,principals="ops"', { principals: ['ada'] }, /does not name/],
    ['cert-authority,principals="ops,dev"', { principals: ['ops,dev'] }, /does not name/],
    ['cert-authority,principals=""', { principals: ['ada'] }, /does not name/],
    ['cert-authority,principals=""', { principals: [''] }, /does not name/],
    ['cert-authority,principals="ops"', { principals: [] }, /names nobody/],
    ['cert-authority,principals="*"', { principals: ['ops'] }, /does not name/],
    ['cert-authority,command="id"', { critical: { 'force-command': 'id' } }, 'accept'],
    ['cert-authority,command="id"', { critical: { 'force-command': 'ls' } }, /different commands/],
    ['cert-authority,command=""', { critical: { 'force-command': 'ls' } }, /different commands/],
    ['no-pty', {}, 'pass'],
  ]
  it.each(lines)('%s with %j', async (line, words, expected) => {
    const { verdict } = await ask(words, { line })
    if (typeof expected === 'string') expect(verdict).toBe(expected)
    else expect(verdict).toMatch(expected)
  })

  it('an authority never logs in itself, and its certificate never by a line without cert-authority', async () => {
    const checker = pubkeyChecker({
      keys: authorizedKeys({ ada: `cert-authority ${authority.line}\n${key.line}` }),
      authorities: certificateAuthorities(stranger.line),
    })
    expect(said(await checker.check(credential('ada', authority), from()))).toBe('pass')
    expect(said(await checker.check(credential('ada', stranger), from()))).toBe('pass')
    expect(said(await checker.check(credential('ada', key), from()))).toBe('accept')
    expect(said(await checker.check(credential('grace', certify(key, authority)), from()))).toBe('pass')
  })
})

describe('what a certificate may be used for', () => {
  const none = {
    ...UNRESTRICTED,
    pty: false,
    portForwarding: false,
    agentForwarding: false,
    x11Forwarding: false,
    userRc: false,
  }
  it('is what its extensions permit, and no more', async () => {
    expect((await ask({ extensions: {} })).facts.restrictions).toEqual(none)
    for (const [name, permission] of [
      ['permit-pty', 'pty'],
      ['permit-port-forwarding', 'portForwarding'],
      ['permit-agent-forwarding', 'agentForwarding'],
      ['permit-X11-forwarding', 'x11Forwarding'],
      ['permit-user-rc', 'userRc'],
    ] as const) {
      const { facts } = await ask({ extensions: { [name]: NOTHING } })
      expect(facts.restrictions).toEqual({ ...none, [permission]: true })
    }
    // Names have one letter case.
    expect((await ask({ extensions: { 'permit-x11-forwarding': NOTHING } })).facts.restrictions).toEqual(none)
  })

  it('is the strictest of certificate and line', async () => {
    const words = { extensions: { 'permit-port-forwarding': NOTHING, 'permit-pty': NOTHING } }
    const { facts } = await ask(words, { line: 'cert-authority,no-pty,environment="A=1"' })
    expect(facts.restrictions).toMatchObject({
      pty: false,
      portForwarding: true,
      userRc: false,
      environment: { A: '1' },
    })
    const forced = await ask({ critical: { 'force-command': 'id' } }, { line: 'cert-authority,restrict' })
    expect(forced.facts.restrictions).toEqual({ ...none, command: 'id' })
  })

  it('and who certified what is told, fit for a log', async () => {
    const { facts } = await ask({ serial: FOREVER, keyId: '\u001b[2J', principals: ['ada', 'x\u202e'] })
    expect(facts).toMatchObject({
      fingerprint: fingerprint(key.blob),
      algorithm: 'ssh-ed25519-cert-v01@openssh.com',
      certificate: {
        keyId: '\\u{1b}[2J',
        serial: '18446744073709551615',
        ca: fingerprint(authority.blob),
        principals: ['ada', 'x\\u{202e}'],
      },
    })
    expect(() => JSON.stringify(facts)).not.toThrow()
  })
})

describe('from where', () => {
  it.each([
    ['2001:db8::/32', '2001:db8::1', true],
    ['2001:db8::/32', '2001:DB8:0:0::1', true],
    ['2001:db8::1', '2001:db8:0:0:0:0:0:1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['192.0.2.0/24', '::ffff:192.0.2.1', true],
    ['192.0.2.0/24', '::ffff:c000:201', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['0.0.0.0/0', 'not an address', false],
    ['0.0.0.0/0', '', false],
    ['0.0.0.0/0', undefined, false],
    ['::/0', undefined, false],
    ['::1', '::1', true],
    ['::', '::', true],
    ['::1.2.3.4', '::102:304', true],
  ])('%s, and the client at %s', async (source, address, expected) => {
    const checker = pubkeyChecker({ authorities: certificateAuthorities(authority.line), now: () => NOW })
    const certificate = certify(key, authority, { critical: { 'source-address': source } })
    const verdict = await checker.check(credential('ada', certificate), from(address))
    expect(verdict.outcome).toBe(expected ? 'accept' : 'reject')
  })
})

describe('names by a function, as by AuthorizedPrincipalsCommand', () => {
  const withNames = (names: unknown) =>
    pubkeyChecker({
      authorities: certificateAuthorities(authority.line),
      principals: () => names as string[],
      now: () => NOW,
    })
  const check = (names: unknown, words: Said) =>
    withNames(names).check(credential('ada', certify(key, authority, words)), from())

  it('stand for the name of the user', async () => {
    expect(said(await check(['ops'], { principals: ['ops'] }))).toBe('accept')
    expect(said(await check(['ops'], { principals: ['ada'] }))).toMatch(/does not name/)
    expect(said(await check([], { principals: ['ada'] }))).toMatch(/does not name/)
    expect(said(await check(undefined, { principals: ['ada'] }))).toBe('accept')
  })

  it.each([null, true, 'ada', [1], {}])('%j is no answer, and a fault', async (names) => {
    await expect(check(names, { principals: ['ada'] })).rejects.toThrow(PubkeyError)
  })
})

describe('lists of authorities', () => {
  it('hold keys and comments, and nothing else', () => {
    expect(() => certificateAuthorities(`# ours\n\n${authority.line} comment\r\n${stranger.line}\n`)).not.toThrow()
    for (const text of [
      'x',
      `cert-authority ${authority.line}`,
      `${certify(key, authority).algorithm} AAAA`,
      'ssh-rsa AAAA',
    ]) {
      expect(() => certificateAuthorities(text)).toThrow(expect.objectContaining({ code: 'BAD_AUTHORITIES' }))
    }
  })

  it('a certificate is no authority', () => {
    const { algorithm, blob } = certify(stranger, authority)
    expect(() => certificateAuthorities(`${algorithm} ${blob.toString('base64')}`)).toThrow(PubkeyError)
  })
})

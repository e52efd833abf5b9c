import type { Accepted } from '@gatewright/portal'
import { type KeyRestrictions, UNRESTRICTED } from '@gatewright/ssh-keys'
import { describe, expect, it } from 'vitest'
import { authorizedKeys, pubkeyChecker } from '../src/index.ts'
import { credential, ecdsa, ed25519, from, problems, said } from './keys.ts'

const key = ed25519()
const other = ecdsa()
const NOON = Date.UTC(2026, 5, 1, 12)

/** What a file of this text makes of the key. */
async function ask(text: string | Uint8Array, address = '192.0.2.7', now = NOON) {
  const { told, onProblem } = problems()
  const checker = pubkeyChecker({ keys: authorizedKeys({ ada: text }), onProblem, now: () => now })
  const verdict = await checker.check(credential('ada', key), from(address))
  const { restrictions } = (verdict.outcome === 'accept' ? verdict.facts : {}) as { restrictions?: KeyRestrictions }
  return { verdict: said(verdict), restrictions, told, facts: (verdict as Accepted).facts }
}

const only = (permissions: Partial<KeyRestrictions>) => ({
  ...UNRESTRICTED,
  pty: false,
  portForwarding: false,
  agentForwarding: false,
  x11Forwarding: false,
  userRc: false,
  ...permissions,
})

describe('lines that let the key in, and what it may do then', () => {
  const env = (entries: Record<string, string>) => Object.assign(Object.create(null), entries)
  const rows: readonly (readonly [line: string, restrictions: Partial<KeyRestrictions>])[] = [
    [key.line, {}],
    [`  \t${key.line}`, {}],
    [`${key.line} a comment, with "quotes`, {}],
    [`${key.line}\r`, {}],
    [`ssh-ed25519\t \t${key.blob.toString('base64')}\t`, {}],
    [`no-pty ${key.line}`, { pty: false }],
    [`NO-PTY\t${key.line}`, { pty: false }],
    [`pty ${key.line}`, {}],
    [`no-pty,pty ${key.line}`, {}],
    [`pty,no-pty ${key.line}`, { pty: false }],
    [`no-port-forwarding ${key.line}`, { portForwarding: false }],
    [`no-agent-forwarding ${key.line}`, { agentForwarding: false }],
    [`no-X11-forwarding ${key.line}`, { x11Forwarding: false }],
    [`no-user-rc ${key.line}`, { userRc: false }],
    [`restrict ${key.line}`, only({})],
    [`restrict,pty ${key.line}`, only({ pty: true })],
    [`pty,restrict ${key.line}`, only({})],
    [`Restrict,Port-Forwarding,X11-forwarding ${key.line}`, only({ portForwarding: true, x11Forwarding: true })],
    [`restrict,agent-forwarding,user-rc ${key.line}`, only({ agentForwarding: true, userRc: true })],
    [`command="id" ${key.line}`, { command: 'id' }],
    [`command="" ${key.line}`, { command: '' }],
    [`command="a b\tc" ${key.line}`, { command: 'a b\tc' }],
    [`command="say \\"hi\\"" ${key.line}`, { command: 'say "hi"' }],
    [`command="a\\\\b\\n" ${key.line}`, { command: 'a\\\\b\\n' }],
    [`command="a,b=c",no-pty ${key.line}`, { command: 'a,b=c', pty: false }],
    [`COMMAND="ID" ${key.line}`, { command: 'ID' }],
    [`command="zoë" ${key.line}`, { command: 'zoë' }],
    [`environment="A=1" ${key.line}`, { environment: env({ A: '1' }) }],
    [`environment="A=1",environment="A=2",environment="B=x=y" ${key.line}`, { environment: env({ A: '1', B: 'x=y' }) }],
    [`environment="__proto__=x",environment="E=" ${key.line}`, { environment: env({ ['__proto__']: 'x', E: '' }) }],
    [`permitopen="localhost:80" ${key.line}`, { permitOpen: ['localhost:80'] }],
    [
      `permitopen="Host.example:*",permitopen="[2001:DB8::1]:22" ${key.line}`,
      { permitOpen: ['host.example:*', '[2001:db8::1]:22'] },
    ],
    [`permitlisten="8080" ${key.line}`, { permitListen: ['*:8080'] }],
    [`permitlisten="localhost:0080",permitlisten="*:*" ${key.line}`, { permitListen: ['localhost:80', '*:*'] }],
    [`tunnel="0" ${key.line}`, { tunnel: '0' }],
    [`tunnel="any" ${key.line}`, { tunnel: 'any' }],
    [`touch-required,no-touch-required ${key.line}`, {}],
    [`expiry-time="20260602" ${key.line}`, {}],
    [`expiry-time="20260601120001Z" ${key.line}`, {}],
    [`from="192.0.2.7" ${key.line}`, {}],
    [`from="192.0.2.0/24,10.0.0.0/8" ${key.line}`, {}],
    [`from="192.0.2.*" ${key.line}`, {}],
    [`from="!192.0.2.8,192.0.2.?" ${key.line}`, {}],
    [`from="*" ${key.line}`, {}],
    [`# a comment\n\n \t\n${key.line}`, {}],
    [`${other.line}\n${key.line}`, {}],
    [`no-such-option ${key.line}\n${key.line}`, {}],
    [`garbage\n\0\n${'x'.repeat(20_000)}\nssh-rsa AAAA\n${key.line}`, {}],
    [`from="10.0.0.1",command="a" ${key.line}\nno-pty ${key.line}`, { pty: false }],
    [`no-pty ${key.line}\ncommand="later" ${key.line}`, { pty: false }],
    [`cert-authority ${key.line}\nno-pty ${key.line}`, { pty: false }],
  ]
  it.each(rows)('%s', async (line, expected) => {
    const { verdict, restrictions } = await ask(line)
    expect(verdict).toBe('accept')
    expect(restrictions).toEqual({ ...UNRESTRICTED, ...expected })
  })
})

describe('lines that let nobody in', () => {
  const rows: readonly (readonly [line: string, verdict: 'pass' | RegExp])[] = [
    ['', 'pass'],
    [`#${key.line}`, 'pass'],
    [other.line, 'pass'],
    [`no-such-option ${key.line}`, 'pass'],
    [`no-restrict ${key.line}`, 'pass'],
    [`no-cert-authority ${key.line}`, 'pass'],
    [`restrict=yes ${key.line}`, 'pass'],
    [`pty="yes" ${key.line}`, 'pass'],
    [`ptyx ${key.line}`, 'pass'],
    [`no-no-pty ${key.line}`, 'pass'],
    [`no-pty, ${key.line}`, 'pass'],
    [`,no-pty ${key.line}`, 'pass'],
    [`, ${key.line}`, 'pass'],
    [`no-pty,,no-user-rc ${key.line}`, 'pass'],
    [`no-pty;no-user-rc ${key.line}`, 'pass'],
    [`no-pty no-user-rc ${key.line}`, 'pass'],
    [`command=id ${key.line}`, 'pass'],
    [`command ${key.line}`, 'pass'],
    [`command= ${key.line}`, 'pass'],
    [`command='id' ${key.line}`, 'pass'],
    [`command="id ${key.line}`, 'pass'],
    [`command="id\\" ${key.line}`, 'pass'],
    [`command="id"x ${key.line}`, 'pass'],
    [`command="id""x" ${key.line}`, 'pass'],
    [`command="a",command="a" ${key.line}`, 'pass'],
    [`command ="id" ${key.line}`, 'pass'],
    [`no-command="id" ${key.line}`, 'pass'],
    [`from="*",from="*" ${key.line}`, 'pass'],
    [`from="" ${key.line}`, 'pass'],
    [`from="*," ${key.line}`, 'pass'],
    [`from="!" ${key.line}`, 'pass'],
    [`from="192.0.2.7/24" ${key.line}`, 'pass'],
    [`from="192.0.2.0/33" ${key.line}`, 'pass'],
    [`from="192.0.2.0/" ${key.line}`, 'pass'],
    [`from="2001:db8::/129" ${key.line}`, 'pass'],
    [`from="10.0.0.1" ${key.line}`, /not for this address/],
    [`from="!192.0.2.7,*" ${key.line}`, /not for this address/],
    [`from="*,!192.0.2.0/24" ${key.line}`, /not for this address/],
    [`from="!10.0.0.1" ${key.line}`, /not for this address/],
    [`from="client.example" ${key.line}`, /not for this address/],
    [`from="::/0" ${key.line}`, /not for this address/],
    [`from="::ffff:192.0.2.7" ${key.line}`, /not for this address/],
    [`expiry-time="20260531" ${key.line}`, /expired/],
    [`expiry-time="20260601115959Z" ${key.line}`, /expired/],
    [`expiry-time="202606011200Z" ${key.line}`, /expired/],
    [`expiry-time="20270101",expiry-time="20260101" ${key.line}`, /expired/],
    [`expiry-time="" ${key.line}`, 'pass'],
    [`expiry-time="2027" ${key.line}`, 'pass'],
    [`expiry-time="20270230" ${key.line}`, 'pass'],
    [`expiry-time="20271301" ${key.line}`, 'pass'],
    [`expiry-time="202701012460" ${key.line}`, 'pass'],
    [`expiry-time="2027010112Z" ${key.line}`, 'pass'],
    [`expiry-time="00010101" ${key.line}`, 'pass'],
    [`expiry-time="20270101 " ${key.line}`, 'pass'],
    [`environment="A" ${key.line}`, 'pass'],
    [`environment="=1" ${key.line}`, 'pass'],
    [`environment="A B=1" ${key.line}`, 'pass'],
    [`environment="LD-X=1" ${key.line}`, 'pass'],
    [`permitopen="localhost" ${key.line}`, 'pass'],
    [`permitopen="localhost:0" ${key.line}`, 'pass'],
    [`permitopen="localhost:65536" ${key.line}`, 'pass'],
    [`permitopen=":80" ${key.line}`, 'pass'],
    [`permitopen="a:b:80" ${key.line}`, 'pass'],
    [`permitopen="2001:db8::1:80" ${key.line}`, 'pass'],
    [`permitlisten="x" ${key.line}`, 'pass'],
    [`permitlisten="" ${key.line}`, 'pass'],
    [`tunnel="x" ${key.line}`, 'pass'],
    [`tunnel="-1" ${key.line}`, 'pass'],
    [`tunnel="" ${key.line}`, 'pass'],
    [`principals="ada" ${key.line}`, 'pass'],
    [`cert-authority ${key.line}`, 'pass'],
    [`cert-authority,principals="ada",principals="ada" ${key.line}`, 'pass'],
    [`verify-required ${key.line}`, /only a security key/],
    [`ssh-rsa ${key.blob.toString('base64')}`, 'pass'],
    [`restrict ${key.blob.toString('base64')}`, 'pass'],
    [key.blob.toString('base64'), 'pass'],
    [`ssh-ed25519${key.blob.toString('base64')}`, 'pass'],
    [`ssh-ed25519\u00a0${key.blob.toString('base64')}`, 'pass'],
    [`ssh-ed25519\v${key.blob.toString('base64')}`, 'pass'],
    [`\u00a0${key.line}`, 'pass'],
    [`\ufeff${key.line}`, 'pass'],
    [`SSH-ED25519 ${key.blob.toString('base64')}`, 'pass'],
    [`${key.line.slice(0, -1)}`, 'pass'],
    [`${key.line.slice(0, 30)}!${key.line.slice(30)}`, 'pass'],
    [`${key.line}AAAA`, 'pass'],
    [`${key.line.slice(0, 40)}\n${key.line.slice(40)}`, 'pass'],
    [`${key.line}\0`, 'pass'],
    [`\0${key.line}`, 'pass'],
    [`command="${'x'.repeat(8192)}" ${key.line}`, 'pass'],
    [`@revoked * ${key.line}`, 'pass'],
    [`ada ${key.line}`, 'pass'],
    [`__proto__ ${key.line}`, 'pass'],
    [`constructor="x" ${key.line}`, 'pass'],
  ]
  it.each(rows)('%j', async (line, expected) => {
    const { verdict } = await ask(line)
    if (expected === 'pass') expect(verdict).toBe('pass')
    else expect(verdict).toMatch(expected)
  })
})

describe('bad lines', () => {
  it('are told by number, with what is wrong, and hide nothing', async () => {
    const { verdict, told, facts } = await ask(`x-y ${key.line}\n# fine\nssh-rsa AAAA\n\nno-pty ${key.line} ada\n`)
    expect(verdict).toBe('accept')
    expect(facts).toMatchObject({ line: 'keys[ada]:5', comment: 'ada', algorithm: 'ssh-ed25519' })
    expect(told).toEqual([
      { source: 'keys[ada]', line: 1, problem: "there is no option 'x-y'" },
      { source: 'keys[ada]', line: 3, problem: expect.any(String) },
    ])
  })

  it('never show what is in them: the file may be another than was meant', async () => {
    const { told } = await ask('root:$6$secret$hash:19000:0:99999:7:::\ncommand="sesame\nssh-ed25519 sesame\n')
    expect(told).toHaveLength(3)
    expect(JSON.stringify(told)).not.toMatch(/secret|sesame/)
  })

  it('are told a hundred times at most', async () => {
    const { told } = await ask('nonsense\n'.repeat(5000))
    expect(told).toHaveLength(100)
  })

  it('in another encoding are fine where only the comment is in it', async () => {
    const latin1 = (text: string) => Buffer.from(text, 'latin1')
    expect((await ask(latin1(`no-pty ${key.line} zo\u00eb`))).verdict).toBe('accept')
    expect((await ask(latin1(`command="zo\u00eb" ${key.line}`))).verdict).toBe('pass')
  })

  it('an observer that throws harms nobody', async () => {
    const checker = pubkeyChecker({
      keys: authorizedKeys({ ada: `x ${key.line}\n${key.line}` }),
      onProblem() {
        throw new Error('broken observer')
      },
    })
    const warned = new Promise((resolve) => process.once('warning', resolve))
    expect(said(await checker.check(credential('ada', key), from()))).toBe('accept')
    expect(String(await warned)).toContain('broken observer')
  })
})

describe('facts', () => {
  it('are fit for a log: escape sequences in comments are spelt out, and JSON takes all of it', async () => {
    const { facts } = await ask(`${key.line} \u001b[2J\u202egnp.exe`)
    expect(facts.comment).toBe('\\u{1b}[2J\\u{202e}gnp.exe')
    expect(JSON.parse(JSON.stringify(facts))).toMatchObject({ fingerprint: expect.stringMatching(/^SHA256:/) })
  })

  it('cannot be changed by whoever sees them', async () => {
    const { facts } = await ask(`command="id" ${key.line}`)
    expect(Object.isFrozen(facts)).toBe(true)
    expect(Object.isFrozen(facts.restrictions)).toBe(true)
  })
})

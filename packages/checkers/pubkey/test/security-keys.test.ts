import type { KeyPresence } from '@gatewright/portal'
import { describe, expect, it } from 'vitest'
import { authorizedKeys, certificateAuthorities, pubkeyChecker } from '../src/index.ts'
import { certify, credential, ecdsa, ed25519, from, NOTHING, type Said, said } from './keys.ts'

const authority = ed25519()
const TOUCHED = { touched: true, verified: false }
const VERIFIED = { touched: true, verified: true }
const UNTOUCHED = { touched: false, verified: false }
const PIN_ONLY = { touched: false, verified: true }
const NO_TOUCH = { extensions: { 'no-touch-required': NOTHING } }
const VERIFY = { critical: { 'verify-required': NOTHING } }

const touch = /touched/
const verify = /not verified/

describe.each([
  ['sk-ssh-ed25519@openssh.com', ed25519('sk-ssh-ed25519@openssh.com')],
  ['sk-ecdsa-sha2-nistp256@openssh.com', ecdsa('sk-ecdsa-sha2-nistp256@openssh.com')],
])('%s', (_, key) => {
  const byLine: readonly (readonly [options: string, presence: KeyPresence | undefined, verdict: string | RegExp])[] = [
    ['', TOUCHED, 'accept'],
    ['', VERIFIED, 'accept'],
    ['', UNTOUCHED, touch],
    ['', PIN_ONLY, touch],
    ['', undefined, touch],
    ['touch-required ', UNTOUCHED, touch],
    ['no-touch-required ', UNTOUCHED, 'accept'],
    ['no-touch-required ', TOUCHED, 'accept'],
    ['no-touch-required ', undefined, 'accept'],
    ['no-touch-required,touch-required ', UNTOUCHED, touch],
    ['restrict ', UNTOUCHED, touch],
    ['verify-required ', VERIFIED, 'accept'],
    ['verify-required ', TOUCHED, verify],
    ['verify-required ', PIN_ONLY, touch],
    ['verify-required ', undefined, touch],
    ['verify-required,no-touch-required ', PIN_ONLY, 'accept'],
    ['verify-required,no-touch-required ', UNTOUCHED, verify],
    ['verify-required,no-touch-required ', undefined, verify],
    ['verify-required,no-verify-required ', TOUCHED, 'accept'],
  ]
  it.each(byLine)('a line of %j, a signature of %j', async (options, presence, expected) => {
    const checker = pubkeyChecker({ keys: authorizedKeys({ ada: `${options}${key.line}` }) })
    expect(said(await checker.check(credential('ada', key, presence), from()))).toMatch(expected)
    // Before anything is signed, nobody can have touched anything.
    expect(
      await checker.recognizes?.({ username: 'ada', key: { algorithm: key.algorithm, blob: key.blob } }, from()),
    ).toBe(true)
  })

  const byCertificate: readonly (readonly [
    options: string | undefined,
    words: Said,
    presence: KeyPresence | undefined,
    verdict: string | RegExp,
  ])[] = [
    [undefined, {}, TOUCHED, 'accept'],
    [undefined, {}, UNTOUCHED, touch],
    [undefined, {}, undefined, touch],
    [undefined, NO_TOUCH, UNTOUCHED, 'accept'],
    [undefined, VERIFY, TOUCHED, verify],
    [undefined, VERIFY, VERIFIED, 'accept'],
    [undefined, { ...VERIFY, ...NO_TOUCH }, PIN_ONLY, 'accept'],
    [undefined, { critical: { 'no-touch-required': NOTHING } }, TOUCHED, /critical option/],
    ['cert-authority', NO_TOUCH, UNTOUCHED, touch],
    ['cert-authority,no-touch-required', {}, UNTOUCHED, touch],
    ['cert-authority,no-touch-required', NO_TOUCH, UNTOUCHED, 'accept'],
    ['cert-authority,verify-required', {}, TOUCHED, verify],
    ['cert-authority,no-verify-required', VERIFY, TOUCHED, verify],
    ['cert-authority,verify-required', {}, VERIFIED, 'accept'],
  ]
  it.each(byCertificate)(
    'a line of %j, a certificate of %j, a signature of %j',
    async (options, words, presence, expected) => {
      const checker = pubkeyChecker(
        options === undefined
          ? { authorities: certificateAuthorities(authority.line) }
          : { keys: authorizedKeys({ ada: `${options} ${authority.line}` }) },
      )
      expect(said(await checker.check(credential('ada', certify(key, authority, words), presence), from()))).toMatch(
        expected,
      )
    },
  )

  it('may be an authority itself', async () => {
    const checker = pubkeyChecker({ authorities: certificateAuthorities(key.line) })
    expect(said(await checker.check(credential('ada', certify(ed25519(), key)), from()))).toBe('accept')
  })
})

it('a plain key says nothing of presence, and need not', async () => {
  const key = ed25519()
  const checker = pubkeyChecker({ keys: authorizedKeys({ ada: key.line }) })
  expect(said(await checker.check(credential('ada', key), from()))).toBe('accept')
  expect(said(await checker.check(credential('ada', key, UNTOUCHED), from()))).toBe('accept')
})

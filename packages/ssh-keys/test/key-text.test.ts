import { describe, expect, it } from 'vitest'
import { formatKeyText, parseKeyText, SshKeyError, WireReader, WireWriter } from '../src/index.ts'
import { certify } from './certificates.ts'
import { allKeys, certificateName, makeKey } from './keys.ts'

const { algorithm, blob } = makeKey('ssh-ed25519')
const base64 = blob.toString('base64')
const certificate = certify(makeKey('ssh-rsa')).toString('base64')

describe('a key in a line of text', () => {
  it.each(allKeys().map((key) => [key.algorithm, key] as const))('%s is read as it was written', (_, key) => {
    for (const each of [key, { algorithm: certificateName(key.algorithm), blob: certify(key) }]) {
      const line = formatKeyText({ algorithm: each.algorithm, blob: each.blob }, 'ada at the desk')
      expect(parseKeyText(line)).toEqual({
        key: { algorithm: each.algorithm, blob: each.blob },
        comment: 'ada at the desk',
      })
    }
  })

  it('any number of spaces and tabs separate', () => {
    expect(parseKeyText(` \t${algorithm} \t ${base64}\t a  comment `)).toMatchObject({ comment: 'a  comment' })
    expect(parseKeyText(`${algorithm} ${base64}`).comment).toBe('')
  })

  it.each([
    ['nothing', ''],
    ['the kind alone', algorithm],
    ['no kind', base64],
    ['another kind', `ssh-rsa ${base64}`],
    ['the kind in capitals', `SSH-ED25519 ${base64}`],
    ['a way to sign for a kind', `rsa-sha2-256 ${makeKey('ssh-rsa').blob.toString('base64')}`],
    ['a certificate called a key', `ssh-rsa ${certificate}`],
    ['a key called a certificate', `${certificateName(algorithm)} ${base64}`],
    ['options before it', `no-pty ${algorithm} ${base64}`],
    ['a character that is not base64', `${algorithm} ${base64.slice(0, 20)}!${base64.slice(20)}`],
    ['a line break in the key', `${algorithm} ${base64.slice(0, 20)}\n${base64.slice(20)}`],
    ['base64 of URLs', `${algorithm} ${Buffer.concat([blob, Buffer.of(0xff, 0xff)]).toString('base64url')}`],
    ['bits left over at the end', `${algorithm} ${blob.subarray(0, -1).toString('base64').slice(0, -2)}f=`],
    ['a space that only looks like one', `${algorithm}\u00a0${base64}`],
    ['two lines', `${algorithm} ${base64}\n${algorithm} ${base64}`],
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----'],
    ['huge', `${algorithm} ${'A'.repeat(1_000_000)}`],
  ])('%s is refused', (_, line) => {
    expect(() => parseKeyText(line)).toThrow(SshKeyError)
  })
})

describe('what is on the wire', () => {
  it('is read as it was written', () => {
    const bytes = new WireWriter()
      .byte(7)
      .uint32(0xffff_ffff)
      .uint64(0xffff_ffff_ffff_ffffn)
      .string('zoë')
      .string(Buffer.of(0, 1))
      .positive(Buffer.of(0, 0x80))
      .bytes(Buffer.of(9))
      .done()
    const reader = new WireReader(bytes)
    expect(reader.byte()).toBe(7)
    expect(reader.uint32()).toBe(0xffff_ffff)
    expect(reader.uint64()).toBe(0xffff_ffff_ffff_ffffn)
    expect(reader.text()).toBe('zoë')
    expect(reader.string()).toEqual(Buffer.of(0, 1))
    expect(reader.positive()).toEqual(Buffer.of(0x80))
    expect(reader.atEnd).toBe(false)
    expect(reader.rest).toEqual(Buffer.of(9))
    expect(reader.bytes(1)).toEqual(Buffer.of(9))
    expect(() => reader.end()).not.toThrow()
  })

  it.each(['byte', 'uint32', 'uint64', 'string', 'text', 'positive'] as const)(
    '%s never reads past the end',
    (read) => {
      for (const hex of ['', '00', '000000', '00000001', 'ffffffff', '7fffffff00', '0000000500000000']) {
        const bytes = Buffer.from(hex, 'hex')
        const needs = { byte: 1, uint32: 4, uint64: 8 }[read as string]
        if (needs !== undefined && bytes.length >= needs) continue
        if (read !== 'byte' && hex === '00000000') continue
        expect(() => new WireReader(bytes)[read]()).toThrow(SshKeyError)
      }
    },
  )

  it('text is UTF-8, and what is left over is an error', () => {
    expect(() => new WireReader(Buffer.from('00000001ff', 'hex')).text()).toThrow(SshKeyError)
    expect(() => new WireReader(Buffer.of(1)).end()).toThrow(SshKeyError)
  })
})

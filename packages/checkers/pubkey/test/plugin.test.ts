import { PortalError } from '@gatewright/portal'
import { describe, expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { create } from '../src/plugin.ts'
import { credential, ed25519, from, said } from './keys.ts'
import { scratch } from './scratch.ts'

const { directory, home } = scratch()
const key = ed25519()

describe('--auth pubkey:PATTERN', () => {
  it('checks keys in files', async () => {
    home('ada', key.line)
    const checker = create('home/%u/.ssh/authorized_keys', { cwd: directory })
    expect(checker).toMatchObject({ name: 'pubkey:home/%u/.ssh/authorized_keys', accepts: ['publickey'] })
    expect(said(await checker.check(credential('ada', key), from()))).toBe('accept')
    expect(said(await checker.check(credential('eve', key), from()))).toBe('pass')
    await checker.close?.()
  })

  it('is called what the command line calls it', () => {
    expect(create('/keys/%u', { name: 'keys' }).name).toBe('keys')
  })

  it.each(['', '/keys/all', '/keys/%x', undefined])('%j is refused', (argument) => {
    expect(() => create(argument as string)).toThrow(PortalError)
  })

  it('is what the manifest says', () => {
    expect(manifest.gatewright.checkers).toEqual([
      expect.objectContaining({ type: 'pubkey', accepts: ['publickey'], argument: '<pattern>', module: './plugin' }),
    ])
  })
})

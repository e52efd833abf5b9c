import { describe, expect, it } from 'vitest'
import { ha1, verifiers, verify } from '../src/index.ts'

describe('all that is stored of a password', () => {
  it('is made at once, and of one password', async () => {
    const made = await verifiers('ada', 'sesame', {
      ha1: [{ realm: 'club' }, { realm: 'desk', algorithm: 'MD5' }, { realm: 'desk', algorithm: 'SHA-512-256' }],
    })
    expect(await verify(made.password, 'sesame')).toBe('match')
    expect(made.ha1).toEqual([
      ha1('ada', 'club', 'sesame'),
      ha1('ada', 'desk', 'sesame', 'MD5'),
      ha1('ada', 'desk', 'sesame', 'SHA-512-256'),
    ])
    expect(JSON.stringify(made)).not.toContain('sesame')
  })

  it('is a hash alone where nobody asks by Digest', async () => {
    const made = await verifiers('ada', 'sesame', { hash: { scheme: 'bcrypt' } })
    expect(made).toEqual({ password: expect.stringMatching(/^\$2b\$/), ha1: [] })
  })

  it('is of the name as it is looked up', async () => {
    const { ha1: made } = await verifiers('Ju\u0308rgen', 'sesame', { ha1: [{ realm: 'club' }] })
    expect(made).toEqual([ha1('Jürgen', 'club', 'sesame')])
  })

  it.each([
    ['', 'sesame', 'BAD_NAME'],
    ['a\0', 'sesame', 'BAD_NAME'],
    ['x'.repeat(256), 'sesame', 'BAD_NAME'],
    ['ada', '', 'BAD_PASSWORD'],
    ['ada', 'x'.repeat(1_025), 'BAD_PASSWORD'],
  ])('is nothing for %j and %j', async (name, password, code) => {
    await expect(verifiers(name, password, { ha1: [{ realm: 'club' }] })).rejects.toMatchObject({ code })
  })
})

import { PortalError } from '@gatewright/portal'
import { describe, expect, it } from 'vitest'
import { PathPattern } from '../src/path-pattern.ts'

const account = { uid: 1001, home: '/home/ada' }
const expand = (pattern: string, username = 'ada') => new PathPattern(pattern, '/srv', false).expand(username, account)

describe('patterns', () => {
  it.each([
    ['/home/%u/.ssh/authorized_keys', '/home/ada/.ssh/authorized_keys'],
    ['%h/.ssh/authorized_keys', '/home/ada/.ssh/authorized_keys'],
    ['keys/%u', '/srv/keys/ada'],
    ['./keys/%u.pub', '/srv/keys/ada.pub'],
    ['/keys/%U', '/keys/1001'],
    ['/keys/100%%/%u', '/keys/100%/ada'],
    ['/keys/%%u/%u', '/keys/%u/ada'],
    ['/keys/%u/%u', '/keys/ada/ada'],
  ])('%s is %s', (pattern, path) => {
    expect(expand(pattern)).toBe(path)
  })

  it.each(['', '/keys/%x/%u', '/keys/%u%', '/keys/%', '/keys/all', '/keys/%%u', 'a\0%u'])(
    '%j is refused',
    (pattern) => {
      expect(() => new PathPattern(pattern, '/srv', false)).toThrow(PortalError)
    },
  )

  it('one file for all users is for those who ask for it by its ugly name', () => {
    expect(new PathPattern('/keys/all', '/srv', true).expand('ada', undefined)).toBe('/keys/all')
  })

  it('nobody without an account has a home', () => {
    expect(new PathPattern('%h/keys', '/srv', false).expand('ada', undefined)).toBeUndefined()
    expect(new PathPattern('/keys/%U', '/srv', false).expand('ada', undefined)).toBeUndefined()
    expect(new PathPattern('/keys/%u', '/srv', false).expand('ada', undefined)).toBe('/keys/ada')
  })

  it('a home that is no absolute path is none', () => {
    expect(new PathPattern('%h/keys', '/srv', false).expand('ada', { uid: 1, home: 'tmp' })).toBeUndefined()
    expect(new PathPattern('%h/keys', '/srv', false).expand('ada', { uid: 1, home: '/home/../etc' })).toBeUndefined()
  })
})

describe('names that would leave the pattern', () => {
  it.each(['', '.', '..', '/', '../root', 'a/b', 'a/../b', '..\\root', '\\', 'a\0b', '/etc/passwd', './ada'])(
    '%j has no file',
    (name) => {
      expect(expand('/srv/keys/%u', name)).toBeUndefined()
    },
  )

  it('two that are harmless alone', () => {
    expect(expand('/srv/keys/%u%u', '.')).toBeUndefined()
    expect(expand('/srv/keys/.%u', '.')).toBeUndefined()
    expect(expand('/srv/keys/%u', '...')).toBe('/srv/keys/...')
  })

  it('100,000 of them never do', () => {
    const pieces = [
      '.',
      '..',
      '/',
      '\\',
      '\0',
      '%',
      '%u',
      '%h',
      '~',
      'a',
      'root',
      ' ',
      '\n',
      '\u2215',
      '\uff0e',
      'é',
      ':',
      '*',
      '-',
    ]
    let state = 1
    const next = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state % below
    }
    const pattern = new PathPattern('/srv/keys/%u', '/', false)
    const deep = new PathPattern('/home/%u/.ssh/authorized_keys', '/', false)
    let expanded = 0
    for (let i = 0; i < 100_000; i++) {
      const name = Array.from({ length: 1 + next(8) }, () => pieces[next(pieces.length)]).join('')
      const path = pattern.expand(name, undefined)
      if (path === undefined) continue
      expanded++
      expect(path.slice('/srv/keys/'.length)).toBe(name)
      expect(name).not.toMatch(/[/\\\0]|^\.{0,2}$/)
      expect(deep.expand(name, undefined)?.split('/')).toHaveLength(5)
    }
    expect(expanded).toBeGreaterThan(1000)
  })
})

import { expect, it } from 'vitest'
import { isSameTarget } from '../src/same-target.ts'

it.each<[uri: string, target: string, host: string | undefined, same: boolean]>([
  ['/private', '/private', undefined, true],
  ['/private', 'http://club.example/private', 'club.example', true],
  ['/public', 'http://club.example/private', 'club.example', false],
  ['/', 'http://club.example', 'club.example', true],
  ['private', 'http://club.example/private', 'club.example', false],
  ['*', 'http://club.example/*', 'club.example', false],
  ['http://club.example/private', '/private', 'club.example', true],
  ['http://club.example/private', '/private', undefined, false],
  ['http://club.example/private', '/private', 'evil.example', false],
  ['http://club.example:80/private', '/private', 'club.example', false],
  ['http:///private', '/private', '', false],
  ['http://club.example/private', 'http://evil.example/private', 'club.example', false],
  ['http://club.example/private', 'https://club.example/private', 'club.example', false],
  ['http://club.example/private', 'club.example:80', 'club.example', false],
  ['club.example:80', 'club.example:80', 'club.example:80', true],
])('an answer for %s may be used for %s of %s: %s', (uri, target, host, same) => {
  expect(isSameTarget(uri, { target, header: () => host })).toBe(same)
})

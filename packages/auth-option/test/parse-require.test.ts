import type { CredentialKind } from '@gatewright/portal'
import { describe, expect, test } from 'vitest'
import { parseRequire } from '../src/index.ts'

const ALL: readonly CredentialKind[] = ['anonymous', 'password', 'publickey', 'totp']

describe('--require speaks the grammar of AuthenticationMethods', () => {
  test.each<[string, readonly (readonly string[])[] | undefined]>([
    ['password', [['password']]],
    [
      'publickey,totp password,totp',
      [
        ['publickey', 'totp'],
        ['password', 'totp'],
      ],
    ],
    ['  password \t publickey  ', [['password'], ['publickey']]],
    ['password password', [['password'], ['password']]],
    ['totp,password', [['totp', 'password']]],
    ['any', undefined],
  ])('%j', (text, rows) => {
    expect(parseRequire(text, ALL)).toEqual(rows)
  })

  test.each([
    ['', 'nothing is required', 'Rows are separated'],
    [' \t', 'nothing is required', 'Rows are separated'],
    [',', 'a kind is missing before or after a comma', 'Rows are separated'],
    ['password,', 'a kind is missing before or after a comma', 'Rows are separated'],
    ['password,,totp', 'a kind is missing before or after a comma', 'Rows are separated'],
    ['any password', "'any' stands alone", 'say what is enough'],
    ['any,password', "'any' stands alone", 'say what is enough'],
    ['totp', "'totp' alone is never enough", 'password,totp'],
    ['password totp', "'totp' alone is never enough", 'password,totp'],
    ['password,password', "'password' stands twice in a row", 'two different kinds'],
    ['totp,totp', "'totp' stands twice in a row", 'two different kinds'],
    ['keyboard-interactive', "'keyboard-interactive' is a way of asking, not a kind", 'Name what is asked for'],
    ['keyboard-interactive:pam', "'keyboard-interactive:pam' is a way of asking, not a kind", 'Name what is asked for'],
    ['publickey:x', "'publickey:x' names a sub-method, and kinds have none", 'Leave out the colon'],
    ['pasword', "this server knows no 'pasword'", "Did you mean 'password'?"],
    ['Password', "this server knows no 'Password'", "Did you mean 'password'?"],
    ['digest', "this server knows no 'digest'", 'It knows anonymous, password, publickey, totp.'],
    ['__proto__', "this server knows no '__proto__'", 'It knows'],
    ['password;totp', "this server knows no 'password;totp'", 'It knows'],
    ['\u202epassword', "this server knows no '\\u202epassword'", 'Did you mean'],
  ])('%j is refused: %s', (text, message, hint) => {
    expect(() => parseRequire(text, ALL)).toThrow(
      expect.objectContaining({
        code: 'BAD_REQUIREMENT',
        message: `--require: ${message}`,
        hint: expect.stringContaining(hint),
      }),
    )
  })

  test('names the place where it was written', () => {
    expect(() => parseRequire('', ALL, 'my.json: require')).toThrow('my.json: require: nothing is required')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseParameters } from '../src/parse-parameters.ts'
import { unitsOf } from '../src/units.ts'

describe('a list of parameters is read', () => {
  it.each<[string, string, object]>([
    ['in its plain form', 'username="ada", nc=00000001', { username: 'ada', nc: '00000001' }],
    ['without spaces', 'username="ada",nc=00000001', { username: 'ada', nc: '00000001' }],
    [
      'with spaces and tabs everywhere',
      ' \tusername \t= "ada"\t , nc=\t00000001 ',
      { username: 'ada', nc: '00000001' },
    ],
    ['with empty elements', ',, username="ada",, ,nc=1,', { username: 'ada', nc: '1' }],
    ['whatever the letter case of names', 'USERNAME="ada", Nc=1', { username: 'ada', nc: '1' }],
    ['with quotes where tokens belong', 'qop="auth", algorithm="SHA-256"', { qop: 'auth', algorithm: 'SHA-256' }],
    ['with tokens where quotes belong', 'username=ada, realm=club', { username: 'ada', realm: 'club' }],
    ['with quoted pairs', 'username="a\\"d\\\\a\\x"', { username: 'a"d\\ax' }],
    ['with commas and equals signs in quotes', 'username="a, nc=2", nc=1', { username: 'a, nc=2', nc: '1' }],
    ['with an empty value', 'username=""', { username: '' }],
    ['with an extended name', "username*=UTF-8''%41", { usernameExt: "UTF-8''%41" }],
    ['with names that nobody knows', 'username="ada", foo=bar, auth-param="x"', { username: 'ada' }],
    ['with octets of UTF-8', 'username="J\u00c3\u00a4s"', { username: 'J\u00c3\u00a4s' }],
    ['when it is empty', '', {}],
  ])('%s', (_how, text, expected) => {
    expect(parseParameters(text)).toMatchObject(expected)
  })
})

describe('a list that breaks the grammar is none', () => {
  it.each<[string, string]>([
    ['no equals sign', 'username'],
    ['no name', '="ada"'],
    ['no value', 'username='],
    ['no value before a comma', 'username=, nc=1'],
    ['a quote that is not closed', 'username="ada'],
    ['a quote that a pair swallows', 'username="ada\\"'],
    ['a backslash at the end', 'username="ada\\'],
    ['text behind a quote', 'username="ada"b'],
    ['text behind a token', 'nc=1 2'],
    ['two pairs without a comma', 'nc=1 username="a"'],
    ['a semicolon', 'nc=1; username="a"'],
    ['a name in quotes', '"nc"=1'],
    ['a slash in a name', 'a/b=1'],
    ['a slash in a token', 'nc=a/b'],
    ['a control character in quotes', 'username="a\u0001"'],
    ['a NUL in quotes', 'username="a\0"'],
    ['a DEL in quotes', 'username="a\u007f"'],
    ['an escaped control character', 'username="a\\\u0001"'],
    ['a line end in quotes', 'username="a\r\n b"'],
    ['what is no octet in quotes', 'username="\u0161da"'],
    ['what is no octet in a quoted pair', 'username="\\\u0161da"'],
    ['half a surrogate pair in quotes', 'username="\ud83dada"'],
    ['a letter beyond ASCII in a token', 'username=\u00e9'],
    ['a letter beyond ASCII in a name', 'usern\u00e4me=x'],
    ['the same twice', 'nc=1, nc=1'],
    ['the same twice, in another letter case', 'nc=1, NC=1'],
    ['an unknown one twice', 'foo=1, Foo=2'],
    ['one of the prototype twice', '__proto__=1, __proto__=2'],
    ['more than anybody needs', Array.from({ length: 33 }, (_, i) => `p${i}=1`).join(', ')],
    ['two headers joined', 'username="ada", nc=1, Digest username="eve", nc=1'],
  ])('%s', (_what, text) => {
    expect(parseParameters(text)).toBeUndefined()
  })

  it.each([
    'username',
    'username*',
    'realm',
    'uri',
    'algorithm',
    'nonce',
    'nc',
    'cnonce',
    'qop',
    'response',
    'opaque',
    'userhash',
  ])('a second %s', (name) => {
    expect(parseParameters(`${name}=x, y=z, ${name}=x`)).toBeUndefined()
    expect(parseParameters(`${name}=x, y=z, ${name.toUpperCase()}="x"`)).toBeUndefined()
    expect(parseParameters(`${name}=x, y=z`)).toBeDefined()
  })

  it('names of the prototype set nothing', () => {
    const found = parseParameters('__proto__=x, constructor=y, toString=z, hasOwnProperty=w')
    expect(Object.getPrototypeOf(found)).toBe(Object.getPrototypeOf(parseParameters('')))
    expect(Object.keys(found ?? {})).toEqual(Object.keys(parseParameters('') ?? {}))
  })
})

describe('reading takes as long as the header is', () => {
  /** Counts how often a character is looked at: a measure that no busy machine can shake. */
  function looksAt(text: string): number {
    let looks = 0
    const counted = new Proxy(unitsOf(text), {
      get(units, key): unknown {
        looks++
        const value: unknown = Reflect.get(units, key)
        return typeof value === 'function' ? value.bind(units) : value
      },
    })
    parseParameters(text, counted)
    return looks
  }

  const size = 16_384
  const worst: Record<string, string> = {
    commas: ','.repeat(size),
    spaces: ' '.repeat(size),
    'spaces and commas': ' ,'.repeat(size / 2),
    quotes: '"'.repeat(size),
    backslashes: `username="${'\\'.repeat(size - 10)}`,
    'quoted pairs': `username="${'\\"'.repeat(size / 2 - 6)}"`,
    'equals signs': '='.repeat(size),
    'a long name': 'a'.repeat(size),
    'a long token': `a=${'b'.repeat(size)}`,
    'spaces before an equals sign': `a${' '.repeat(size)}=b`,
    'spaces behind one': `a=${' '.repeat(size)}b`,
    'many pairs': 'a=b,'.repeat(size / 4),
    'many different pairs': Array.from({ length: 3000 }, (_, i) => `${i}=1`).join(','),
    'an open quote after many': `${'a="b",'.repeat(20)}c="${'x'.repeat(size)}`,
    mixed: ',"\\='.repeat(size / 4),
  }
  it.each(Object.entries(worst))('%s', (_what, text) => {
    // Each character a few times at most, and twice the header at most twice the work.
    const once = looksAt(text)
    expect(once).toBeGreaterThan(0)
    expect(once).toBeLessThanOrEqual(4 * text.length + 16)
    expect(looksAt(text + text)).toBeLessThanOrEqual(2 * once + 4 * text.length + 16)
  })
})

it('whatever is written by the grammar is read as it was meant', () => {
  const token = fc.string({
    unit: fc.constantFrom('a', 'b', 'Z', '0', '9', '-', '.', '_', '~', '!'),
    minLength: 1,
    maxLength: 12,
  })
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', ' ', '"', '\\', ',', '=', ';', '\u00e9', '\t'),
    maxLength: 20,
  })
  const blank = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 2 })
  const names = ['username', 'realm', 'uri', 'nonce', 'cnonce', 'qop', 'opaque'] as const
  const value = fc.oneof(
    token.map((plain) => ({ plain, written: plain })),
    text.map((plain) => ({ plain, written: `"${plain.replace(/["\\]/g, '\\$&')}"` })),
  )
  const list = fc.tuple(fc.shuffledSubarray([...names]), fc.array(value, { minLength: 7, maxLength: 7 }), blank, blank)
  fc.assert(
    fc.property(list, ([some, values, before, behind]) => {
      const pairs = some.map((name, i) => [name, values[i] as { plain: string; written: string }] as const)
      const found = parseParameters(
        pairs.map(([name, { written }]) => `${before}${name}${behind}=${before}${written}${behind}`).join(','),
      )
      expect(found).toMatchObject(Object.fromEntries(pairs.map(([name, { plain }]) => [name, plain])))
    }),
    { numRuns: 5_000, seed: 7616 },
  )
})

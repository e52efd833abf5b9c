import type { AttackKind } from '@gatewright/http-login'
import { describe, expect, it } from 'vitest'
import { type AnswerOptions, type Challenge, hash, header, parametersOf } from './client.ts'
import { codeOf, isStale, rig } from './rig.ts'

type Parameters = Readonly<Record<string, string | undefined>>

/** What is wrong, the code it is answered with, and how it comes about from an honest answer. */
type Row = readonly [
  what: string,
  code: 400 | 401,
  make: (honest: Record<string, string>, challenge: Challenge) => Parameters | string,
  attack?: AttackKind | undefined,
]

/** One parameter replaced; the digest stays that of the honest answer. */
const swap = (code: 400 | 401, name: string, values: readonly (string | undefined)[], attack?: AttackKind): Row[] =>
  values.map((value) => [
    value === undefined ? `no ${name}` : `${name}=${value.slice(0, 80)}`,
    code,
    (honest) => ({ ...honest, [name]: value }),
    attack,
  ])

/** An honest answer to another question: its digest is right, and it is not for us. */
const honestly = (
  what: string,
  code: 400 | 401,
  options: AnswerOptions,
  change: Parameters = {},
  attack?: AttackKind,
): Row => [what, code, (_honest, challenge) => ({ ...parametersOf(challenge, options), ...change }), attack]

const HEX = '0123456789abcdef'.repeat(4)

const ROWS: readonly Row[] = [
  // What must be there.
  ...['username', 'realm', 'nonce', 'uri', 'response', 'qop', 'nc', 'cnonce'].flatMap((name) =>
    swap(400, name, [undefined]),
  ),
  ...swap(401, 'algorithm', [undefined], 'downgrade'),
  ...swap(401, 'opaque', [undefined]),

  // Two of one, whichever is right.
  ...['username', 'realm', 'nonce', 'uri', 'response', 'qop', 'nc', 'cnonce', 'algorithm', 'opaque'].flatMap(
    (name): Row[] => [
      [`${name} twice`, 400, (honest) => `${header(honest)}, ${name}=${honest[name]}`],
      [`a wrong ${name} behind the right one`, 400, (honest) => `${header(honest)}, ${name}="x"`],
      [
        `a wrong ${name} before the right one`,
        400,
        (honest) => `Digest ${name.toUpperCase()}="x", ${header(honest).slice(7)}`,
      ],
    ],
  ),
  ['two Authorization headers', 400, (honest) => `${header(honest)}, ${header(honest)}`],

  // The resource.
  ...swap(
    400,
    'uri',
    ['"/public"', '"/"', '""', '"/private/"', '"/private?"', '"/private#"', '"//private"', '"/PRIVATE"'],
    'uri-mismatch',
  ),
  ...swap(
    400,
    'uri',
    ['"/%70rivate"', '"/x/../private"', '"/x/%2e%2e/private"', '"/./private"', '"*"', '"private"'],
    'uri-mismatch',
  ),
  ...swap(
    400,
    'uri',
    ['"http://club.example/public"', '"http://evil.example/private"', '"http://a@club.example/private"'],
    'uri-mismatch',
  ),
  ...swap(
    400,
    'uri',
    ['"http:///private"', '"http:/private"', '"ftp://club.example/private"', '"club.example/private"'],
    'uri-mismatch',
  ),
  ...swap(400, 'uri', ['"/private "', '" /private"', '"/private\t"', '"/priv\u00e4te"'], 'uri-mismatch'),
  honestly('a right answer for /public', 400, { uri: '/public' }, {}, 'uri-mismatch'),
  honestly('a right answer for another host', 400, { uri: 'http://evil.example/private' }, {}, 'uri-mismatch'),
  honestly('a right answer for OPTIONS *', 400, { uri: '*', method: 'OPTIONS' }, {}, 'uri-mismatch'),
  honestly('a right answer for /public that claims /private', 401, { uri: '/public' }, { uri: '"/private"' }),

  // The method.
  ...['HEAD', 'POST', 'get', 'PUT', 'OPTIONS', ''].map((method) =>
    honestly(`a right answer for ${method || 'no method'}`, 401, { method }),
  ),

  // The realm.
  ...swap(
    401,
    'realm',
    ['"Club"', '"club "', '""', '"klub"', '"club\\"', '"c\\lub2"'].filter((realm) => realm !== '"club\\"'),
  ),
  honestly('a right answer for another realm', 401, { realm: 'elsewhere' }),
  honestly('a right answer for another realm that claims ours', 401, { realm: 'elsewhere' }, { realm: '"club"' }),

  // The algorithm.
  ...swap(401, 'algorithm', ['MD5', 'MD5-sess', 'SHA-256-sess', 'SHA-1', 'SHA', 'md5', 'none', '"MD5"'], 'downgrade'),
  honestly('a right answer by MD5', 401, { algorithm: 'MD5' }, {}, 'downgrade'),
  honestly('a right answer by MD5 that names none', 401, { algorithm: 'MD5' }, { algorithm: undefined }, 'downgrade'),
  honestly('a right answer by MD5-sess', 401, { algorithm: 'MD5-sess' }, {}, 'downgrade'),
  honestly('a right answer by SHA-256-sess', 401, { algorithm: 'SHA-256-sess' }, {}, 'downgrade'),
  honestly('a right answer by MD5 that claims SHA-256', 400, { algorithm: 'MD5' }, { algorithm: 'SHA-256' }),
  honestly(
    'a right answer by SHA-256-sess that claims SHA-256',
    401,
    { algorithm: 'SHA-256-sess' },
    { algorithm: 'SHA-256' },
  ),
  honestly(
    'a right answer by SHA-512-256 that claims SHA-256',
    401,
    { algorithm: 'SHA-512-256' },
    { algorithm: 'SHA-256' },
  ),
  honestly('a right answer by SHA-256 that claims SHA-512-256', 401, {}, { algorithm: 'SHA-512-256' }),
  ...swap(400, 'algorithm', ['""', 'SHA 256', 'SHA/256']).slice(1),
  ...swap(401, 'algorithm', ['""'], 'downgrade'),

  // The quality of protection.
  ...swap(401, 'qop', ['auth-int', '"auth-int"', 'AUTH-INT'], 'downgrade'),
  ...swap(400, 'qop', ['""', 'none', 'auth-conf', '"auth,auth-int"', '"auth "', 'auth-', '"auth, auth"']),
  honestly('a right answer by auth-int', 401, { qop: 'auth-int' }, {}, 'downgrade'),
  honestly('a right answer by auth-int that claims auth', 401, { qop: 'auth-int' }, { qop: 'auth' }),
  [
    'a right answer by RFC 2069, which anybody could replay',
    400,
    (honest, { nonce }) => {
      const a1 = hash('SHA-256', 'ada:club:sesame')
      const response = hash('SHA-256', `${a1}:${nonce}:${hash('SHA-256', 'GET:/private')}`)
      return { ...honest, qop: undefined, nc: undefined, cnonce: undefined, response: `"${response}"` }
    },
  ],

  // The nonce count.
  ...swap(400, 'nc', [
    '0',
    '1',
    '0000001',
    '000000001',
    '00000000',
    'ffffffff',
    'FFFFFFFF',
    'FfFfFfFf',
    '0x000001',
    '-0000001',
    '+0000001',
  ]),
  ...swap(400, 'nc', ['0000000g', '""', '"0000000 "', '"00 00001"', 'NaN', '0000000\u00b9']),
  ...swap(401, 'nc', ['00000002', 'fffffffe', '1e000000', '0000000A', '80000000']),

  // The nonce.
  ...swap(
    401,
    'nonce',
    ['""', '"x"', `"${HEX}"`, '"c0ffee"', `"${'A'.repeat(40)}"`, `"${'A'.repeat(16000)}"`],
    'invented-nonce',
  ),
  [
    'a nonce with one character more',
    401,
    (honest, { nonce }) => ({ ...honest, nonce: `"${nonce}A"` }),
    'invented-nonce',
  ],
  [
    'a nonce with one character less',
    401,
    (honest, { nonce }) => ({ ...honest, nonce: `"${nonce?.slice(0, -1)}"` }),
    'invented-nonce',
  ],
  [
    'a nonce in another letter case',
    401,
    (honest, { nonce }) => ({ ...honest, nonce: `"${swapCase(nonce as string)}"` }),
    'invented-nonce',
  ],
  [
    'a nonce with a space before it',
    401,
    (honest, { nonce }) => ({ ...honest, nonce: `" ${nonce}"` }),
    'invented-nonce',
  ],
  ['a nonce with padding', 401, (honest, { nonce }) => ({ ...honest, nonce: `"${nonce}=="` }), 'invented-nonce'],
  honestly(
    'a right answer to a nonce of its own',
    401,
    { nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093' },
    {},
    'invented-nonce',
  ),
  ...[0, 8, 17, 30].map(
    (at): Row => [
      `a right answer to a nonce with another character ${at}`,
      401,
      (_honest, challenge) => {
        const nonce = challenge.nonce as string
        const other = nonce[at] === 'A' ? 'B' : 'A'
        return parametersOf(challenge, { nonce: nonce.slice(0, at) + other + nonce.slice(at + 1) })
      },
      'invented-nonce',
    ],
  ),

  // The client's own nonce, which is part of the digest.
  ...swap(401, 'cnonce', ['""', '"c0ffef"', '"c0ffee "', 'C0FFEE', `"${'c'.repeat(4000)}"`]),

  // The opaque.
  ...swap(401, 'opaque', ['""', '"x"', `"${'0'.repeat(32)}"`, '" "']),

  // The response.
  ...swap(400, 'response', [
    '""',
    '"0"',
    `"${HEX}0"`,
    `"${HEX.slice(1)}"`,
    `"${HEX.slice(0, 32)}"`,
    `"${HEX.replace('0', 'g')}"`,
    `" ${HEX.slice(1)}"`,
  ]),
  ...swap(401, 'response', [`"${HEX}"`, HEX, `"${'0'.repeat(64)}"`]),
  ['a response in upper case', 400, (honest) => ({ ...honest, response: honest.response?.toUpperCase() as string })],
  ['a response that is cut', 400, (honest) => ({ ...honest, response: `${honest.response?.slice(0, 60)}"` })],
  [
    'a response with its last digit changed',
    401,
    (honest) => ({
      ...honest,
      response: honest.response?.replace(/(.)"$/, (_all, last) => `${last === '0' ? '1' : '0'}"`),
    }),
  ],
  [
    'a response with its first digit changed',
    401,
    (honest) => ({
      ...honest,
      response: honest.response?.replace(/^"(.)/, (_all, first) => `"${first === '0' ? '1' : '0'}`),
    }),
  ],

  // The name.
  ...swap(401, 'username', [
    '"Ada"',
    '"ada "',
    '" ada"',
    '"bob"',
    '"__proto__"',
    '"constructor"',
    '"ada:x"',
    '"\\"ada"',
  ]),
  ...swap(401, 'username', ['""', `"${'a'.repeat(256)}"`, '"ada\u00c2\u0085"']),
  ...swap(400, 'username', [
    '"\u00e4da"',
    '"ada\u00ff"',
    '"\u00c0\u00a1da"',
    '"\u00ed\u00a0\u0080"',
    '"ada\u0000"',
    '"ada\u007f"',
  ]),
  ...swap(400, 'username*', ["UTF-8''ada", "UTF-8''bob"]),
  [
    'username* instead, not encoded as it must be',
    400,
    (honest) => ({ ...honest, username: undefined, 'username*': '"ada"' }),
  ],
  [
    'username* instead, in another charset',
    400,
    (honest) => ({ ...honest, username: undefined, 'username*': "ISO-8859-1''ada" }),
  ],
  ['username* instead, cut', 400, (honest) => ({ ...honest, username: undefined, 'username*': "UTF-8''ad%6" })],
  ['username* instead, of no UTF-8', 400, (honest) => ({ ...honest, username: undefined, 'username*': "UTF-8''%ff" })],
  [
    'username* instead, of somebody else',
    401,
    (honest) => ({ ...honest, username: undefined, 'username*': "UTF-8''bob" }),
  ],
  [
    'username* and userhash',
    400,
    (honest) => ({ ...honest, username: undefined, 'username*': "UTF-8''ada", userhash: 'true' }),
  ],
  ...swap(400, 'userhash', ['maybe', '""', '1', '"true "']),
  ...swap(401, 'username', [`"${hash('SHA-256', 'ada:club')}"`]),
  honestly('a wrong password', 401, { password: 'apple' }),
  honestly('an empty password', 401, { password: '' }),
  honestly("somebody else's password", 401, { username: 'bob' }),
  honestly('nobody we know', 401, { username: 'eve' }),
  honestly('bob who says that he is ada', 401, { username: 'bob', password: 'apple' }, { username: '"ada"' }),

  // The header as a whole.
  ['only the scheme', 400, () => 'Digest'],
  ['only the scheme and a space', 400, () => 'Digest '],
  ['no scheme', 401, (honest) => header(honest).slice('Digest '.length)],
  ['another scheme', 401, (honest) => header(honest).replace('Digest', 'Bearer')],
  ['a scheme that begins the same', 401, (honest) => header(honest).replace('Digest', 'Digest2')],
  ['no space behind the scheme', 401, (honest) => header(honest).replace('Digest ', 'Digest,')],
  ['a token where parameters belong', 400, () => 'Digest YWRhOnNlc2FtZQ=='],
  ['a quote that is not closed', 400, (honest) => header(honest).slice(0, -1)],
  ['semicolons', 400, (honest) => header(honest).replaceAll(', ', '; ')],
  ['no commas', 400, (honest) => header(honest).replaceAll(', ', ' ')],
  ['a longer one than is read', 400, (honest) => `${header(honest)}${' '.repeat(16_384)}`],
]

describe('whatever is wrong with an answer, nobody comes in', () => {
  it('by more than 150 rows, no two alike', () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(150)
    expect(new Set(ROWS.map(([what]) => what)).size).toBe(ROWS.length)
  })

  const request = { headers: { host: 'club.example' } }

  it.each(ROWS.map(([what, code, make, attack]) => ({ what, code, make, attack })))(
    '$what: $code',
    async ({ code, make, attack }) => {
      const { send, challenge, attacks, guests, errors } = rig()
      const asked = await challenge()
      const honest = parametersOf(asked)
      const made = make(honest, asked)
      const answer = await send(typeof made === 'string' ? made : header(made), request)
      expect(codeOf(answer)).toBe(code)
      expect(isStale(answer)).toBe(false)
      expect(answer.headers.filter(([name]) => name === 'WWW-Authenticate')).toHaveLength(code === 401 ? 2 : 0)
      expect(attacks.map((event) => event.attack)).toEqual(attack === undefined ? [] : [attack])
      expect({ guests, errors }).toEqual({ guests: [], errors: [] })
      // The nonce is as good as before: nothing was counted for what was wrong.
      expect(codeOf(await send(header(honest), request))).toBe(200)
    },
  )
})

function swapCase(text: string): string {
  return text.replace(/[a-zA-Z]/g, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  )
}

it('the same answer for a wrong password and for nobody we know', async () => {
  const { send, challenge } = rig()
  const say = async (options: AnswerOptions) => {
    const answer = await send(header(parametersOf(await challenge(), options)))
    const { code, message } = answer as { code: number; message: string }
    const headers = answer.headers.map(([name, value]) => [name, value.replace(/nonce="[^"]+"/, 'nonce')])
    return { code, message, headers }
  }
  expect(await say({ password: 'wrong' })).toEqual(await say({ username: 'nobody' }))
})

/** Worked examples of the standards, as they print them. */
export interface Vector {
  readonly name: string
  readonly username: string
  readonly password: string
  readonly realm: string
  readonly algorithm: string
  readonly method: string
  readonly uri: string
  readonly nonce: string
  readonly nc: string
  readonly cnonce: string
  readonly qop: 'auth'
  readonly response: string
  readonly userhash?: string
}

const RFC_7616_3_9_1 = {
  username: 'Mufasa',
  password: 'Circle of Life',
  realm: 'http-auth@example.org',
  method: 'GET',
  uri: '/dir/index.html',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  nc: '00000001',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  qop: 'auth',
} as const

export const VECTORS: readonly Vector[] = [
  {
    name: 'RFC 7616 section 3.9.1, MD5',
    ...RFC_7616_3_9_1,
    algorithm: 'MD5',
    response: '8ca523f5e9506fed4657c9700eebdbec',
  },
  {
    name: 'RFC 7616 section 3.9.1, SHA-256',
    ...RFC_7616_3_9_1,
    algorithm: 'SHA-256',
    response: '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
  },
  {
    // As erratum 4897 corrects it: what the RFC prints was made with a truncated SHA-512.
    name: 'RFC 7616 section 3.9.2, SHA-512-256 with userhash',
    username: 'Jäsøn Doe',
    password: 'Secret, or not?',
    realm: 'api@example.org',
    algorithm: 'SHA-512-256',
    method: 'GET',
    uri: '/doe.json',
    nonce: '5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK',
    nc: '00000001',
    cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v',
    qop: 'auth',
    response: '3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5',
    userhash: '793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b',
  },
  {
    name: 'RFC 2617 section 3.5',
    username: 'Mufasa',
    password: 'Circle Of Life',
    realm: 'testrealm@host.com',
    algorithm: 'MD5',
    method: 'GET',
    uri: '/dir/index.html',
    nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
    nc: '00000001',
    cnonce: '0a4f113b',
    qop: 'auth',
    response: '6629fae49393a05397450978507c4ef1',
  },
]

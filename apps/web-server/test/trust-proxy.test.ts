import { expect, it } from 'vitest'
import { parseTrustProxy } from '../src/trust-proxy.ts'

it.each([
  [undefined, false],
  ['0', false],
  ['1', 1],
  ['16', 16],
  ['10.0.0.1', ['10.0.0.1']],
  ['10.0.0.0/8,loopback', ['10.0.0.0/8', 'loopback']],
  ['fd00::/8,::1', ['fd00::/8', '::1']],
])('understands %s', (text, expected) => {
  expect(parseTrustProxy(text)).toEqual(expected)
})

it.each([
  ...[
    'true',
    '',
    ' ',
    '1 ',
    '01',
    '-1',
    '1.5',
    '17',
    '1e1',
    'all',
    '*',
    'proxy.example',
    '10.0.0.1,',
    ',',
    '10.0.0',
    '1,2',
  ],
  ...['10.0.0.1/33', '10.0.0.1/', '10.0.0.1/8/8', '0.0.0.0/0', '::/0', '::/129', 'fe80::1%eth0', '__proto__'],
])('refuses %j, which would trust too many or nobody knows whom', (text) => {
  expect(() => parseTrustProxy(text)).toThrow(
    expect.objectContaining({ code: 'BAD_OPTION', hint: expect.stringContaining('10.0.0.0/8') }),
  )
})

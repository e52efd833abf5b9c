import { inspect } from 'node:util'
import { password } from '@gatewright/portal'
import { describe, expect, it } from 'vitest'
import { canary } from '../src/names.ts'
import { printed, tells } from '../src/secrets.ts'

const secret = canary()
const base64 = (text: string) => Buffer.from(text).toString('base64')
const circle: { self?: unknown; note: string } = { note: secret }
circle.self = circle
const hidden = Object.defineProperty({}, 'note', { value: secret, enumerable: false })

describe('a secret is found', () => {
  it.each<[string, unknown]>([
    ['in a message', new Error(`no ${secret} here`)],
    ['in the cause of a cause', new Error('a', { cause: new Error('b', { cause: { parameters: [secret] } }) })],
    ['in one error of many', new AggregateError([new Error(secret)], 'all failed')],
    ['in a hidden field', hidden],
    ['under a symbol', { [Symbol('note')]: secret }],
    ['in a Map and a Set', new Map([['a', new Set([secret])]])],
    ['in a circle', circle],
    ['in toJSON alone', { toJSON: () => secret }],
    ['in toString alone', { toString: () => secret }],
    ['in what util.inspect is given', { [inspect.custom]: () => secret }],
    ['behind an own getter', Object.defineProperty({}, 'note', { get: () => secret, enumerable: true })],
    ['reversed', Array.from(secret).toReversed().join('')],
    ['in hexadecimal', Buffer.from(secret).toString('hex')],
    ['in an Authorization header', `Basic ${base64(`ada:${secret}`)}`],
    ['in a header of any alignment', `Basic ${base64(`grace:${secret}`)} ${base64(`eve9:${secret}!`)}`],
  ])('%s', (_where, value) => expect(tells(printed(value), [secret])).toBe(true))
})

describe('a secret is kept', () => {
  it.each<[string, unknown]>([
    ['by a credential', password('ada', secret)],
    [
      'by a private field',
      new (class {
        readonly #note = secret
        same = (text: string) => text === this.#note
      })(),
    ],
    ['by what does not have it', new Error(`no ${canary()} here`)],
    ['by nothing', undefined],
    ['by an object that cannot be printed', Object.create(null)],
  ])('%s', (_where, value) => expect(tells(printed(value), [secret])).toBe(false))
})

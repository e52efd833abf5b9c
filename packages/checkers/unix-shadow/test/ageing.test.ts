import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Accounts } from '../src/accounts.ts'
import { parseDays } from '../src/days.ts'
import { unixUsers } from '../src/index.ts'
import { anyShell } from '../src/shells.ts'
import { attempt, machine, passwdLine, shadowLine } from './machine.ts'

const TODAY = 20_000
const FIELD = '$6$salt$hash'

/** What each day comes to. */
async function verdictsOf(lines: readonly string[], today: number): Promise<readonly string[]> {
  const names = lines.map((_, i) => `u${i}`)
  const passwd = Buffer.from(names.map((name) => passwdLine(name)).join(''))
  const shadow = Buffer.from(lines.map((days, i) => `u${i}:${FIELD}:${days}:\n`).join(''))
  const accounts = await Accounts.read(passwd, shadow, {
    paths: { passwd: 'passwd', shadow: 'shadow' },
    mayLogIn: anyShell,
    allowDes: false,
  })
  return names.map((name) => {
    try {
      return accounts.find(name, today)?.blocked ?? 'open'
    } catch (error) {
      return `fault ${(error as { code?: string }).code}`
    }
  })
}

describe('day by day', () => {
  test.each([
    // changed:min:max:warn:inactive:expires
    ['an account is over on the day it expires', '19000:0:99999:7::20000', ['open', 'expired', 'expired']],
    ['a password has to be changed on the day it is due', '19990:0:10:7::', ['open', 'must-change', 'must-change']],
    [
      'a password can be changed no more when its grace is over',
      '19980:0:10:7:10:',
      ['must-change', 'expired', 'expired'],
    ],
    ['no grace at all', '19990:0:10:7:0:', ['open', 'expired', 'expired']],
    ['an expiry of 0 is past', '19000:0:99999:7::0', ['expired', 'expired', 'expired']],
    ['a change on day 0 is an order to change it', '0:0:99999:7::', ['must-change', 'must-change', 'must-change']],
    ['also where nothing is due', '0:::::', ['must-change', 'must-change', 'must-change']],
    ['a maximum of 0 is due at once', '20001:0:0:7::', ['open', 'open', 'must-change']],
    ['10,000 days and more count too', '10000:0:10000:7::', ['open', 'must-change', 'must-change']],
    ['a minimum denies nobody', '20000:99999:99999:7::', ['open', 'open', 'open']],
    ['a change in the future is no reason', '29000:0:10:7::', ['open', 'open', 'open']],
    ['what is empty is off', ':::::', ['open', 'open', 'open']],
    ['so is -1', '-1:-1:-1:-1:-1:-1', ['open', 'open', 'open']],
    ['without a change nothing is due', ':0:1:7:1:', ['open', 'open', 'open']],
    ['without a maximum neither', '1:0::7:1:', ['open', 'open', 'open']],
    ['before the epoch is past', '19000:0:99999:7::-5', ['expired', 'expired', 'expired']],
    ['far away is not today', '19000:0:2147483648:7::9999999999', ['open', 'open', 'open']],
  ])('%s: %s', async (_what, days, verdicts) => {
    const found = []
    for (const today of [TODAY - 1, TODAY, TODAY + 1]) found.push(...(await verdictsOf([days], today)))
    expect(found).toEqual(verdicts)
  })
})

test('the day begins at midnight in UTC, by the clock that was given', async () => {
  const { options } = machine(passwdLine('ada'), shadowLine('ada', FIELD, '19000:0:99999:7::20000'))
  const at = async (ms: number) => (await unixUsers({ ...options, now: () => ms }).find('ada', attempt()))?.blocked
  const midnight = Date.UTC(2024, 9, 4)
  expect(midnight).toBe(20_000 * 86_400_000)
  expect(await at(midnight - 1)).toBeUndefined()
  expect(await at(midnight)).toBe('expired')
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, '20000'])(
  'a clock that says %s is a fault',
  async (time) => {
    const { options } = machine(passwdLine('ada'), shadowLine('ada', FIELD, '19000:0:99999:7::1'))
    const source = unixUsers({ ...options, now: () => time as number })
    if (time === '20000') expect(await source.find('ada', attempt())).toMatchObject({ id: 'ada' })
    else await expect(source.find('ada', attempt())).rejects.toMatchObject({ code: 'BAD_CONFIGURATION' })
  },
)

const NO_NUMBERS = [
  '1e3',
  '0x10',
  ' 5',
  '5 ',
  '5x',
  '+5',
  '--5',
  '-',
  '1.0',
  '٣',
  '９',
  '9223372036854775808',
  '12345678901',
  'NaN',
  'Infinity',
  '5\u00a0',
]

describe('what is no number', () => {
  test.each(NO_NUMBERS)('%j is a fault of that user, in every field', async (text) => {
    expect(parseDays(text)).toBeNaN()
    const lines = Array.from({ length: 6 }, (_, i) => ['1', '2', '3', '4', '5', ''].with(i, text).join(':'))
    const verdicts = await verdictsOf(['19000:0:99999:7::', ...lines, '19000:0:99999:7::'], TODAY)
    expect(verdicts).toEqual(['open', ...lines.map(() => 'fault BAD_ENTRY'), 'open'])
  })

  test('but the reserved field may hold anything', async () => {
    const { options } = machine(passwdLine('ada'), `ada:${FIELD}:19000:0:99999:7:::1e3\n`)
    expect(await unixUsers(options).find('ada', attempt())).toEqual({ id: 'ada', password: FIELD })
  })
})

/**
 * The three programs as they are written, each on its own, with an empty field as the -1 that the C library makes of it; all
 * compare by >=, and a line is as good as the strictest of them says.
 */
function model(line: string, today: number): string {
  const days = line.split(':').map((text) => (text === '' ? -1n : /^-?\d{1,10}$/.test(text) ? BigInt(text) : 'bad'))
  if (days.includes('bad')) return 'fault BAD_ENTRY'
  const [changed, , max, , inactive, expires] = days as [bigint, bigint, bigint, bigint, bigint, bigint]
  const now = BigInt(today)
  const shadowUtils = expires > 0n && now >= expires
  const pam = expires >= 0n && now >= expires
  const ssh = expires !== -1n && now >= expires
  if (shadowUtils || pam || ssh) return 'expired'
  if (changed === 0n) return 'must-change'
  if (changed === -1n || max === -1n) return 'open'
  if (inactive >= 0n && now - changed >= max + inactive) return 'expired'
  return now - changed >= max ? 'must-change' : 'open'
}

test('200,000 lines come to what the model says', async () => {
  const near = fc.integer({ min: -3, max: 3 }).map((days) => String(TODAY + days))
  const number = fc.oneof(
    { weight: 3, arbitrary: near },
    { weight: 3, arbitrary: fc.constantFrom('', '-1', '0', '1', '7', '30', '19990', '99999') },
    { weight: 1, arbitrary: fc.integer({ min: -20, max: 25_000 }).map(String) },
    { weight: 1, arbitrary: fc.constantFrom('2147483648', '9999999999', '-2', '-9999999999', '007', '-0') },
  )
  const wrong = fc.constantFrom(...NO_NUMBERS)
  const field = fc.oneof({ weight: 60, arbitrary: number }, { weight: 1, arbitrary: wrong })
  const small = fc.oneof(fc.constantFrom('', '0', '1', '2', '10'), field)
  const line = fc.tuple(field, field, fc.oneof(small, field), field, small, field).map((fields) => fields.join(':'))
  const seen = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1_000, maxLength: 1_000, size: 'max' }), async (lines) => {
      const verdicts = await verdictsOf(lines, TODAY)
      for (const [i, days] of lines.entries()) {
        const verdict = verdicts[i] ?? ''
        seen.set(verdict, (seen.get(verdict) ?? 0) + 1)
        if (verdict !== model(days, TODAY)) expect.fail(`${days} came to ${verdict}, not ${model(days, TODAY)}`)
      }
    }),
    { numRuns: 200, seed: 33, endOnFailure: true },
  )
  // Each of them often: a generator that makes one kind of line would prove nothing.
  for (const verdict of ['open', 'expired', 'must-change', 'fault BAD_ENTRY'])
    expect(seen.get(verdict)).toBeGreaterThan(10_000)
})

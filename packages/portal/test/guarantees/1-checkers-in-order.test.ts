import { accept, pass, password, reject, type Verdict, whenUnavailable } from '@gatewright/portal'
import { describe, expect, it } from 'vitest'
import { answers, codeOf, echoPortal } from '../cast.ts'

/** What a checker can do in its place of the chain. */
const DEEDS = ['accept', 'reject', 'pass', 'throw', 'nonsense', 'optional-throw'] as const
type Deed = (typeof DEEDS)[number]

const PLAY: Record<Deed, (id: string) => Verdict> = {
  accept: (id) => accept(id),
  reject: () => reject('no'),
  pass: () => pass(),
  throw: () => {
    throw new Error('down')
  },
  nonsense: () => true as never,
  'optional-throw': () => {
    throw new Error('down')
  },
}

/** The whole rule in a dozen lines: what the portal must make of a chain. */
function model(chain: readonly Deed[]): { end: string; asked: number } {
  let down = false
  for (const [index, deed] of chain.entries()) {
    const asked = index + 1
    if (deed === 'accept') return { end: `granted by ${index}`, asked }
    if (deed === 'reject') return { end: down ? 'CHECKER_UNAVAILABLE' : 'refused', asked }
    if (deed === 'throw' || deed === 'nonsense') return { end: 'CHECKER_UNAVAILABLE', asked }
    if (deed === 'optional-throw') down = true
  }
  return { end: down ? 'CHECKER_UNAVAILABLE' : 'refused', asked: chain.length }
}

function* chains(length: number): Generator<Deed[]> {
  if (length === 0) return yield []
  for (const rest of chains(length - 1)) for (const deed of DEEDS) yield [...rest, deed]
}

async function play(chain: readonly Deed[], settle: (answer: () => Verdict) => unknown) {
  let asked = 0
  const { portal } = echoPortal(
    chain.map((deed, index) => {
      const checker = answers(`checker-${index}`, () => {
        asked += 1
        return settle(() => PLAY[deed](`user-${index}`))
      })
      return deed === 'optional-throw' ? whenUnavailable(checker, 'continue') : checker
    }),
  )
  const end = await portal.login(password('user', 'pass'), 'echo').then(
    (login) => (login.status === 'granted' ? `granted by ${String(login.id).slice(5)}` : login.status),
    (error) => error.code,
  )
  return { end, asked }
}

describe('1. checkers of a kind are asked in order: pass asks the next; accept and reject decide; all pass: refused', () => {
  const all = [1, 2, 3, 4].flatMap((length) => [...chains(length)])

  it('covers every outcome in every position of chains of one to four checkers', () => {
    expect(all).toHaveLength(6 + 36 + 216 + 1296)
  })

  it('agrees with the model on all of them, answering at once', async () => {
    for (const chain of all) expect(await play(chain, (answer) => answer()), chain.join(' ')).toEqual(model(chain))
  })

  it('agrees with the model on all of them, answering later', async () => {
    for (const chain of all) {
      expect(await play(chain, async (answer) => answer()), chain.join(' ')).toEqual(model(chain))
    }
  })

  it('asks only checkers that accept the kind', async () => {
    const { portal } = echoPortal([
      { name: 'keys', accepts: ['publickey'], check: () => expect.unreachable() },
      answers('passwords', () => accept('ada')),
    ])
    expect(portal.accepts).toEqual(['publickey', 'password'])
    expect((await portal.login(password('ada', 'x'), 'echo')).status).toBe('granted')
  })

  it('tells the proof which checker decided', async () => {
    const { portal } = echoPortal([answers('first', () => pass()), answers('second', () => accept('ada', { line: 7 }))])
    const login = await portal.login(password('ada', 'x'), 'echo')
    expect(login).toMatchObject({ proofs: [{ id: 'ada', kind: 'password', checker: 'second', facts: { line: 7 } }] })
  })

  it('is not changed by changing the list that it was made from', async () => {
    const checkers = [answers('no', () => reject('no'))]
    const { portal } = echoPortal(checkers)
    checkers[0] = answers('yes', () => accept('ada'))
    checkers.push(answers('also', () => accept('ada')))
    expect(await codeOf(portal.login(password('ada', 'x'), 'echo'))).toMatchObject({ status: 'refused' })
  })
})

import { userChecker } from '@gatewright/passwords'
import { type Attempt, prepareUsername } from '@gatewright/portal'
import { describe, expect, it } from 'vitest'
import { algorithmOf } from '../src/algorithms.ts'
import { type AnswerKeeper, DigestAnswer } from '../src/digest-answer.ts'
import { userhashIndex } from '../src/index.ts'
import { parseParameters } from '../src/parse-parameters.ts'
import { decodeExtValue } from '../src/username.ts'
import { users } from './rig.ts'
import { VECTORS, type Vector } from './vectors.ts'

const keeper: AnswerKeeper = { isStale: () => false, claim: async () => 'fresh', info: () => [] }
const attempt = { protocol: 'test', signal: new AbortController().signal, proofs: [] } as unknown as Attempt

function answerOf({ algorithm, nonce, username, ...vector }: Vector): DigestAnswer {
  const found = algorithmOf(algorithm)
  if (!found) throw new Error(`no algorithm ${algorithm}`)
  const made = { text: nonce, madeAt: 0, maker: '', key: nonce }
  return new DigestAnswer({ ...vector, algorithm: found, nonce: made, ageMs: 0, address: '' }, username, keeper)
}

describe('the worked examples of the standards', () => {
  for (const vector of VECTORS) {
    it(`${vector.name}: the right password is right`, async () => {
      const checker = userChecker(users({ [vector.username]: vector.password }))
      expect(await checker.check(answerOf(vector).credential, attempt)).toMatchObject({
        outcome: 'accept',
        id: vector.username,
      })
    })

    it(`${vector.name}: no other is`, async () => {
      const wrong: Partial<Vector>[] = [
        { method: 'HEAD' },
        { uri: `${vector.uri}?` },
        { nc: '00000002' },
        { cnonce: `${vector.cnonce}x` },
        { nonce: `${vector.nonce}x` },
        { response: vector.response.replace(/.$/, (last) => (last === '0' ? '1' : '0')) },
        { realm: 'elsewhere' },
      ]
      const checker = userChecker(users({ [vector.username]: vector.password }))
      for (const change of wrong) {
        const verdict = await checker.check(answerOf({ ...vector, ...change }).credential, attempt)
        expect(verdict.outcome, JSON.stringify(change)).toBe('reject')
      }
      const forgetful = userChecker(users({ [vector.username]: `${vector.password} ` }))
      expect((await forgetful.check(answerOf(vector).credential, attempt)).outcome).toBe('reject')
    })
  }

  it('RFC 7616 section 3.9.2: the hash of a name is found', async () => {
    const { username, userhash, realm } = VECTORS.find((vector) => vector.userhash) as Required<Vector>
    const index = userhashIndex({ realm, names: () => ['Mufasa', username] })
    expect(await index.find(userhash)).toBe(username)
  })

  it('RFC 7616 section 3.9.2: the extended name is read', () => {
    const given = parseParameters('username*=UTF-8\'\'J%C3%A4s%C3%B8n%20Doe, realm="api@example.org"')
    expect(decodeExtValue(given?.usernameExt ?? '')).toBe(prepareUsername('Jäsøn Doe'))
  })
})

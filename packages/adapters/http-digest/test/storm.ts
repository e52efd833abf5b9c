import { expect } from 'vitest'
import { answer, header, parametersOf } from './client.ts'
import { mutate, random } from './mutate.ts'
import { codeOf, rig } from './rig.ts'

/** The parameters of a header, read by other means than ours; good enough for what was right to begin with. */
function meaning(text: string): string {
  const pairs = [...text.matchAll(/([\w!#$%&'*+.^`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gs)].map(
    ([, name, quoted, token]) => `${name?.toLowerCase()}=${(quoted ?? token ?? '').replace(/\\(.)/gs, '$1')}`,
  )
  const known = /^(username|realm|nonce|uri|algorithm|qop|nc|cnonce|response|opaque)=/
  return pairs
    .filter((pair) => known.test(pair))
    .map((pair) => (/^(algorithm|qop)=/.test(pair) ? pair.toLowerCase() : pair))
    .sort((a, b) => (a < b ? -1 : 1))
    .join('\n')
}

/**
 * Mutated answers, sent after the honest ones were used: nothing of them may be let in, and nothing may break. A digest that
 * is still right belongs to an answer that still says the same, in other clothes.
 */
export async function storm(count: number, seed: number): Promise<void> {
  const pick = random(seed)
  const { send, challenges, guests, events, errors } = rig({ qop: ['auth', 'auth-int'] })
  const honest: string[] = []
  for (let i = 0; i < 4; i++) {
    for (const challenge of await challenges()) {
      const nc = (honest.length + 1).toString(16).padStart(8, '0')
      honest.push(
        answer(challenge, { nc, username: i % 2 === 0 ? 'ada' : 'bob', password: i % 2 === 0 ? 'sesame' : 'apple' }),
      )
    }
  }
  const [first] = await challenges()
  const { username: _plain, ...others } = parametersOf(first ?? {}, {
    username: 'Jäsøn Doe',
    password: 'Secret, or not?',
  })
  honest.push(header({ ...others, 'username*': "UTF-8''J%C3%A4s%C3%B8n%20Doe" }))
  honest.push(answer(first ?? {}, { nc: '00000002', qop: 'auth-int' }))
  for (const one of honest) expect(codeOf(await send(one))).toBe(200)
  const meanings = new Set(honest.map(meaning))
  const inside = guests.length

  const codes = new Map<number, number>()
  for (let i = 0; i < count; i++) {
    const text = mutate(honest, pick)
    events.length = 0
    const code = codeOf(await send(text))
    codes.set(code, (codes.get(code) ?? 0) + 1)
    if (code === 200) throw new Error(`let in by ${JSON.stringify(text)}`)
    if (code !== 400 && code !== 401) throw new Error(`${code} for ${JSON.stringify(text)}`)
    const finish = events.find((event) => event.type === 'login.finish')
    const right = finish?.type === 'login.finish' && finish.reason === 'replayed nonce count'
    // `username*` is not in what is compared; its digest holds the name all the same.
    if (right && !text.toLowerCase().includes('username*') && !meanings.has(meaning(text))) {
      throw new Error(`a right digest for ${JSON.stringify(text)}`)
    }
  }
  expect(guests).toHaveLength(inside)
  expect(errors).toEqual([])
  // It went everywhere: most broke the grammar, many only the digest.
  expect(codes.get(400)).toBeGreaterThan(count / 4)
  expect(codes.get(401)).toBeGreaterThan(count / 10)
}

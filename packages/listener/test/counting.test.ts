import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Listed, Roster, WaitingRoom } from '../src/index.ts'

it('a roster knows who is on it, in whatever order they come and go', () => {
  const moves = fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 20 })), { maxLength: 200 })
  fc.assert(
    fc.property(moves, (list) => {
      const people: Listed[] = Array.from({ length: 21 }, () => ({ place: -1 }))
      const roster = new Roster<Listed>()
      const known = new Set<Listed>()
      for (const [comes, n] of list) {
        const one = people[n] as Listed
        if (!comes) {
          // Taking off somebody twice, or somebody who never was on it, takes off nobody else.
          roster.delete(one)
          known.delete(one)
        } else if (!known.has(one)) {
          roster.add(one)
          known.add(one)
        }
        expect(roster.size).toBe(known.size)
      }
      expect(new Set(roster.all())).toEqual(known)
    }),
    { seed: 1 },
  )
})

it('a waiting room counts each source for itself, and forgets one that nobody waits from', () => {
  const room = new WaitingRoom()
  room.enter('192.0.2.1')
  room.enter('192.0.2.1')
  room.enter('192.0.2.2')
  expect([room.total, room.from('192.0.2.1'), room.from('192.0.2.2'), room.from('192.0.2.3')]).toEqual([3, 2, 1, 0])
  room.leave('192.0.2.1')
  room.leave('192.0.2.1')
  expect([room.total, room.from('192.0.2.1'), room.from('192.0.2.2')]).toEqual([1, 0, 1])
})

import { describe, expect, it } from 'vitest'
import { compare } from '../test/interop/key-options.ts'
import { openBoth } from '../test/interop/sshd.ts'
import { present } from '../test/present.ts'

describe.skipIf(!present('/usr/sbin/sshd', 'ssh', 'ssh-keygen'))("beside OpenSSH's sshd", () => {
  it.each([2, 3, 5])(
    'the options of a key do the same, as far as a client sees it, in 100 situations of seed %i',
    async (seed) => {
      await using doors = await openBoth()
      const { different, times } = await compare(doors, seed, 100)
      expect(different).toEqual([])
      for (const where of ['outside', 'at a terminal', 'without a terminal']) {
        expect([seed, where, (times[where] ?? 0) > 5]).toEqual([seed, where, true])
        expect([seed, where, (times[`${where} by a certificate`] ?? 0) > 2]).toEqual([seed, where, true])
      }
    },
  )
})

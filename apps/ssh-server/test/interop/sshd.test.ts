import { describe, expect, it } from 'vitest'
import { present } from '../present.ts'
import { compare } from './key-options.ts'
import { openBoth } from './sshd.ts'

describe.skipIf(!present('/usr/sbin/sshd', 'ssh', 'ssh-keygen'))("beside OpenSSH's sshd", () => {
  it('the options of a key do the same, as far as a client sees it, in 24 generated situations', async () => {
    await using doors = await openBoth()
    const { different, times } = await compare(doors, 1, 24)
    expect(different).toEqual([])
    // A comparison of nothing but refusals would prove nothing.
    for (const where of ['outside', 'at a terminal', 'without a terminal']) {
      expect(times).toMatchObject({ [where]: expect.any(Number), [`${where} by a certificate`]: expect.any(Number) })
    }
  })
})

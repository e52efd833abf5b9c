import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compare } from '../test/comparison.ts'
import { generatedLines } from '../test/generated-lines.ts'
import { hasSshd } from '../test/programs.ts'
import { scratch } from '../test/scratch.ts'
import { type Sshd, startSshd } from '../test/sshd.ts'

describe.skipIf(!hasSshd)("beside OpenSSH's sshd", () => {
  const { directory } = scratch()
  let sshd: Sshd
  beforeAll(async () => {
    sshd = await startSshd(directory)
  })
  afterAll(() => sshd?.stop())

  it.each(Array.from({ length: 10 }, (_, i) => i + 1))(
    'never lets in what sshd refuses, on 100 lines of seed %i',
    async (seed) => {
      const { weAlone, both, neither, sshdAlone } = await compare(sshd, generatedLines(sshd.keyLine, seed, 100))
      expect(weAlone).toEqual([])
      expect(both).toBeGreaterThan(10)
      expect(neither).toBeGreaterThan(10)
      // What sshd alone lets in is written down in the README: commas too many, ways to write a key, days of no calendar.
      expect(sshdAlone.length).toBeLessThan(30)
    },
  )
})

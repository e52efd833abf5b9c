import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compare } from './comparison.ts'
import { generatedLines } from './generated-lines.ts'
import { hasSshd } from './programs.ts'
import { scratch } from './scratch.ts'
import { type Sshd, startSshd } from './sshd.ts'

describe.skipIf(!hasSshd)("beside OpenSSH's sshd", () => {
  const { directory } = scratch()
  let sshd: Sshd
  beforeAll(async () => {
    sshd = await startSshd(directory)
  })
  afterAll(() => sshd?.stop())

  it('never lets in what sshd refuses, on 60 generated lines', async () => {
    const { weAlone, both, neither } = await compare(sshd, generatedLines(sshd.keyLine, 2026, 60))
    expect(weAlone).toEqual([])
    // A comparison of nothing but refusals would prove nothing.
    expect(both).toBeGreaterThan(8)
    expect(neither).toBeGreaterThan(8)
  })
})

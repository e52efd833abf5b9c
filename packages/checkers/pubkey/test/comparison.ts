import { parseKeyText } from '@gatewright/ssh-keys'
import { authorizedKeys, pubkeyChecker } from '../src/index.ts'
import { credential, from } from './keys.ts'
import type { Sshd } from './sshd.ts'

/** How often both let the key in, both refused, and either alone let it in. */
export interface Comparison {
  readonly both: number
  readonly neither: number
  readonly sshdAlone: readonly string[]
  /** What must not be. */
  readonly weAlone: readonly string[]
}

export async function compare(sshd: Sshd, lines: Iterable<string>): Promise<Comparison> {
  const { key } = parseKeyText(sshd.keyLine)
  let both = 0
  let neither = 0
  const sshdAlone: string[] = []
  const weAlone: string[] = []
  for (const line of lines) {
    const checker = pubkeyChecker({ keys: authorizedKeys({ root: `${line}\n` }), onProblem: () => undefined })
    const { outcome } = await checker.check(credential('root', key), from('127.0.0.1'))
    const ours = outcome === 'accept'
    const theirs = await sshd.accepts(`${line}\n`)
    if (ours && theirs) both++
    else if (!ours && !theirs) neither++
    else if (ours) weAlone.push(line)
    else sshdAlone.push(line)
  }
  return { both, neither, sshdAlone, weAlone }
}

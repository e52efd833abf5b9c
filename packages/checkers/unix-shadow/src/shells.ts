/** Whether an account with this shell may log in. */
export type ShellRule = (shell: string) => boolean

/** passwd(5): a user without a shell gets this one. */
const DEFAULT_SHELL = '/bin/sh'

/** Programs that stand in the place of a shell to say that there is none, wherever a distribution keeps them. */
const NO_SHELLS = new Set(['nologin', 'false', 'null'])

/** Every shell but those that stand for none. */
export const anyShell: ShellRule = (shell) => !NO_SHELLS.has(shell.trim().split('/').at(-1) ?? '')

/** These and no others, even if one is called nologin: somebody listed it. */
export function listedShells(list: readonly string[]): ShellRule {
  const listed = new Set(list)
  return (shell) => listed.has(shell === '' ? DEFAULT_SHELL : shell)
}

/** Those of a shells(5) file. Some distributions list nologin there, which lets nobody log in all the same. */
export function shellsIn(content: Buffer): ShellRule {
  const lines = content.toString().split('\n', MAX_SHELLS)
  const listed = listedShells(lines.map((line) => line.trim()).filter((line) => line.startsWith('/')))
  return (shell) => listed(shell) && anyShell(shell)
}

const MAX_SHELLS = 10_000

import {
  type ExecSession,
  openTerminal,
  type SftpFiles,
  type ShellSession,
  type SshAvatar,
} from '@gatewright/adapter-ssh'
import { COMMANDS } from './commands/index.ts'
import { runLine } from './run-line.ts'

const WORDS = COMMANDS.map(({ name }) => name)

/** Somebody who is logged in: a shell of a few commands, the same commands one by one, and files if there are any. */
export class DemoAvatar implements SshAvatar {
  readonly #id: string
  declare readonly sftp?: () => SftpFiles | Promise<SftpFiles>

  constructor(id: string, files?: () => SftpFiles | Promise<SftpFiles>) {
    this.#id = id
    if (files !== undefined) this.sftp = files
  }

  /** @returns the exit code of the last command, as shells do */
  async shell(session: ShellSession): Promise<number> {
    const screen = session.pty !== undefined
    const { lines, write } = openTerminal(session, { words: WORDS })
    if (screen) await write(`Welcome, ${this.#id}. Try help.\n`)
    let code = 0
    for await (const line of lines) {
      const outcome = runLine(line, { id: this.#id, screen })
      if (outcome === undefined) continue
      code = outcome.code
      await write(outcome.out ?? '')
      // A terminal shows both in one place, and in their order.
      if (screen) await write(outcome.err ?? '')
      else session.stderr.write(outcome.err ?? '')
      if (outcome.quit) break
    }
    return code
  }

  exec({ command, pty, stdout, stderr }: ExecSession): number {
    const screen = pty !== undefined
    const shown = (text = ''): string => (screen ? text.replaceAll('\n', '\r\n') : text)
    const { code, out, err } = runLine(command, { id: this.#id, screen }) ?? { code: 0 }
    stdout.write(shown(out))
    ;(screen ? stdout : stderr).write(shown(err))
    return code
  }
}

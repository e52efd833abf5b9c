import { type ExecSession, openTerminal, type ShellSession, type SshAvatar } from '@gatewright/adapter-ssh'
import type { Visitor } from './visitor.ts'

/** The visitor over SSH: lines at a terminal or without one, and one line as a command. */
export class SshVisitor implements SshAvatar {
  readonly #visitor: Visitor

  constructor(visitor: Visitor) {
    this.#visitor = visitor
  }

  async shell(session: ShellSession): Promise<number> {
    const { lines, write } = openTerminal(session)
    await write(`${this.#visitor.greeting()}\n`)
    for await (const line of lines) await write(`${this.#visitor.answer(line)}\n`)
    return 0
  }

  exec({ command, pty, stdout }: ExecSession): number {
    stdout.write(`${this.#visitor.answer(command)}${pty === undefined ? '\n' : '\r\n'}`)
    return 0
  }
}

import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hash } from '@gatewright/passwords'
import { type Attempt, type Checker, password } from '@gatewright/portal'
import { onTestFinished } from 'vitest'
import type { UnixError, UnixUsersOptions } from '../src/index.ts'

/** As cheap as hashes get. */
export function cheapHash(typed: string): Promise<string> {
  return hash(typed, { memory: 8, passes: 1, allowWeak: true })
}

export function attempt(): Attempt {
  return { protocol: 'test', signal: new AbortController().signal, proofs: [] }
}

/** The account files of a machine that is a directory. */
export class Machine {
  readonly directory: string = mkdtempSync(join(tmpdir(), 'gatewright-unix-'))
  readonly passwd: string = join(this.directory, 'passwd')
  readonly shadow: string = join(this.directory, 'shadow')

  constructor(passwd: string | Buffer = '', shadow: string | Buffer = '') {
    this.write(passwd, shadow)
  }

  write(passwd: string | Buffer, shadow: string | Buffer): void {
    this.replace(this.passwd, passwd, 0o644)
    this.replace(this.shadow, shadow, 0o640)
  }

  /** As shadow-utils do it: a new file takes the place of the old one. */
  replace(path: string, content: string | Buffer, mode: number = 0o640): void {
    writeFileSync(`${path}+`, content)
    chmodSync(`${path}+`, mode)
    renameSync(`${path}+`, path)
  }

  get options(): UnixUsersOptions {
    return { passwd: this.passwd, shadow: this.shadow }
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** A machine that is gone when the test is over. */
export function machine(passwd?: string | Buffer, shadow?: string | Buffer): Machine {
  const made = new Machine(passwd, shadow)
  onTestFinished(() => made.remove())
  return made
}

/** A line of passwd(5), with a password in shadow(5). */
export function passwdLine(name: string, { field = 'x', shell = '/bin/bash' } = {}): string {
  return `${name}:${field}:1000:1000:Somebody,,,:/home/${name}:${shell}\n`
}

/** A line of shadow(5), on which nothing expires. */
export function shadowLine(name: string, field: string, days = '19000:0:99999:7::'): string {
  return `${name}:${field}:${days}:\n`
}

/** What a checker answers, in one line. */
export async function answer(checker: Checker, name: string, typed: string): Promise<string> {
  try {
    const verdict = await checker.check(password(name, typed), attempt())
    if (verdict.outcome === 'accept') return `accept ${String(verdict.id)}`
    return verdict.outcome === 'reject' ? `reject ${verdict.reason}` : 'pass'
  } catch (error) {
    return `fault ${(error as { code?: string }).code ?? String(error)}`
  }
}

/** The fault of a promise or a function, which has to have one. */
export async function faultOf(work: () => unknown): Promise<UnixError> {
  try {
    await work()
  } catch (error) {
    return error as UnixError
  }
  throw new Error('there was no fault')
}

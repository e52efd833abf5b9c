import { EventEmitter } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Program, StopSignal } from '../src/index.ts'

/** A project on disk that lives as long as the test: paths and their contents, objects written as JSON. */
export function project(files: Readonly<Record<string, unknown>>): { readonly cwd: string; readonly from: string } {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'gatewright-')))
  onTestFinished(() => rmSync(cwd, { recursive: true }))
  write(cwd, files)
  return { cwd, from: pathToFileURL(join(cwd, 'main.js')).href }
}

export function write(directory: string, files: Readonly<Record<string, unknown>>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content))
  }
}

/** An application that depends on these packages. */
export function app(...dependencies: readonly string[]): { readonly 'package.json': object } {
  const versions = Object.fromEntries(dependencies.map((name) => [name, '*']))
  return { 'package.json': { name: 'app', type: 'module', dependencies: versions } }
}

/** A package with one checker, and the source of its module. */
export function pkg(
  name: string,
  entry: object | readonly unknown[],
  plugin: string = accepting,
): Record<string, unknown> {
  const checkers = Array.isArray(entry) ? entry : [entry]
  return {
    [`node_modules/${name}/package.json`]: { name, version: '1.2.3', type: 'module', gatewright: { checkers } },
    [`node_modules/${name}/plugin.js`]: plugin,
  }
}

/** A well-formed manifest entry. */
export const entry = (type: string, more: object = {}): object => ({
  type,
  accepts: ['password'],
  help: `Checks against ${type}.`,
  module: './plugin.js',
  ...more,
})

/** Accepts whoever gives the argument as password. */
export const accepting = `
export const create = (argument, context) => ({
  name: context.name,
  accepts: ['password'],
  seen: { argument, context },
  check: () => { throw new Error('not asked') },
})`

/** Proves that it was never imported. */
export const explosive = `throw new Error('imported')`

/** What running a program showed. */
export interface Transcript {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A terminal and a process to run a program in. */
export class Terminal {
  out = ''
  err = ''
  readonly signals = new EventEmitter<Record<StopSignal, [StopSignal]>>()
  readonly cwd: string
  readonly env: Record<string, string | undefined>

  constructor(cwd: string, env: Record<string, string | undefined> = {}) {
    this.cwd = cwd
    this.env = env
  }

  async run(program: Program, ...args: readonly string[]): Promise<Transcript> {
    const { cwd, env, signals } = this
    const code = await program({
      args,
      cwd,
      env,
      signals,
      out: (text) => {
        this.out += text
        this.#changed.emit('changed')
      },
      err: (text) => {
        this.err += text
        this.#changed.emit('changed')
      },
    })
    return { code, out: this.out, err: this.err }
  }

  /** Until stdout and stderr together hold this. */
  async shows(text: string): Promise<void> {
    while (!`${this.out}${this.err}`.includes(text)) {
      await new Promise<void>((resolve) => {
        this.#changed.once('changed', () => resolve())
      })
    }
  }

  signal(name: StopSignal): void {
    this.signals.emit(name, name)
  }

  /** The log lines written so far. */
  get log(): readonly Record<string, unknown>[] {
    return this.err
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): Record<string, unknown> => JSON.parse(line))
  }

  readonly #changed = new EventEmitter<{ changed: [] }>()
}

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type SshProgram, scratch, sshProgram } from '../program.ts'

/** The six types of keys that every client can have, by the names of their files. */
export const KEYS = {
  ed25519: ['-t', 'ed25519'],
  'ecdsa-256': ['-t', 'ecdsa', '-b', '256'],
  'ecdsa-384': ['-t', 'ecdsa', '-b', '384'],
  'ecdsa-521': ['-t', 'ecdsa', '-b', '521'],
  'rsa-2048': ['-t', 'rsa', '-b', '2048'],
  'rsa-3072': ['-t', 'rsa', '-b', '3072'],
} as const
export type KeyName = keyof typeof KEYS
export const KEY_NAMES: readonly KeyName[] = Object.keys(KEYS) as KeyName[]

/** What a client did. */
export interface Played {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/**
 * A home for clients: keys, a host key that they know, and whom the servers let in.
 *
 * - ada has the password sesame, every key, and whatever the CA signs for her
 * - clerk has one key, which only says `forced`
 */
export class World {
  readonly home: string
  readonly #remove: () => void
  readonly #servers: SshProgram[] = []

  constructor() {
    const { directory, remove } = scratch()
    this.home = directory
    this.#remove = remove
    mkdirSync(this.path('keys'), { mode: 0o700 })
    for (const name of KEY_NAMES) this.#keygen(name, KEYS[name])
    for (const name of ['host', 'stranger', 'clerk', 'ca', 'other-ca', 'signed']) this.#keygen(name, KEYS.ed25519)
    writeFileSync(
      this.path('keys', 'ada'),
      [...KEY_NAMES.map((name) => this.publicKey(name)), `cert-authority ${this.publicKey('ca')}`, ''].join('\n'),
      { mode: 0o600 },
    )
    writeFileSync(this.path('keys', 'clerk'), `command="echo forced",no-pty ${this.publicKey('clerk')}\n`, {
      mode: 0o600,
    })
  }

  path(...names: readonly string[]): string {
    return join(this.home, ...names)
  }

  publicKey(name: string): string {
    return readFileSync(this.path(`${name}.pub`), 'utf8').trim()
  }

  /** `SHA256:...` of a key, by ssh-keygen. */
  fingerprint(name: string): string {
    return execFileSync('ssh-keygen', ['-l', '-f', this.path(`${name}.pub`)], { encoding: 'utf8' }).split(' ')[1] ?? ''
  }

  /** Lets somebody in by this key and no other. */
  authorize(user: string, line: string): void {
    writeFileSync(this.path('keys', user), `${line}\n`, { mode: 0o600 })
  }

  #keygen(name: string, args: readonly string[]): void {
    execFileSync('ssh-keygen', ['-q', ...args, '-N', '', '-C', name, '-f', this.path(name)])
  }

  /** Signs the key `signed`, anew each time; the file of the certificate. */
  sign(file: string, { ca = 'ca', options = [] }: { ca?: string; options?: readonly string[] }): string {
    writeFileSync(this.path(`${file}.pub`), this.publicKey('signed'))
    execFileSync('ssh-keygen', ['-q', '-s', this.path(ca), '-I', file, ...options, this.path(`${file}.pub`)])
    return this.path(`${file}-cert.pub`)
  }

  /** A server that takes keys and passwords. */
  async serve(...args: readonly string[]): Promise<SshProgram> {
    const auth = ['--auth', `pubkey:${this.path('keys')}/%u`, '--auth', 'memory:@env:USERS']
    const server = await sshProgram(this.home, [...auth, '--host-key', this.path('host'), ...args], {
      USERS: 'ada:sesame:bob:swordfish:clerk:typewriter',
    })
    this.#servers.push(server)
    writeFileSync(this.path('known_hosts'), this.#knownHosts())
    return server
  }

  #knownHosts(): string {
    return this.#servers.map(({ port }) => `[127.0.0.1]:${port} ${this.publicKey('host')}\n`).join('')
  }

  async play(
    program: string,
    args: readonly string[],
    { input = '', env = {} }: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
  ): Promise<Played> {
    const child = spawn(program, args, {
      cwd: this.home,
      env: { ...process.env, HOME: this.home, TERM: 'xterm', ...env },
      // Whoever would ask at a terminal finds none, and cannot wait for ever.
      detached: true,
      timeout: 20_000,
    })
    child.stdin.on('error', () => undefined).end(input)
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
    return { code: code as number | null, out, err }
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()))
    this.#remove()
  }
}

import { writeFileSync } from 'node:fs'
import type { Played, World } from './world.ts'

/** How OpenSSH's clients are called, and what they are to answer when they are asked. */
export interface SshCall {
  readonly port: number
  readonly user?: string
  readonly options?: readonly string[]
  /** What to answer to whatever is asked. @default nothing is asked */
  readonly answer?: string
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Nothing of this machine: no configuration, agent or key but those that are named. */
const ALONE = [
  'IdentitiesOnly=yes',
  'GlobalKnownHostsFile=none',
  'StrictHostKeyChecking=yes',
  'NumberOfPasswordPrompts=1',
]

/** The options that `ssh`, `sftp` and `scp` share. */
export function optionsOf(world: World, { options = [], answer }: SshCall): readonly string[] {
  const known = `UserKnownHostsFile=${world.path('known_hosts')}`
  const batch = answer === undefined ? ['BatchMode=yes'] : []
  return ['-F', 'none', ...[...options, ...ALONE, known, ...batch].flatMap((option) => ['-o', option])]
}

/** What answers a question in place of a person. */
function askpass(world: World, { answer, env = {} }: SshCall): Readonly<Record<string, string>> {
  if (answer === undefined) return env
  const program = world.path('askpass')
  writeFileSync(program, '#!/bin/sh\necho "$ANSWER"\n', { mode: 0o700 })
  return { ...env, SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0', ANSWER: answer }
}

/** What stands behind `ssh`. */
export function sshArguments(world: World, call: SshCall, ...command: readonly string[]): readonly string[] {
  const { port, user = 'ada' } = call
  return [...optionsOf(world, call), '-p', String(port), `${user}@127.0.0.1`, ...command]
}

/** What `ssh` does. */
export async function ssh(world: World, call: SshCall, ...command: readonly string[]): Promise<Played> {
  const { input = '' } = call
  return await world.play('ssh', sshArguments(world, call, ...command), { env: askpass(world, call), input })
}

/** What `sftp` does with these lines. */
export async function sftp(world: World, call: SshCall, lines: readonly string[]): Promise<Played> {
  const { port, user = 'ada' } = call
  const args = [...optionsOf(world, call), '-P', String(port), '-b', '-', `${user}@127.0.0.1`]
  return await world.play('sftp', args, { input: `${lines.join('\n')}\n` })
}

/** What `scp` does. `remote:` stands for the server. */
export async function scp(world: World, call: SshCall, ...operands: readonly string[]): Promise<Played> {
  const { port, user = 'ada' } = call
  const places = operands.map((operand) => operand.replace(/^remote:/, `${user}@127.0.0.1:`))
  return await world.play('scp', ['-q', ...optionsOf(world, call), '-P', String(port), ...places])
}

/** With this key and no other. */
export function byKey(world: World, name: string, ...more: readonly string[]): readonly string[] {
  return ['PreferredAuthentications=publickey', `IdentityFile=${world.path(name)}`, 'IdentityAgent=none', ...more]
}

/** With a password, in one of the two ways of asking for it. */
export const BY_PASSWORD: readonly string[] = ['PreferredAuthentications=password', 'PubkeyAuthentication=no']
export const BY_DIALOGUE: readonly string[] = [
  'PreferredAuthentications=keyboard-interactive',
  'PubkeyAuthentication=no',
]

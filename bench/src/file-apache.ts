import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './foreign-process.ts'
import { median } from './side-by-side.ts'

/** Debian's. */
const PROGRAM = '/usr/sbin/apache2'
const MODULES = '/usr/lib/apache2/modules'

/** A server of our own, which knows nothing of the machine's configuration. */
const config = (directory: string, port: number, users: string): string => `
ServerRoot "${directory}"
ServerName bench
Listen 127.0.0.1:${port}
PidFile "${directory}/pid"
User nobody
Group nogroup
LoadModule mpm_prefork_module ${MODULES}/mod_mpm_prefork.so
LoadModule authn_core_module ${MODULES}/mod_authn_core.so
LoadModule authn_file_module ${MODULES}/mod_authn_file.so
LoadModule auth_basic_module ${MODULES}/mod_auth_basic.so
LoadModule authz_core_module ${MODULES}/mod_authz_core.so
LoadModule authz_user_module ${MODULES}/mod_authz_user.so
StartServers 1
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 60
LogLevel notice
ErrorLog "${directory}/log"
DocumentRoot "${directory}"
<Location "/">
  AuthType Basic
  AuthName bench
  AuthBasicProvider file
  AuthUserFile "${users}"
  Require valid-user
</Location>
`

/**
 * How long Apache's file provider takes to find the last user of a file, in microseconds: a refusal of the last one, less a
 * refusal of the first. What else a request costs is in both. Not there: `undefined`.
 */
export async function lookUpOfApache(users: string, first: string, last: string): Promise<number | undefined> {
  if (!existsSync(PROGRAM) || !existsSync(MODULES)) return undefined
  const directory = await mkdtemp(join(tmpdir(), 'gatewright-apache-'))
  let server: ChildProcess | undefined
  try {
    await chmod(directory, 0o755)
    const port = await freePort()
    const path = join(directory, 'apache.conf')
    await writeFile(path, config(directory, port, users))
    // In a group of its own: when it ends it ends its whole group, which else is this process too.
    server = spawn(PROGRAM, ['-D', 'FOREGROUND', '-f', path], { stdio: 'ignore', detached: true })
    await isReady(server, port, join(directory, 'log'))
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const times = { first: [] as number[], last: [] as number[] }
    for (let round = 0; round < 21; round++) {
      // The first round warms up.
      const [a, b] = [await refusal(agent, port, first), await refusal(agent, port, last)]
      if (round === 0) continue
      times.first.push(a)
      times.last.push(b)
    }
    agent.destroy()
    return Math.max(0, median(times.last) - median(times.first))
  } finally {
    if (server && server.exitCode === null) {
      const exit = once(server, 'exit')
      server.kill()
      await exit
    }
    await rm(directory, { recursive: true, force: true })
  }
}

/** @returns microseconds */
async function refusal(agent: Agent, port: number, name: string): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${name}:a wrong guess`).toString('base64')}`
  const began = performance.now()
  const request = get({ agent, host: '127.0.0.1', port, headers: { authorization } })
  const [response] = await once(request, 'response')
  response.resume()
  await once(response, 'end')
  // What does not look the user up is not fast.
  if (response.statusCode !== 401) throw new Error(`Apache answered ${response.statusCode}`)
  return (performance.now() - began) * 1_000
}

async function isReady(server: ChildProcess, port: number, log: string): Promise<void> {
  for (let tries = 0; tries < 500 && server.exitCode === null; tries++) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10))
    } finally {
      socket.destroy()
    }
  }
  throw new Error(`Apache did not start: ${await readFile(log, 'utf8').catch(() => 'it says nothing')}`)
}

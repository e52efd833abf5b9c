import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Certificate } from './certificate.ts'
import { freePort } from './free-port.ts'

const SERVER = '/usr/sbin/mariadbd'

export const hasMariadb = existsSync(SERVER)

/** A MariaDB of the test's own. It takes everybody for who they say they are. */
export interface MariadbServer {
  readonly port: number
  remove(): Promise<void>
}

/** @param certificate without one the server knows no TLS */
export async function startMariadb(certificate?: Certificate): Promise<MariadbServer> {
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-mariadb-'))
  const common = ['--no-defaults', `--datadir=${join(directory, 'data')}`, `--user=${userInfo().username}`]
  execFileSync('mariadb-install-db', [...common, '--auth-root-authentication-method=normal', '--skip-test-db'], {
    stdio: 'ignore',
  })
  const port = await freePort()
  const tls = certificate ? [`--ssl-cert=${certificate.cert}`, `--ssl-key=${certificate.key}`] : ['--skip-ssl']
  const place = ['--bind-address=127.0.0.1', `--port=${port}`, `--socket=${join(directory, 'socket')}`]
  const server = spawn(SERVER, [...common, ...place, '--skip-grant-tables', ...tls], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exit = once(server, 'exit')
  const remove = async () => {
    server.kill('SIGKILL')
    await exit
    rmSync(directory, { recursive: true, force: true })
  }
  const said: string[] = []
  for await (const line of createInterface(server.stderr)) {
    said.push(line)
    if (!line.includes('ready for connections')) continue
    server.stderr.resume()
    return { port, remove }
  }
  await remove()
  throw new Error(`MariaDB did not start: ${said.join(' | ')}`)
}

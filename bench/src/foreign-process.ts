import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A server that is not Node's, for this run alone. */
export interface ForeignProcess {
  readonly pid: number
  /** Ends it, and removes its directory. */
  readonly stop: () => Promise<void>
}

/** Starts a program and waits until it listens. `directory` goes with it. */
export async function startForeign(
  program: string,
  args: readonly string[],
  port: number,
  directory?: string,
): Promise<ForeignProcess> {
  const child = spawn(program, args, { stdio: 'ignore' })
  const server = {
    pid: child.pid ?? Number.NaN,
    async stop() {
      if (child.exitCode === null) {
        const exited = once(child, 'exit')
        child.kill()
        await exited
      }
      if (directory !== undefined) await rm(directory, { recursive: true, force: true })
    },
  }
  if (await listens(port, child)) return server
  await server.stop()
  throw new Error(`${program} did not start`)
}

async function listens(port: number, child: ChildProcess): Promise<boolean> {
  for (let tries = 0; tries < 100 && child.exitCode === null; tries++) {
    const socket = connect(port, '127.0.0.1')
    // `once` rejects when the socket errs, as it does while nobody listens.
    const up = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (up) return true
    await sleep(50)
  }
  return false
}

/** A port that was free a moment ago, for programs that cannot pick one themselves. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no free port')
  return address.port
}

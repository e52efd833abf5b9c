import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Question, Usage } from './report.ts'

/** A server in a process of its own. */
export interface ServerProcess {
  readonly port: number
  usage(when: Question): Promise<Usage>
  stop(): Promise<void>
}

/** Starts `module`, a file beside this one, from sources. */
export async function startServer(module: string): Promise<ServerProcess> {
  const child: ChildProcess = fork(fileURLToPath(new URL(module, import.meta.url)), {
    execArgv: ['--conditions=@gatewright/source', '--expose-gc'],
  })
  const [port]: number[] = await once(child, 'message')
  if (port === undefined) throw new Error(`${module} did not start`)
  return {
    port,
    async usage(when) {
      child.send(when)
      const [usage]: Usage[] = await once(child, 'message')
      if (!usage) throw new Error(`${module} said nothing`)
      return usage
    },
    async stop() {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}

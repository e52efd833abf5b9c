import { setImmediate as turn } from 'node:timers/promises'
import { format } from 'node:util'

const LOUD = ['debug', 'dir', 'error', 'info', 'log', 'table', 'trace', 'warn'] as const

/**
 * Everything that the process printed while `run` ran: console, standard output and error, warnings. It is printed all
 * the same. What a test runner made of `console`, and what `console` makes of standard output, is heard once or twice.
 */
export async function overhear(run: () => Promise<void>): Promise<string> {
  const heard: string[] = []
  const restore: (() => void)[] = []

  for (const name of LOUD) {
    const original = console[name]
    console[name] = (...said: unknown[]) => {
      heard.push(format(...said))
      Reflect.apply(original, console, said)
    }
    restore.push(() => {
      console[name] = original
    })
  }
  for (const stream of [process.stdout, process.stderr]) {
    const original: unknown = Reflect.get(stream, 'write')
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
      heard.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())
      return Reflect.apply(original as () => boolean, stream, [chunk, ...rest])
    }) as typeof stream.write
    restore.push(() => {
      Reflect.set(stream, 'write', original)
    })
  }
  const warned = (warning: Error) => heard.push(String(warning.stack))
  process.on('warning', warned)
  restore.push(() => process.off('warning', warned))

  try {
    await run()
    // Warnings come a turn later.
    await turn()
  } finally {
    for (const undo of restore) undo()
  }
  return heard.join('\n')
}

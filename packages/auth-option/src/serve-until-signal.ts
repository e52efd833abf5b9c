import type { Log } from './log.ts'
import { printProblem } from './problem.ts'
import type { StopSignal, Surroundings } from './surroundings.ts'

/** What can be closed: it lets those who are in finish, or logs them out. */
export interface Closable {
  close(): Promise<void>
}

/**
 * Waits for SIGTERM or SIGINT, then drains the server; a second signal ends the wait at once.
 *
 * @param stop aborted by the first signal, before the server is closed
 * @returns the exit code: 0 when everything was closed, 1 when closing failed or was cut short
 */
export function serveUntilSignal(
  server: Closable,
  { signals, err }: Pick<Surroundings, 'signals' | 'err'>,
  log: Log,
  stop: AbortController,
): Promise<number> {
  return new Promise((resolve) => {
    const finish = (code: number): void => {
      for (const name of NAMES) signals.off(name, onSignal)
      resolve(code)
    }
    const drain = async (): Promise<void> => {
      try {
        await server.close()
        log.info('stopped')
        finish(0)
      } catch (error) {
        log.error('stopped', { error })
        finish(printProblem(error, err))
      }
    }
    const onSignal = (signal: StopSignal): void => {
      if (stop.signal.aborted) {
        log.warn('interrupted', { signal })
        finish(1)
        return
      }
      log.info('stopping', { signal })
      stop.abort()
      void drain()
    }
    for (const name of NAMES) signals.on(name, onSignal)
  })
}

const NAMES: readonly StopSignal[] = ['SIGINT', 'SIGTERM']

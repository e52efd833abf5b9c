import { Worker } from 'node:worker_threads'
import { PasswordsError } from '../errors.ts'
import type { CryptJob } from './crypt-job.ts'

/** The compiler rewrites imports and not URLs: beside `.ts` is the source, beside `.js` what was published. */
const WORKER = new URL(`./crypt-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)

/** Starting a thread takes some 20 ms; keeping one costs a few MB. */
const IDLE_MS = 10_000

interface Idle {
  readonly worker: Worker
  readonly timer: NodeJS.Timeout
}

/**
 * Threads of our own for what libuv's pool cannot compute. Started when there is something to do, ended when there has been
 * nothing for ten seconds; how many there are at most is up to the hashing budget, in whose turns they are asked.
 */
export class CryptPool {
  readonly #idle: Idle[] = []
  #threads = 0

  /** Threads that are there now, at work or not. */
  get threads(): number {
    return this.#threads
  }

  /** @throws {PasswordsError} `ENGINE_UNAVAILABLE` when the thread cannot start or dies */
  run(job: CryptJob): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const worker = this.#take()
      const leave = () => worker.off('message', answered).off('error', failed).off('exit', exited)
      const answered = (digest: Uint8Array) => {
        leave()
        this.#keep(worker)
        resolve(Buffer.from(digest.buffer, digest.byteOffset, digest.length))
      }
      const failed = (error: unknown) => {
        leave()
        reject(unavailable('a password hashing thread failed', error))
      }
      const exited = () => {
        leave()
        reject(unavailable('a password hashing thread ended early'))
      }
      worker.on('message', answered).on('error', failed).on('exit', exited)
      worker.postMessage(detached(job))
    })
  }

  #take(): Worker {
    const idle = this.#idle.pop()
    if (!idle) return this.#start()
    clearTimeout(idle.timer)
    // Whoever waits for an answer is worth staying alive for.
    idle.worker.ref()
    return idle.worker
  }

  #start(): Worker {
    let worker: Worker
    try {
      // Of its own options and environment: it needs none, and --eval or --input-type of this process would stop it.
      worker = new Worker(WORKER, { name: 'gatewright-passwords', execArgv: [], env: {} })
    } catch (error) {
      throw unavailable('a password hashing thread cannot start', error)
    }
    this.#threads++
    worker.once('exit', () => {
      this.#threads--
      this.#forget(worker)
    })
    return worker
  }

  #forget(worker: Worker): void {
    const at = this.#idle.findIndex((idle) => idle.worker === worker)
    if (at >= 0) clearTimeout(this.#idle.splice(at, 1)[0]?.timer)
  }

  /** Nothing here keeps a program from ending. */
  #keep(worker: Worker): void {
    worker.unref()
    const timer = setTimeout(() => {
      // Taken off at once: it takes a while to end, and must not be given work meanwhile.
      this.#forget(worker)
      void worker.terminate()
    }, IDLE_MS).unref()
    this.#idle.push({ worker, timer })
  }
}

/** The pool of this process. */
export const cryptPool: CryptPool = new CryptPool()

/** Sending a view sends all of the buffer that is beneath it; small buffers of Node share one, with whatever else is in it. */
function detached(job: CryptJob): CryptJob {
  const password = Uint8Array.from(job.password)
  return job.scheme === 'des-crypt' ? { ...job, password } : { ...job, password, salt: Uint8Array.from(job.salt) }
}

function unavailable(what: string, cause?: unknown): PasswordsError {
  return new PasswordsError('ENGINE_UNAVAILABLE', what, {
    cause,
    hint: 'Worker threads and WebAssembly must be allowed: see --permission, --disable-wasm-trap-handler and memory limits.',
  })
}

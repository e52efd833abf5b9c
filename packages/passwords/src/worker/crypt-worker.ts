import { parentPort } from 'node:worker_threads'
import { compute } from './compute.ts'
import type { CryptJob } from './crypt-job.ts'

// What is thrown here ends this thread, and the pool tells whoever waits.
parentPort?.on('message', (job: CryptJob) => parentPort?.postMessage(compute(job)))

/** Takes the lock of a file, and keeps it until it is killed. */
import { disk } from '../../src/disk.ts'
import { takeLock } from '../../src/file-lock.ts'

const [path = ''] = process.argv.slice(2)
await takeLock(disk, `${path}.lock`, { shown: path, waitMs: 0 })
process.stdout.write('held\n')
setInterval(() => undefined, 1_000)

import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WatchedFileError, watchFile } from '@gatewright/watched-file'

const directory = await mkdtemp(join(tmpdir(), 'example-'))
const path = join(directory, 'admins.txt')
await writeFile(path, 'ada\n')

// Called once for each version of the file, with all of it.
const admins = watchFile(path, ({ bytes }) => new Set(bytes.toString().split('\n')), { maxBytes: 1_000_000 })

console.log((await admins.current()).has('bob')) // false

// Whoever changes it, the next call sees the change.
await writeFile(`${path}.new`, 'ada\nbob\n')
await rename(`${path}.new`, path)
console.log((await admins.current()).has('bob')) // true

// What cannot be read is a fault, and never an old answer.
await rm(path)
try {
  await admins.current()
} catch (error) {
  if (error instanceof WatchedFileError) console.log(error.code) // MISSING
}

await rm(directory, { recursive: true })

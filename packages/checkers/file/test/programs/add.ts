/** Adds users to a file that others add to. */
import { openPasswordFile } from '../../src/index.ts'
import { stored } from '../stored.ts'

const [path = '', prefix = '', count = ''] = process.argv.slice(2)
const file = await openPasswordFile(path, { waitMs: 60_000 })
for (let i = 0; i < Number(count); i++) await file.set(`${prefix}${i}`, { stored: stored(i) })

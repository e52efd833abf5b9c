/** Changes one user of a file again and again, until it is killed. */
import { openPasswordFile } from '../../src/index.ts'
import { stored } from '../stored.ts'

const [path = ''] = process.argv.slice(2)
const file = await openPasswordFile(path)
process.stdout.write('ready\n')
for (let i = 0; ; i++) await file.set('user10000', { stored: stored(i % 1000) })

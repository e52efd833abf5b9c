/** Opens a file of users, and prints how that went. */
import { fileUsers } from '../../src/index.ts'

const [path = ''] = process.argv.slice(2)
try {
  fileUsers({ path })
  process.stdout.write('opened')
} catch (error) {
  process.stdout.write(`${String(Reflect.get(Object(error), 'code'))} ${String(Reflect.get(Object(error), 'hint'))}`)
}

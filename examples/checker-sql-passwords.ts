import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openSqlPasswords } from '@gatewright/checker-sql'
import { hash } from '@gatewright/passwords'

const directory = mkdtempSync(join(tmpdir(), 'users-'))
const file = join(directory, 'users.db')
const made = new DatabaseSync(file)
made.exec('CREATE TABLE users (username TEXT PRIMARY KEY, password TEXT)')
made.close()

const users = await openSqlPasswords(`sqlite:${file}?table=users`)
console.log(await users.set('ada', await hash('sesame'))) // added
console.log(await users.verify('ada', 'sesame')) // true
console.log(await users.remove('ada')) // true
await users.close()

rmSync(directory, { recursive: true })

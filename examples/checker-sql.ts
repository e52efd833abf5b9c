import { DatabaseSync } from 'node:sqlite'
import { fromSqlite, sqlChecker } from '@gatewright/checker-sql'
import { hash } from '@gatewright/passwords'
import { createPortal, password } from '@gatewright/portal'

// Your own table, under your own names.
const db = new DatabaseSync(':memory:')
db.exec('CREATE TABLE staff (staff_no INTEGER PRIMARY KEY, login TEXT UNIQUE, pw TEXT, closed TEXT)')
const add = db.prepare('INSERT INTO staff (login, pw, closed) VALUES (?, ?, ?)')
add.run('ada', await hash('sesame'), null)
add.run('eve', await hash('apple'), 'disabled')

const checker = sqlChecker({
  database: fromSqlite(db),
  table: 'staff',
  columns: { username: 'login', password: 'pw', id: 'staff_no', blocked: 'closed' },
})

await using portal = createPortal({
  realm: { greeter: (id) => ({ greet: () => `Hello, number ${id}!` }) },
  checkers: [checker],
})

await using ada = await portal.login(password('ada', 'sesame'), 'greeter')
if (ada.status === 'granted') console.log(ada.avatar.greet()) // Hello, number 1!

await using eve = await portal.login(password('eve', 'apple'), 'greeter')
console.log(eve.status) // refused

await using nobody = await portal.login(password("' OR '1'='1", 'sesame'), 'greeter')
console.log(nobody.status) // refused

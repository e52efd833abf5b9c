import { test } from 'node:test'
import { hash, type UserSource, userChecker } from '@gatewright/passwords'
import { password } from '@gatewright/portal'
import { checkerTests } from '@gatewright/testkit'

// What is tested: a checker over rows that a connection finds.
interface Connection {
  row(name: string): { name: string; hash: string } | undefined
}
const rowUsers = (connection: Connection): UserSource => ({
  name: 'rows',
  find(name) {
    const row = connection.row(name)
    return row && { id: row.name, password: row.hash }
  },
})

// How it is tested: with a connection that can be broken.
const rows = new Map([['ada', { name: 'ada', hash: await hash('Difference engine') }]])
let broken = false

checkerTests(test, {
  create() {
    broken = false
    return userChecker(
      rowUsers({
        row(name) {
          if (broken) throw new Error('connection refused')
          return rows.get(name)
        },
      }),
    )
  },
  good: [[password('ada', 'Difference engine'), 'ada']],
  bad: [password('ada', 'guess'), password('grace', 'Difference engine')],
  sabotage() {
    broken = true
  },
})

import { timingSafeEqual } from 'node:crypto'
import { createTcpServer, lineLogin } from '@gatewright/adapter-tcp'
import { accept, type Checker, createPortal, reject } from '@gatewright/portal'
import { reportTo } from '../report.ts'

const users = new Map([['user', Buffer.from('pass')]])

const trivial: Checker<'password'> = {
  name: 'trivial',
  accepts: ['password'],
  check({ username, password }) {
    const stored = users.get(username)
    const given = Buffer.from(password)
    return stored && stored.length === given.length && timingSafeEqual(stored, given)
      ? accept(username)
      : reject('wrong')
  },
}

const portal = createPortal({ realm: { echo: (id) => ({ id }) }, checkers: [trivial] })
const server = createTcpServer({ portal, avatar: 'echo', login: lineLogin() }, async ({ lines, write }) => {
  for await (const line of lines) await write(`${line}\r\n`)
})
reportTo(process, (await server.listen(0)).port)

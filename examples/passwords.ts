import { hash, hashingBudget, type StoredUser, type UserSource, userChecker, verify } from '@gatewright/passwords'
import { createPortal, password } from '@gatewright/portal'

// Store what hash() makes, and compare with verify().
const stored = await hash('sesame')
console.log(await verify(stored, 'sesame')) // match
console.log(await verify(stored, 'Sesame')) // mismatch

// A source is one method: wherever your users are, find one.
const rows = new Map<string, StoredUser>([
  ['ada', { id: 'ada', password: stored }],
  ['charles', { id: 'charles', password: stored, blocked: 'locked' }],
])
const source: UserSource = {
  name: 'users',
  find: (username) => rows.get(username),
}

await using portal = createPortal({ realm: { desk: (id) => ({ owner: id }) }, checkers: [userChecker(source)] })
for (const name of ['ada', 'charles', 'nobody']) {
  await using login = await portal.login(password(name, 'sesame'), 'desk')
  console.log(name, login.status) // ada granted, charles refused, nobody refused
}

// One for hash(), one for each verify(), and one for each login, whoever it was.
console.log(hashingBudget.started) // 6

import { memoryUsers } from '@gatewright/checker-memory'
import { userChecker } from '@gatewright/passwords'
import { createPortal, password } from '@gatewright/portal'

// `memoryChecker({ ada: 'sesame' })` is short for these two lines; keep the users to change them later.
const users = memoryUsers({ ada: 'sesame', 'grace hopper': 'nanoseconds' })
const checker = userChecker(users)

await using portal = createPortal({
  realm: { greeter: (id) => ({ greet: () => `Hello, ${id}!` }) },
  checkers: [checker],
})

{
  await using login = await portal.login(password('ada', 'sesame'), 'greeter')
  if (login.status === 'granted') console.log(login.avatar.greet()) // Hello, ada!
}

users.set('ada', 'open sesame')
users.delete('grace hopper')

await using login = await portal.login(password('ada', 'sesame'), 'greeter')
console.log(login.status) // refused

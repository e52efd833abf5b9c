import { accept, type Checker, createPortal, password, reject } from '@gatewright/portal'

const opensesame: Checker<'password'> = {
  name: 'opensesame',
  accepts: ['password'],
  check: (credential) => (credential.password === 'sesame' ? accept(credential.username) : reject('wrong word')),
}

const portal = createPortal({
  realm: { greeter: (id) => ({ greet: () => `Hello, ${id}!` }) },
  checkers: [opensesame],
})

await using login = await portal.login(password('ada', 'sesame'), 'greeter')
if (login.status === 'granted') console.log(login.avatar.greet())

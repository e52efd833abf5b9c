import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileUsers, openPasswordFile } from '@gatewright/checker-file'
import { userChecker } from '@gatewright/passwords'
import { createPortal, password } from '@gatewright/portal'

const directory = await mkdtemp(join(tmpdir(), 'example-'))
const path = join(directory, 'users.txt')

// What `gatewright-passwd add --create users.txt ada` does; files that htpasswd has written will do as well.
const file = await openPasswordFile(path, { create: true })
await file.set('ada', 'sesame')

// `fileChecker({ path })` is short for these two; keep the source to put others beside it.
const users = fileUsers({ path })
const checker = userChecker(users)

await using portal = createPortal({
  realm: { greeter: (id) => ({ greet: () => `Hello, ${id}!` }) },
  checkers: [checker],
})

{
  await using login = await portal.login(password('ada', 'sesame'), 'greeter')
  if (login.status === 'granted') console.log(login.avatar.greet()) // Hello, ada!
}

// The next look-up sees the change, whoever made it.
await file.remove('ada')

{
  await using login = await portal.login(password('ada', 'sesame'), 'greeter')
  console.log(login.status) // refused
}

await rm(directory, { recursive: true })

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unixChecker } from '@gatewright/checker-unix-shadow'
import { hash } from '@gatewright/passwords'
import { createPortal, password } from '@gatewright/portal'

// `unixChecker()` reads /etc/passwd and /etc/shadow. Here they are files of our own, so that it takes no root to run this.
const directory = await mkdtemp(join(tmpdir(), 'accounts-'))
const [passwd, shadow] = [join(directory, 'passwd'), join(directory, 'shadow')]
const sesame = await hash('sesame')
await writeFile(passwd, 'ada:x:1000:1000::/home/ada:/bin/bash\neve:x:1001:1001::/home/eve:/bin/bash\n', { mode: 0o644 })
await writeFile(shadow, `ada:${sesame}:20000:0:99999:7:::\neve:!${sesame}:20000:0:99999:7:::\n`, { mode: 0o640 })

await using portal = createPortal({
  realm: { greeter: (id) => ({ greet: () => `Hello, ${id}!` }) },
  checkers: [unixChecker({ passwd, shadow })],
  observers: [(event) => event.type === 'login.finish' && event.reason && console.log(event.reason)],
})

await using ada = await portal.login(password('ada', 'sesame'), 'greeter')
if (ada.status === 'granted') console.log(ada.avatar.greet()) // Hello, ada!

await using eve = await portal.login(password('eve', 'sesame'), 'greeter') // locked
console.log(eve.status) // refused

await rm(directory, { recursive: true })

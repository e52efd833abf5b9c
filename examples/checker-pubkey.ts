import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { authorizedKeysFile, pubkeyChecker } from '@gatewright/checker-pubkey'
import { createPortal, publickey } from '@gatewright/portal'
import { parseKeyText, restrictionsOf } from '@gatewright/ssh-keys'

const ada = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKhjFkLuUbldwH54r85g1LetfVhXFGoU1odfdGJJOitp ada'
const directory = await mkdtemp(join(tmpdir(), 'keys-'))
await writeFile(join(directory, 'ada'), `from="192.0.2.0/24",no-pty,command="backup" ${ada}\n`, { mode: 0o600 })

// For the accounts of a machine: authorizedKeysFile('%h/.ssh/authorized_keys').
await using portal = createPortal({
  realm: { greeter: (id) => ({ greet: () => `Hello, ${id}!` }) },
  checkers: [pubkeyChecker({ keys: authorizedKeysFile(join(directory, '%u')) })],
})

// An adapter makes such a credential, and only after the client has signed with the key: see @gatewright/adapter-ssh.
const credential = publickey('ada', parseKeyText(ada).key)

{
  await using login = await portal.login(credential, 'greeter', { peer: { address: '192.0.2.7' } })
  if (login.status === 'granted') {
    console.log(login.avatar.greet()) // Hello, ada!
    console.log(restrictionsOf(login.proofs)?.command) // backup
  }
}

{
  await using login = await portal.login(credential, 'greeter', { peer: { address: '198.51.100.1' } })
  console.log(login.status) // refused
}

await rm(directory, { recursive: true })

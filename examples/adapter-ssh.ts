import { generateKeyPairSync } from 'node:crypto'
import { createSshServer, type SshAvatar } from '@gatewright/adapter-ssh'
import { memoryChecker } from '@gatewright/checker-memory'
import { createPortal } from '@gatewright/portal'

const portal = createPortal({
  realm: {
    parrot: (id): SshAvatar => ({
      exec: ({ command, stdout }) => {
        stdout.write(`${id} said: ${command}\n`)
        return 0
      },
    }),
  },
  checkers: [memoryChecker({ ada: 'sesame' })],
})

// A server keeps its key in a file, which ssh-keygen makes; clients remember it.
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072 })
const hostKeys = [privateKey.export({ type: 'pkcs1', format: 'pem' })]

const server = createSshServer({ portal, avatar: 'parrot', hostKeys })
const { port } = await server.listen(Number(process.env.PORT ?? 2222))
console.log(`listening on ssh://127.0.0.1:${port}`) // ssh -p 2222 ada@127.0.0.1 hello

import { runMain } from '@gatewright/auth-option'
import { sshServer } from './ssh-server.ts'

await runMain(sshServer())

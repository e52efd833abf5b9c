import { runMain } from '@gatewright/auth-option'
import { echoServer } from './echo-server.ts'

await runMain(echoServer())

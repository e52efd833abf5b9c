import { runMain } from '@gatewright/auth-option'
import { webServer } from './web-server.ts'

await runMain(webServer())

import { runMain } from '@gatewright/auth-option'
import { gatehouse } from './gatehouse.ts'
import { muteNodeNews } from './node-news.ts'

muteNodeNews()
await runMain(gatehouse())

import { runMain } from '@gatewright/auth-option'
import { passwd } from './passwd.ts'

await runMain((surroundings) => passwd(surroundings))

import { createLog, runMain } from '@gatewright/auth-option'
import { webServer } from './web-server.ts'

// What is on standard error is JSON: a warning of the process is a line of the log, such as the one of MD5.
const log = createLog((line) => void process.stderr.write(line))
process.removeAllListeners('warning').on('warning', (warning) => {
  log.warn('warning', { code: Reflect.get(warning, 'code'), message: warning.message })
})

await runMain(webServer())

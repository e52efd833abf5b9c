import type { AddressInfo, Server } from 'node:net'
import { reportTo } from '../report.ts'

/** Listens, and tells the benchmark where. */
export function serve(server: Server): void {
  server.listen(0, '127.0.0.1', 1024, () => reportTo(process, (server.address() as AddressInfo).port))
}

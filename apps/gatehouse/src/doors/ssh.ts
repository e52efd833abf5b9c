import { join } from 'node:path'
import { createSshServer, hostKeyFile } from '@gatewright/adapter-ssh'
import { listenUrl } from '@gatewright/auth-option'
import { DATA, HOST } from '../settings/house-settings.ts'
import { readPort, type Setting } from '../settings/setting.ts'
import type { Door } from './door.ts'

/** What can be set about the SSH door. */
export interface SshDoorConfig {
  /** The port of the SSH door; 0 picks a free one, 'off' keeps the door shut. @default 2222 */
  readonly sshPort?: number | 'off'
}

const SSH_PORT: Setting<number | 'off'> = {
  key: 'sshPort',
  flags: '--ssh-port <PORT>',
  help: 'the port of the SSH door; 0 picks a free one, off keeps it shut (default: 2222)',
  read: (value = 2222, origin) => (value === 'off' ? 'off' : readPort(value, origin)),
}

/** Beside the database, and as private: made on first start. */
const HOST_KEY = 'ssh-host-key'

/** Users of the house come in by the keys that are stored with them, or by their password. */
export const sshDoor: Door = {
  name: 'ssh',
  supports: ['publickey', 'password'],
  severalProofs: true,
  settings: [SSH_PORT],
  async open({ portal, settings, log }) {
    const wanted = settings.get(SSH_PORT)
    if (wanted === 'off') return undefined
    const host = settings.get(HOST)
    const { key, fingerprint } = await hostKeyFile(join(settings.get(DATA), HOST_KEY))
    log.info('host-key', { door: 'ssh', fingerprint })
    const server = createSshServer({
      portal,
      avatar: 'sshVisitor',
      hostKeys: [key],
      onError: (error, peer) => log.error('ssh', { error, ...(peer === undefined ? {} : { peer }) }),
    })
    const { address, port } = await server.listen(wanted, host)
    return { url: listenUrl('ssh', host, port), host: address, port, close: () => server.close() }
  },
}

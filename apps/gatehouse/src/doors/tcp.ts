import { createTcpServer, lineLogin, type TcpHandler } from '@gatewright/adapter-tcp'
import { listenUrl } from '@gatewright/auth-option'
import { isLoopback } from '@gatewright/portal'
import type { HouseAvatars } from '../realm.ts'
import { HOST } from '../settings/house-settings.ts'
import { readFlag, readPort, type Setting } from '../settings/setting.ts'
import type { Door } from './door.ts'

/** What can be set about the TCP door. */
export interface TcpDoorConfig {
  /** The port of the TCP door; 0 picks a free one. @default 8000 */
  readonly port?: number
  /** Whether passwords may cross the network unencrypted, where everybody on the way can read them. @default false */
  readonly allowPlaintext?: boolean
}

const PORT: Setting<number> = {
  key: 'port',
  flags: '--port <PORT>',
  help: 'the port of the TCP door; 0 picks a free one (default: 8000)',
  read: (value, origin) => readPort(value ?? 8000, origin),
}

const ALLOW_PLAINTEXT: Setting<boolean> = {
  key: 'allowPlaintext',
  flags: '--allow-plaintext',
  help: 'let passwords cross the network unencrypted; without it only this machine can log in by TCP',
  read: readFlag,
}

/** The first line is `user password`; what follows is answered by the visitor's own echo. */
export const tcpDoor: Door = {
  name: 'tcp',
  supports: ['password'],
  settings: [PORT, ALLOW_PLAINTEXT],
  async open({ portal, settings, log }) {
    const host = settings.get(HOST)
    const allowPlaintext = settings.get(ALLOW_PLAINTEXT)
    const server = createTcpServer(
      {
        portal,
        avatar: 'visitor',
        login: lineLogin(),
        allowPlaintext,
        onError: (error, peer) => log.error('tcp', { error, ...(peer === undefined ? {} : { peer }) }),
      },
      converse,
    )
    const { address, port } = await server.listen(settings.get(PORT), host)
    if (!isLoopback(address)) log.warn('exposed', { message: allowPlaintext ? READABLE : UNREACHABLE })
    return { url: listenUrl('tcp', host, port), host: address, port, close: () => server.close() }
  },
}

const READABLE = 'passwords cross the network unencrypted: everybody on the way can read them'
const UNREACHABLE = 'only this machine can log in by TCP: from others a password would cross the network unencrypted'

const converse: TcpHandler<HouseAvatars, 'visitor'> = async ({ avatar, lines, write }) => {
  await write(`${avatar.greeting()}\r\n`)
  for await (const line of lines) await write(`${avatar.answer(line)}\r\n`)
}

import type { Door } from './door.ts'
import { type SshDoorConfig, sshDoor } from './ssh.ts'
import { type TcpDoorConfig, tcpDoor } from './tcp.ts'
import { type WebDoorConfig, webDoor } from './web.ts'

/** Every door there is, in the order in which they are opened. */
export const DOORS: readonly Door[] = [tcpDoor, sshDoor, webDoor]

/** What the configuration file can say about the doors. */
export interface DoorsConfig extends TcpDoorConfig, SshDoorConfig, WebDoorConfig {}

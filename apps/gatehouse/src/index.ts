/**
 * One user database and every door: Gatewright as a program. This module is for its configuration file:
 *
 * ```ts
 * import { defineConfig } from '@gatewright/gatehouse'
 *
 * export default defineConfig({
 *   port: 8000,
 *   data: './gatehouse-data',
 *   auth: ['memory:@env:GUESTS'],
 * })
 * ```
 *
 * Start reading at `house.ts`.
 *
 * @module
 */

export type { DoorsConfig } from './doors/index.ts'
export type { SshDoorConfig } from './doors/ssh.ts'
export type { TcpDoorConfig } from './doors/tcp.ts'
export type { WebDoorConfig } from './doors/web.ts'
export { GatehouseError, type GatehouseErrorCode } from './errors.ts'
export { type GatehouseOptions, gatehouse } from './gatehouse.ts'
export { defineConfig, type GatehouseConfig } from './settings/config.ts'
export type { HouseConfig } from './settings/house-settings.ts'
export type { Input } from './terminal/input.ts'

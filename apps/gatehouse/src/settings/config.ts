import { DOORS, type DoorsConfig } from '../doors/index.ts'
import { HOUSE_SETTINGS, type HouseConfig } from './house-settings.ts'
import type { Setting } from './setting.ts'

/** What `gatehouse.config.ts` and `gatehouse.config.json` may say. Options of the command line win over it, one by one. */
export interface GatehouseConfig extends HouseConfig, DoorsConfig {}

/** Its argument, so that an editor knows what may be in it. */
export function defineConfig(config: GatehouseConfig): GatehouseConfig {
  return config
}

/** Everything that can be set. */
export const SETTINGS: readonly Setting<unknown>[] = [...HOUSE_SETTINGS, ...DOORS.flatMap(({ settings }) => settings)]

import type { Requirement } from '@gatewright/portal'
import type { Settings } from '../settings/settings.ts'
import type { Door } from './door.ts'

/**
 * Why nobody could come in by this door; `undefined` if somebody could. A door that asks for what is never enough only
 * invites people to send their passwords to it.
 */
export function whyShut(door: Door, required: Requirement | undefined, settings: Settings): string | undefined {
  // Who has shut it knows.
  if (required === undefined || isOff(door, settings)) return undefined
  const { supports, severalProofs = false } = door
  const enough = (row: Requirement[number]) =>
    (severalProofs || row.length === 1) && row.every((kind) => supports.includes(kind))
  if (required.some(enough)) return undefined
  const rows = required.map((row) => row.join(',')).join(' or ')
  return `nobody could come in by this door, so it stays shut: it asks for ${supports.join(' or ')}, and ${rows} is required`
}

/** `off` is what the port of a door is then, and means the same at every door. */
const isOff = ({ settings: own }: Door, settings: Settings) => own.some((setting) => settings.get(setting) === 'off')

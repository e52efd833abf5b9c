import { isIPv6 } from 'node:net'

/**
 * Whom a peer shares its turns with: an IPv4 address stands for itself, an IPv6 address for its /64, which is what one
 * customer gets. Callers that say nothing share one lane.
 */
export function laneOf(address: string | undefined): string {
  if (address === undefined) return ''
  if (!isIPv6(address)) return address
  const [bare = ''] = address.toLowerCase().split('%')
  const mapped = bare.startsWith('::ffff:') && bare.includes('.') ? bare.slice('::ffff:'.length) : undefined
  if (mapped !== undefined) return mapped
  const [head = '', tail] = bare.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = new Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
  const groups = tail === undefined ? left : [...left, ...zeros, ...right]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

import { isIP, isIPv4 } from 'node:net'
import { LineProblem } from './line-problem.ts'

interface Address {
  readonly bits: 32 | 128
  readonly value: bigint
}

interface Network extends Address {
  readonly prefix: number
}

interface Item {
  readonly negated: boolean
  matches(address: Address, text: string): boolean
}

/** Addresses from which a key may be used: the list of `from=`, or of a certificate's `source-address`. */
export interface AddressList {
  /** An address that is missing, or is none, is in no list. */
  includes(address: string | undefined): boolean
}

/**
 * The list of `from=`: addresses, networks in CIDR form, and patterns with `*` and `?` over the address as text; with `!` in
 * front what must not match. Names of hosts are never looked up, as in sshd without UseDNS, so they match nothing.
 * @throws {LineProblem}
 */
export function parseFrom(text: string): AddressList {
  return listOf(
    text.split(',').map((item) => {
      const negated = item.startsWith('!')
      const pattern = negated ? item.slice(1) : item
      if (pattern === '') throw new LineProblem('from= has an empty item')
      const network = parseNetwork(pattern, 'from=')
      const matches = network
        ? (address: Address) => isInside(address, network)
        : (_: Address, shown: string) => isLike(shown, pattern.toLowerCase())
      return { negated, matches }
    }),
  )
}

/**
 * The list of a certificate: addresses and networks, nothing else. An empty one is a list in which nobody is.
 * @throws {LineProblem}
 */
export function parseSourceAddress(text: string): AddressList {
  if (text === '') return listOf([])
  return listOf(
    text.split(',').map((item) => {
      const network = parseNetwork(item, 'source-address')
      if (!network) throw new LineProblem('source-address is a list of addresses and networks')
      return { negated: false, matches: (address: Address) => isInside(address, network) }
    }),
  )
}

function listOf(items: readonly Item[]): AddressList {
  return {
    includes(text) {
      const address = text === undefined ? undefined : parseAddress(text)
      if (!address) return false
      const shown = textOf(address, text as string)
      const matching = items.filter((item) => item.matches(address, shown))
      // One that must not match decides, wherever it stands: ssh_config(5), PATTERNS.
      return matching.length > 0 && matching.every(({ negated }) => !negated)
    },
  }
}

const isInside = ({ bits, value }: Address, network: Network): boolean =>
  bits === network.bits && value >> BigInt(bits - network.prefix) === network.value >> BigInt(bits - network.prefix)

/** @returns `undefined` for what is no address at all, and so may be a pattern */
function parseNetwork(text: string, where: string): Network | undefined {
  const [before = '', length, ...more] = text.split('/')
  const address = more.length > 0 || before.includes('%') ? undefined : parseAddress(before, false)
  if (!address) return undefined
  if (length === undefined) return { ...address, prefix: address.bits }
  const prefix = /^\d{1,3}$/.test(length) ? Number(length) : Number.POSITIVE_INFINITY
  if (prefix > address.bits) throw new LineProblem(`${where} has a network whose prefix is no length`)
  const host = BigInt(address.bits - prefix)
  // sshd distrusts the whole list then: whoever wrote it meant another network.
  if ((address.value >> host) << host !== address.value) {
    throw new LineProblem(`${where} has a network whose address reaches beyond its prefix`)
  }
  return { ...address, prefix }
}

/** A zone (`%eth0`) says where, not who; an IPv4 address in the clothes of IPv6 is an IPv4 address. */
function parseAddress(text: string, unmap = true): Address | undefined {
  const [bare = ''] = text.split('%')
  if (isIP(bare) === 0) return undefined
  if (isIPv4(bare)) return { bits: 32, value: numberOf(bare.split('.').map(Number), 8n) }
  const value = parseIPv6(bare)
  return unmap && value >> 32n === 0xffffn ? { bits: 32, value: value & 0xffff_ffffn } : { bits: 128, value }
}

/** Of text that `isIPv6` vouches for. */
function parseIPv6(text: string): bigint {
  const dotted = /[\d.]+$/.exec(text)?.[0] ?? ''
  let hex = text
  if (dotted.includes('.')) {
    const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number)
    hex = `${text.slice(0, -dotted.length)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  }
  const [head = '', tail] = hex.split('::')
  const groups = (half: string) => (half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16)))
  const front = groups(head)
  const back = groups(tail ?? '')
  return numberOf([...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back], 16n)
}

const numberOf = (parts: readonly number[], width: bigint): bigint =>
  parts.reduce((value, part) => (value << width) | BigInt(part), 0n)

/** As patterns see it: IPv4 in its usual form, everything else as it came, without the zone. */
function textOf({ bits, value }: Address, text: string): string {
  if (bits === 128) return (text.split('%')[0] ?? '').toLowerCase()
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.')
}

/** `*` and `?`, in time that grows with the product of the lengths at worst: no regular expression over foreign text. */
function isLike(text: string, pattern: string): boolean {
  let at = 0
  let p = 0
  let star = -1
  let resume = 0
  while (at < text.length) {
    if (pattern[p] === '*') {
      star = p++
      resume = at
    } else if (pattern[p] === '?' || pattern[p] === text[at]) {
      p++
      at++
    } else if (star >= 0) {
      p = star + 1
      at = ++resume
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

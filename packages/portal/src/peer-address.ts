const MAPPED = '::ffff:'

/** Whether nobody between the two ends can listen: 127.0.0.0/8, ::1, and the former mapped into IPv6. */
export function isLoopback(address: string): boolean {
  return address === '::1' || unmapped(address).startsWith('127.')
}

/**
 * Who is counted as one: an IPv4 address, or an IPv6 /64, which is what one subscriber gets and can choose from freely.
 * `address` is as the operating system prints it.
 */
export function sourceOf(address: string): string {
  const v4 = unmapped(address)
  if (!v4.includes(':')) return v4
  const [head = '', tail] = (v4.split('%')[0] ?? '').toLowerCase().split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  // '::' stands for as many zero groups as are missing from eight.
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length)
  const groups = [...front, ...Array.from({ length: zeros }, () => '0'), ...back]
  return `${groups.slice(0, 4).join(':')}::/64`
}

/** An IPv4 client of a socket that listens on both families comes as `::ffff:192.0.2.1`. */
export function unmapped(address: string): string {
  return address.startsWith(MAPPED) && address.includes('.') ? address.slice(MAPPED.length) : address
}

/** A stream of numbers from a seed: the same mutations on every machine, every day. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    // xorshift32
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const SPICE = [
  ',',
  '"',
  '\\',
  '=',
  ' ',
  '\t',
  ';',
  '\0',
  '\r\n',
  '\u00ff',
  '\u00c3\u00a4',
  '%',
  '*',
  "UTF-8''",
  'auth-int',
  'MD5',
  '-sess',
  'ffffffff',
  '""',
  ',,',
  'userhash=true',
  'Digest ',
  'Basic ',
  '__proto__=1',
]

/** One header, changed once or a few times: bits, pieces, splices, cuts, and lists made anew from known parts. */
export function mutate(headers: readonly string[], pick: (below: number) => number): string {
  const any = () => headers[pick(headers.length)] as string
  let text = any()
  for (let times = 1 + pick(3); times > 0; times--) {
    const at = pick(text.length + 1)
    const end = at + pick(24)
    switch (pick(9)) {
      case 0:
        text = text.slice(0, at) + String.fromCharCode((text.charCodeAt(at) || 0) ^ (1 << pick(8))) + text.slice(at + 1)
        break
      case 1:
        text = text.slice(0, at) + text.slice(end)
        break
      case 2:
        text = text.slice(0, end) + text.slice(at)
        break
      case 3:
        text = text.slice(0, at) + SPICE[pick(SPICE.length)] + text.slice(at)
        break
      case 4: {
        const other = any()
        text = text.slice(0, at) + other.slice(pick(other.length))
        break
      }
      case 5:
        text = text.slice(0, at)
        break
      case 6: {
        const pairs = text.split(', ')
        const [one, two] = [pick(pairs.length), pick(pairs.length)]
        ;[pairs[one], pairs[two]] = [pairs[two] as string, pairs[one] as string]
        text = pairs.join(', ')
        break
      }
      case 7: {
        // A parameter of another answer in place of this one's.
        const pairs = text.split(', ')
        const others = any().split(', ')
        const which = pick(pairs.length)
        pairs[which] = others[Math.min(which, others.length - 1)] as string
        text = pairs.join(pick(8) === 0 ? ',' : ', ')
        break
      }
      default:
        text = text.slice(0, at) + text.slice(at, end).toUpperCase() + text.slice(end)
    }
  }
  return text
}

import { PortalError } from '@gatewright/portal'

/** Something that is kept until its time is over. */
export interface Entry<T = unknown> {
  readonly home: Map<string, Entry<T>>
  readonly key: string
  value: T
  /** On the room's clock, in milliseconds. May be put off while the entry stands in its lane. */
  expires: number
  readonly bytes: number
  lane: Lane
  /** When it is looked at: no earlier than this it must be gone. */
  due: number
  previous: Entry | undefined
  next: Entry | undefined
}

/** Entries of about the same lifetime, the oldest first. */
interface Lane {
  readonly span: number
  head: Entry | undefined
  tail: Entry | undefined
}

/** 2^0 to 2^35 milliseconds: a little more than a year. */
const LANES = 36
/** What an entry costs beside its characters, measured with windows of 64 on Node 24. */
const ENTRY_BYTES = 384

/**
 * Holds every entry of a store within one bound of memory, and finds those whose time is over, without a timer and in
 * constant time for each: an entry waits in the lane of its lifetime rounded up to a power of two, where whoever came first
 * is due first. What has expired is never answered; its memory comes back at the latest after twice its lifetime.
 *
 * What has not expired is never thrown out to make room: a forgotten number could be replayed. A full room takes nothing new.
 */
export class Room {
  readonly #lanes: readonly Lane[] = Array.from({ length: LANES }, (_, i) => ({
    span: 2 ** i,
    head: undefined,
    tail: undefined,
  }))
  readonly #maxBytes: number
  readonly #clock: () => number
  #bytes = 0
  #time = Number.NEGATIVE_INFINITY
  #turn = 0

  constructor(maxBytes: number, clock: () => number) {
    this.#maxBytes = maxBytes
    this.#clock = clock
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Milliseconds that never go back, whatever the clock does. */
  now(): number {
    const time = this.#clock()
    if (time > this.#time) this.#time = time
    return this.#time
  }

  /** The entry, if its time is not over. */
  find<T>(home: Map<string, Entry<T>>, key: string): Entry<T> | undefined {
    const entry = home.get(key)
    if (!entry) return undefined
    if (entry.expires > this.now()) return entry
    this.drop(entry)
    return undefined
  }

  /**
   * Keeps something new, in place of what is there.
   * @throws {PortalError} `OVERLOADED` when the room is full of what has not expired
   */
  keep<T>(home: Map<string, Entry<T>>, key: string, value: T, ttlMs: number, textLength = 0): void {
    const now = this.now()
    const bytes = ENTRY_BYTES + 2 * (key.length + textLength)
    const lane = this.#laneFor(ttlMs)
    this.#sweep(lane, now)
    this.#turn = (this.#turn + 1) % LANES
    this.#sweep(this.#lanes[this.#turn] as Lane, now)
    const grown = () => this.#bytes + bytes - (home.get(key)?.bytes ?? 0)
    if (grown() > this.#maxBytes) {
      for (const each of this.#lanes) this.#sweep(each, now)
      // A full room costs nobody what is there.
      if (grown() > this.#maxBytes) throw this.#full(now)
    }
    const before = home.get(key)
    if (before) this.drop(before)
    const kept = copied(key)
    const entry: Entry<T> = {
      home,
      key: kept,
      value,
      expires: now + ttlMs,
      bytes,
      lane,
      due: 0,
      previous: undefined,
      next: undefined,
    }
    home.set(kept, entry)
    this.#bytes += bytes
    this.#enter(lane, entry, now)
  }

  /** Lets an entry that was just found live for at least so long from then. */
  prolong(entry: Entry, ttlMs: number): void {
    // It stays where it stands in its lane; when it is due there it will be sent on.
    entry.expires = Math.max(entry.expires, this.#time + ttlMs)
  }

  drop(entry: Entry): void {
    entry.home.delete(entry.key)
    this.#bytes -= entry.bytes
    this.#leave(entry)
  }

  #laneFor(ttlMs: number): Lane {
    return this.#lanes[Math.min(LANES - 1, Math.max(0, Math.ceil(Math.log2(ttlMs))))] as Lane
  }

  #sweep(lane: Lane, now: number): void {
    for (let entry = lane.head; entry; entry = lane.head) {
      if (entry.expires <= now) this.drop(entry)
      else if (entry.due <= now) {
        this.#leave(entry)
        this.#enter(this.#laneFor(entry.expires - now), entry, now)
      } else return
    }
  }

  #enter(lane: Lane, entry: Entry, now: number): void {
    entry.lane = lane
    entry.due = now + lane.span
    entry.previous = lane.tail
    entry.next = undefined
    if (lane.tail) lane.tail.next = entry
    else lane.head = entry
    lane.tail = entry
  }

  #leave(entry: Entry): void {
    const { lane, previous, next } = entry
    if (previous) previous.next = next
    else lane.head = next
    if (next) next.previous = previous
    else lane.tail = previous
  }

  #full(now: number): PortalError {
    const soonest = Math.min(...this.#lanes.flatMap(({ head }) => (head ? [Math.min(head.expires, head.due)] : [])))
    return new PortalError('OVERLOADED', `the state of this process has used up its ${this.#maxBytes} bytes`, {
      hint: 'Raise maxBytes of memoryState, or use a shared store; nothing is forgotten before its time.',
      retryAfterMs: Math.max(1, Math.ceil(soonest - now)),
    })
  }
}

/**
 * The same text, by itself. A piece that was cut out of a longer text holds all of that text in memory: a nonce its whole
 * header, while it is counted as a nonce.
 */
export function copied(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8')
}

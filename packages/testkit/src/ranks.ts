/** Two series of times that differ as no accident would make them differ. */
export interface Gap {
  /** How often a value of the first series exceeds one of the second: 0.5 for equals, 1 for always. */
  readonly superiority: number
  /** Milliseconds. */
  readonly medians: readonly [first: number, second: number]
}

/** Below this a difference is neither the work of a password hash nor anything that a network would let through. */
const NOTICEABLE_MS = 0.5
const NOTICEABLE_RATIO = 1.5
/** Standard deviations. Equals go as far once in 15,000 runs, and next to never with such medians. */
const BEYOND_CHANCE = 4

/**
 * Whether the first series is longer or shorter than the second in nearly every comparison, and by enough to matter.
 * Ranks rather than means (Mann-Whitney), so that one pause of the machine weighs no more than any other value.
 */
export function gapBetween(first: readonly number[], second: readonly number[]): Gap | undefined {
  let wins = 0
  for (const a of first) for (const b of second) wins += a > b ? 1 : a === b ? 0.5 : 0
  const superiority = wins / (first.length * second.length)
  const medians = [median(first), median(second)] as const
  const [low, high] = [Math.min(...medians), Math.max(...medians)]
  const deviation = Math.sqrt((first.length + second.length + 1) / (12 * first.length * second.length))
  const certain = Math.abs(superiority - 0.5) >= BEYOND_CHANCE * deviation
  const large = high - low >= NOTICEABLE_MS && high >= low * NOTICEABLE_RATIO
  return certain && large ? { superiority, medians } : undefined
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return ((sorted[middle] ?? 0) + (sorted[sorted.length - 1 - middle] ?? 0)) / 2
}

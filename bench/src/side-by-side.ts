/** One thing that can be done over and over. */
export interface Contestant {
  readonly name: string
  run(): unknown
}

/** What came of it: nanoseconds for one run, and times the first contestant's in the same round. */
export interface Standing {
  readonly name: string
  readonly ns: number
  readonly ratio: number
  readonly spread: readonly [low: number, high: number]
}

/**
 * Times asynchronous contestants in turn, many short rounds each, so that whatever else the machine does falls on all of
 * them. The ratio is taken within a round and its median reported; the first contestant is the measure.
 *
 * @param rounds each contestant runs this often; @param runs in one go
 */
export async function sideBySide(contestants: readonly Contestant[], rounds = 61, runs = 20_000): Promise<Standing[]> {
  const times = new Map(contestants.map(({ name }) => [name, [] as number[]]))
  for (const contestant of contestants) await time(contestant, runs * 3)
  for (let round = 0; round < rounds; round++) {
    // The order turns with the round: nobody always runs after the one that left the garbage.
    for (let i = 0; i < contestants.length; i++) {
      const contestant = contestants[(i + round) % contestants.length] as Contestant
      times.get(contestant.name)?.push(await time(contestant, runs))
    }
  }
  const measure = times.get(contestants[0]?.name ?? '') ?? []
  return contestants.map(({ name }) => {
    const own = times.get(name) ?? []
    const ratios = own.map((ns, round) => ns / (measure[round] ?? Number.NaN)).sort((a, b) => a - b)
    const at = (share: number) => ratios[Math.floor(share * (ratios.length - 1))] ?? Number.NaN
    return { name, ns: median(own), ratio: at(0.5), spread: [at(0.1), at(0.9)] }
  })
}

async function time(contestant: Contestant, runs: number): Promise<number> {
  const start = process.hrtime.bigint()
  for (let i = 0; i < runs; i++) await contestant.run()
  return Number(process.hrtime.bigint() - start) / runs
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** A table for people, the measure first. */
export function table(standings: readonly Standing[]): string {
  const width = Math.max(...standings.map(({ name }) => name.length))
  const rows = standings.map(({ name, ns, ratio, spread }) =>
    [
      name.padEnd(width),
      `${Math.round(ns)} ns`.padStart(9),
      `${ratio.toFixed(2)}x`.padStart(8),
      `(${spread[0].toFixed(2)} to ${spread[1].toFixed(2)})`.padStart(16),
    ].join('  '),
  )
  return rows.join('\n')
}

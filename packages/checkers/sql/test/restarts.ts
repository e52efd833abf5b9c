import { createPortal, PortalError, password } from '@gatewright/portal'
import { create } from '../src/plugin.ts'
import type { Cluster, Stop } from './cluster.ts'

export interface Restarts {
  /** What became of logins, and how many each. What must not be says who it was. */
  readonly outcomes: ReadonlyMap<string, number>
  readonly slowestMs: number
  /** How much the memory of this process grew from the end of the first cycle to that of the last. */
  readonly growth: number
}

/**
 * Stops and starts a server while three guests log in without a pause, one of them with a wrong password. Each stop waits
 * until everybody was let in, and each start until everybody has heard of the stop.
 */
export async function restartInTheMiddle(
  cluster: Cluster,
  stops: readonly Stop[],
  deadlineMs = 400,
): Promise<Restarts> {
  const checker = await create(`${cluster.url}?table=users&deadline=${deadlineMs}`)
  const portal = createPortal({ realm: { desk: (id) => id }, checkers: [checker] })
  const outcomes = new Map<string, number>()
  let slowestMs = 0
  let going = true
  const guest = async (typed: string, right: string) => {
    while (going) {
      const began = performance.now()
      const how = await portal.login(password('ada', typed), 'desk').then(
        ({ status }) => status,
        (error: unknown) => (error instanceof PortalError ? error.code : String(error)),
      )
      slowestMs = Math.max(slowestMs, performance.now() - began)
      const told = how === right || how === 'CHECKER_UNAVAILABLE' ? how : `${typed} came to ${how}`
      outcomes.set(told, (outcomes.get(told) ?? 0) + 1)
    }
  }
  const guests = [guest('sesame', 'granted'), guest('sesame', 'granted'), guest('wrong', 'refused')]
  const until = async (outcome: string) => {
    const before = outcomes.get(outcome) ?? 0
    while ((outcomes.get(outcome) ?? 0) === before) await new Promise((resolve) => setImmediate(resolve))
  }
  let base: number | undefined
  for (const how of stops) {
    await until('granted')
    await cluster.stop(how)
    await until('CHECKER_UNAVAILABLE')
    await cluster.start()
    await until('granted')
    await until('refused')
    base ??= process.memoryUsage().rss
  }
  going = false
  await Promise.all(guests)
  await portal.close()
  return { outcomes, slowestMs, growth: process.memoryUsage().rss - (base ?? 0) }
}

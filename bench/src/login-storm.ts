import { memoryChecker } from '@gatewright/checker-memory'
import { hashingBudget } from '@gatewright/passwords'
import { createPortal, PortalError, password } from '@gatewright/portal'

const LOGINS = 1_000
const MIB = 1024 * 1024

/** A thousand people at the door at once: who is let in, who is told to come back, how soon, and what it takes. */
export async function loginStorm(): Promise<void> {
  const portal = createPortal({ realm: { desk: (id) => ({ id }) }, checkers: [memoryChecker({ ada: 'sesame' })] })
  await portal.login(password('ada', 'sesame'), 'desk')
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  let most = before
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5)
  const told: number[] = []
  let granted = 0
  const began = performance.now()
  const attempts = Array.from({ length: LOGINS }, async (_, i) => {
    const peer = { address: `127.0.${i >> 8}.${i & 255}` }
    try {
      if ((await portal.login(password('ada', 'sesame'), 'desk', { peer })).status === 'granted') granted++
    } catch (error) {
      if (!(error instanceof PortalError && error.code === 'OVERLOADED')) throw error
      told.push(performance.now() - began)
    }
  })
  await Promise.all(attempts)
  clearInterval(watch)
  await portal.close()
  const { threads, queueLimit } = hashingBudget.limits
  console.log(`\n${LOGINS} logins at once, argon2id 19 MiB; ${threads} at a time, ${queueLimit} may wait`)
  console.log(`let in                       ${granted}`)
  console.log(`told "overloaded"            ${told.length}, the last after ${Math.max(...told).toFixed(0)} ms`)
  console.log(`memory above the start       ${((most - before) / MIB).toFixed(0)} MiB at most`)
}

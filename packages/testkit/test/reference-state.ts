import { memoryState, type StateStore } from '@gatewright/state'
import type { StateSubject } from '../src/index.ts'
import { Backend } from './specimen-checker.ts'

/** A store on a backend that can be broken, and works again in a new one. */
export function guarded(backend: Backend): StateStore {
  backend.reset()
  const store = memoryState()
  const asking =
    <Asked extends unknown[], Answer>(verb: (...asked: Asked) => Promise<Answer>) =>
    async (...asked: Asked): Promise<Answer> => {
      backend.ask()
      return verb(...asked)
    }
  return {
    shared: false,
    claim: asking((key: string, ttlMs: number) => store.claim(key, ttlMs)),
    advance: asking((key: string, to: number, ttlMs: number) => store.advance(key, to, ttlMs)),
    window: asking((key: string, n: number, size: number, ttlMs: number) => store.window(key, n, size, ttlMs)),
    hit: asking((key: string, windowMs: number, cost?: number) => store.hit(key, windowMs, cost)),
    put: asking((key: string, value: string, ttlMs: number) => store.put(key, value, ttlMs)),
    get: asking((key: string) => store.get(key)),
    take: asking((key: string) => store.take(key)),
    delete: asking((key: string) => store.delete(key)),
  }
}

const backend = new Backend()

export const guardedSubject: StateSubject = {
  create: () => guarded(backend),
  sabotage: () => backend.sabotage(),
}

import { guarded } from '../../reference-state.ts'
import { Backend } from '../../specimen-checker.ts'
import type { StateSpecimen } from '../../specimen-state.ts'

const backend = new Backend()

export const specimen: StateSpecimen = {
  breaks: 'throws when its backend is down',
  subject: {
    create() {
      const store = guarded(backend)
      return {
        ...store,
        async claim(key, ttlMs) {
          try {
            backend.ask()
          } catch {
            return false
          }
          return store.claim(key, ttlMs)
        },
      }
    },
    sabotage: () => backend.sabotage(),
  },
}

import { memoryState, type StateStore } from '@gatewright/state'
import type { StateSubject } from '../src/index.ts'

/** A state store that breaks the law of this name, and no other. */
export interface StateSpecimen {
  readonly breaks: string
  readonly subject: StateSubject
}

/** The subject of a store that is honest but for what is made of it here. */
export function stateOf(
  make: (honest: StateStore) => Partial<StateStore>,
  more: Partial<StateSubject> = {},
): StateSubject {
  return {
    create() {
      const honest = memoryState()
      return { ...honest, ...make(honest) }
    },
    ...more,
  }
}

import type { Realm } from '@gatewright/portal'
import { Visitor } from './visitor.ts'

/** What somebody can be in this house. Doors ask for one of these; a door that needs another adds it here. */
export interface HouseAvatars {
  readonly visitor: Visitor
}

export const houseRealm: Realm<HouseAvatars> = {
  visitor: (id) => new Visitor(id),
}

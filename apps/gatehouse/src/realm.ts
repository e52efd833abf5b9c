import type { Realm } from '@gatewright/portal'
import { SshVisitor } from './ssh-visitor.ts'
import { Visitor } from './visitor.ts'

/** What somebody can be in this house. Doors ask for one of these; a door that needs another adds it here. */
export interface HouseAvatars {
  readonly visitor: Visitor
  readonly sshVisitor: SshVisitor
}

export const houseRealm: Realm<HouseAvatars> = {
  visitor: (id) => new Visitor(id),
  sshVisitor: (id) => new SshVisitor(new Visitor(id)),
}

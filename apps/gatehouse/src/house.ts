import { type LoadAuthOptions, type Log, loadAuth, UsageError } from '@gatewright/auth-option'
import type { UserSource } from '@gatewright/passwords'
import { type Checker, createPortal, type Requirement } from '@gatewright/portal'
import type { Door, OpenDoor } from './doors/door.ts'
import { whyShut } from './doors/why-shut.ts'
import { houseRealm } from './realm.ts'
import { REALM, REQUIRE } from './settings/house-settings.ts'
import type { Settings } from './settings/settings.ts'
import { houseKeys } from './users/house-keys.ts'
import { houseUsers } from './users/house-users.ts'
import { openUsers } from './users/open-users.ts'
import type { UserTable } from './users/user-table.ts'

/** What a house is made of. */
export interface HouseOptions {
  /** Where the user database is; made if need be. */
  readonly directory: string
  /** Who may log in beside the users of the house, who stand before the first of them that lists users. */
  readonly auth: LoadAuthOptions & { readonly specs: readonly string[] }
  readonly require?: Requirement
  readonly doors: readonly Door[]
  readonly settings: Settings
  readonly log: Log
  readonly now: () => Date
}

/** A house with its doors open. */
export interface House {
  readonly doors: readonly OpenDoor[]
  /** Closes the doors, waits for those inside, and only then closes what they stood on. */
  close(): Promise<void>
}

/**
 * How long a login may wait for a lock of another process, in milliseconds. Everything else waits with it; in WAL mode that
 * happens when a process that wrote has just crashed, and when two rehash at once.
 */
const BUSY_MS = 250

/**
 * One user database, one portal, every door.
 * @throws {UsageError} `BAD_REQUIREMENT` if nobody could come in by any of the doors
 * @throws {GatehouseError} as `openDatabase` does; what `loadAuth`, `createPortal` and the doors throw passes
 */
export async function openHouse(options: HouseOptions): Promise<House> {
  const { directory, auth, doors, settings, log, now } = options
  // Closed from the last to the first: the doors, then what they stand on.
  const closing: (() => unknown)[] = []
  const close = async (): Promise<void> => {
    let failure: { readonly error: unknown } | undefined
    for (const end of closing.splice(0).reverse()) {
      try {
        await end()
      } catch (error) {
        // The first is told; the rest is closed all the same.
        failure ??= { error }
      }
    }
    if (failure) throw failure.error
  }
  let keys: readonly Checker[] = []
  const openOwn = async (): Promise<UserSource> => {
    const users = await openUsers(directory, { create: true, busyMs: BUSY_MS })
    closing.push(() => users.close())
    tellOf(users, options)
    // Behind all others: what is to refuse a key before it is looked for here is asked before it is.
    keys = [houseKeys(users, now)]
    return houseUsers(users, now)
  }
  // Until there is a portal that does it.
  let unclosed: readonly Checker[] = []
  closing.push(() => Promise.all(unclosed.map(async (checker) => await checker.close?.())))
  try {
    const { checkers: others, warnings } = await loadAuth(auth.specs, { ...auth, ownSource: openOwn })
    const checkers = [...others, ...keys]
    unclosed = checkers
    for (const message of warnings) log.warn('exposed', { message })

    const portal = createPortal({
      realm: houseRealm,
      checkers,
      ...(options.require === undefined ? {} : { require: options.require }),
      observers: [log.logins],
    })
    unclosed = []
    closing.push(() => portal.close())

    const open: OpenDoor[] = []
    for (const door of doors) {
      const message = whyShut(door, options.require, settings)
      if (message !== undefined) {
        log.warn('shut', { door: door.name, message })
        continue
      }
      const opened = await door.open({ portal, settings, log })
      if (opened === undefined) continue
      closing.push(() => opened.close())
      log.info('listening', { door: door.name, url: opened.url })
      open.push(opened)
    }
    if (options.require !== undefined && open.length === 0) throw nobody(settings)
    return { doors: open, close }
  } catch (error) {
    // The program ends with the first problem; what closing runs into now would only hide it.
    await close().catch(() => undefined)
    throw error
  }
}

const nobody = (settings: Settings): UsageError =>
  new UsageError('BAD_REQUIREMENT', `${settings.originOf(REQUIRE).name}: nobody could come in by any door`, {
    hint: 'Open the door that asks for this, or require less.',
  })

function tellOf(users: UserTable, { auth: { specs }, settings, log }: HouseOptions): void {
  if (users.exposed) log.warn('exposed', { message: `others can read ${users.path}; chmod 600 would keep them out` })
  const realm = settings.get(REALM)
  const strangers = users.countWithoutDigest(realm)
  if (strangers > 0) {
    const message = `${strangers} of the users cannot log in by HTTP Digest: no password was set for the realm ${realm}`
    log.warn('partial', { message })
  }
  if (specs.length > 0 || !users.isEmpty()) return
  log.warn('empty', { message: 'nobody can log in yet; gatehouse users add NAME adds somebody, at once' })
}

import {
  createLog,
  discoverCheckers,
  helpAuth,
  helpAuthType,
  Option,
  parseRequire,
  serveUntilSignal,
} from '@gatewright/auth-option'
import type { CredentialKind } from '@gatewright/portal'
import { DOORS } from '../doors/index.ts'
import { openHouse } from '../house.ts'
import { SETTINGS } from '../settings/config.ts'
import { AUTH, DATA, REQUIRE } from '../settings/house-settings.ts'
import { welcome } from '../welcome.ts'
import type { Subcommand } from './subcommand.ts'

export const serve: Subcommand = {
  name: 'serve',
  summary: 'open every door, until SIGTERM or Ctrl-C',
  settings: SETTINGS,
  options: [
    new Option('--help-auth', 'list what --auth can be given'),
    new Option('--help-auth-type <TYPE>', 'tell all about one of them'),
    new Option('--welcome', 'tell how to add a user, and how to come in by each door'),
  ],
  async run({ options, settings, caller }) {
    const { cwd, env, out, err, now } = caller
    const from = import.meta.url
    const supports: readonly CredentialKind[] = [...new Set(DOORS.flatMap((door) => door.supports))]
    if (options.helpAuth === true) {
      out(helpAuth(discoverCheckers({ from, cwd }), supports))
      return 0
    }
    if (typeof options.helpAuthType === 'string') {
      out(helpAuthType(options.helpAuthType, discoverCheckers({ from, cwd }), supports))
      return 0
    }

    const rows = settings.get(REQUIRE)
    const required = rows === undefined ? undefined : parseRequire(rows, supports, settings.originOf(REQUIRE).name)
    const log = createLog(err, now)
    const house = await openHouse({
      directory: settings.get(DATA),
      auth: { specs: settings.get(AUTH), inProcessList: settings.isOption(AUTH), supports, from, cwd, env },
      ...(required === undefined ? {} : { require: required }),
      doors: DOORS,
      settings,
      log,
      now,
    })
    for (const { url } of house.doors) out(`listening on ${url}\n`)
    if (options.welcome === true) err(welcome({ doors: house.doors, required, directory: settings.get(DATA), cwd }))
    return await serveUntilSignal(house, caller, log, new AbortController())
  },
}

import type { UserSource } from '@gatewright/passwords'
import type { Checker, CredentialKind, LoginObserver, PortalOptions, Requirement } from '@gatewright/portal'
import type { Command, Option } from 'commander'
import { createCommand, parseCommand } from './command.ts'
import { discoverCheckers } from './discover-checkers.ts'
import { UsageError } from './errors.ts'
import { helpAuth, helpAuthType } from './help-auth.ts'
import { listenProblem, listenUrl, parseHost, parsePort } from './listen-address.ts'
import { loadAuth } from './load-auth.ts'
import { createLog, type Log } from './log.ts'
import { parseRequire } from './parse-require.ts'
import { createProgram, type Program } from './program.ts'
import { type Closable, serveUntilSignal } from './serve-until-signal.ts'
import type { Surroundings } from './surroundings.ts'

/** A server that is up. */
export interface RunningServer extends Closable {
  /** The port it listens on: the one picked, when 0 was asked for. */
  readonly port: number
  /** The scheme that it speaks, when that is not the one of its command. */
  readonly scheme?: 'https'
}

/** What the command line says, ready for use. */
export interface ServerContext<Options extends object> {
  /** For `createPortal({ realm, ...portal })`: the checkers, the requirement, and the log as an observer. */
  readonly portal: Pick<PortalOptions<object>, 'checkers' | 'require'> & {
    readonly observers: readonly LoginObserver[]
  }
  readonly checkers: readonly Checker[]
  /** The user sources among the checkers. */
  readonly sources: readonly UserSource[]
  /** Absent when `--require` was not given. */
  readonly require?: Requirement
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  /** The values of the server's own options. */
  readonly options: Readonly<Options>
  readonly log: Log
  /** Fires when the server is to stop, before it is closed. */
  readonly signal: AbortSignal
  readonly surroundings: Surroundings
}

/** A server program. */
export interface ServerCommand<Options extends object> {
  /** As it is typed. */
  readonly name: string
  /** One sentence, for `--help`. */
  readonly summary: string
  readonly version: string
  /** The scheme of the line that says where it listens. */
  readonly url: 'tcp' | 'ssh' | 'http'
  readonly defaultPort: number
  /** The kinds of credential that it can ask its clients for. */
  readonly supports: readonly CredentialKind[]
  /** Whether passwords that `--auth` gives in plain text stay readable, in memory, for HTTP Digest. @default false */
  readonly digest?: boolean
  /** `import.meta.url` of the application, whose dependencies provide the checkers. */
  readonly from: string | URL
  /** Options beyond those that every server has. */
  readonly options?: readonly Option[]
  /** Command lines for `--help`, without the name of the program. @default one that lets in ada with the password sesame */
  readonly examples?: readonly string[]
  /** Opens the server. What it throws ends the program; it closes nothing of what it was given. */
  start(context: ServerContext<Options>): Promise<RunningServer>
}

interface SharedOptions {
  readonly auth?: readonly string[]
  readonly helpAuth?: true
  readonly helpAuthType?: string
  readonly require?: string
  readonly host: string
  readonly port: string
}

/**
 * The program of a server: the options that all servers share, the line on stdout when it is ready, the log on stderr, the
 * drain on SIGTERM and SIGINT, and the exit code: 0 done, 1 failed at run time, 2 wrong usage. Run it by `runMain`.
 */
export function serverCommand<Options extends object = Record<string, unknown>>(
  server: ServerCommand<Options>,
): Program {
  return createProgram((surroundings) => run(server, surroundings))
}

async function run<Options extends object>(
  server: ServerCommand<Options>,
  surroundings: Surroundings,
): Promise<number> {
  const { supports, from, digest = false } = server
  const { cwd, env, out, err } = surroundings
  const command = describe(server, surroundings)
  if ((await parseCommand(command, surroundings.args)) === 'shown') return 0
  const given = command.opts<SharedOptions & Options>()

  if (given.helpAuth) {
    out(helpAuth(discoverCheckers({ from, cwd }), supports))
    return 0
  }
  if (given.helpAuthType !== undefined) {
    out(helpAuthType(given.helpAuthType, discoverCheckers({ from, cwd }), supports))
    return 0
  }

  const host = parseHost(given.host)
  const port = parsePort(given.port)
  const required = given.require === undefined ? undefined : parseRequire(given.require, supports)
  if (given.auth === undefined) {
    throw new UsageError('BAD_OPTION', 'nobody could log in: --auth is missing', {
      hint: `${server.name} --help-auth lists what can be given, such as --auth memory:ada:sesame.`,
    })
  }
  const { checkers, sources, warnings } = await loadAuth(given.auth, { supports, from, cwd, env, digest })
  const log = createLog(err)
  for (const message of warnings) log.warn('exposed', { message })

  const stop = new AbortController()
  const demands = required === undefined ? {} : { require: required }
  let running: RunningServer
  try {
    checkProvided(required, checkers)
    running = await server.start({
      portal: { checkers, ...demands, observers: [log.logins] },
      checkers,
      sources,
      ...demands,
      host,
      port,
      options: given,
      log,
      signal: stop.signal,
      surroundings,
    })
  } catch (error) {
    // The program ends with the first problem; what closing runs into now would only hide it.
    await Promise.allSettled(checkers.map(async (checker) => await checker.close?.()))
    throw listenProblem(error, listenUrl(server.url, host, port))
  }
  out(`listening on ${listenUrl(running.scheme ?? server.url, host, running.port)}\n`)
  return await serveUntilSignal(running, surroundings, log, stop)
}

function describe<Options extends object>(server: ServerCommand<Options>, surroundings: Surroundings): Command {
  const command = createCommand(server.name, surroundings)
    .description(server.summary)
    .usage('--auth TYPE:ARG [options]')
    .version(server.version, '-V, --version', 'show the version')
    .option('--auth <TYPE:ARG>', 'who may log in; repeatable, asked in order', collected)
    .option('--help-auth', 'list what --auth can be given')
    .option('--help-auth-type <TYPE>', 'tell all about one of them')
    .option('--require <ROWS>', "what it takes: 'publickey,totp password,totp' is a code beside either")
    .option('--host <ADDRESS>', 'where to listen', '127.0.0.1')
    .option('--port <PORT>', 'where to listen; 0 picks a free one', String(server.defaultPort))
  for (const option of server.options ?? []) command.addOption(option)
  const examples = server.examples ?? ['--auth memory:ada:sesame', '--auth memory:@env:USERS --host 0.0.0.0']
  return command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${server.name} ${line}`).join('\n')}`)
}

const collected = (spec: string, earlier: readonly string[] = []): readonly string[] => [...earlier, spec]

/** The portal would say so too, in the words of whoever assembles one. */
function checkProvided(required: Requirement | undefined, checkers: readonly Checker[]): void {
  const accepted = new Set<CredentialKind>(checkers.flatMap(({ accepts }) => accepts as readonly CredentialKind[]))
  const lacking = required?.flat().find((kind) => !accepted.has(kind))
  if (lacking === undefined) return
  throw new UsageError('BAD_REQUIREMENT', `--require: no --auth accepts '${lacking}'`, {
    hint: `Those given accept ${[...accepted].join(', ')}; --help-auth lists others.`,
  })
}

import { readFileSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { createCommand, Option, parseCommand, printable, type Surroundings } from '@gatewright/auth-option'
import type { HashOptions } from '@gatewright/passwords'
import { progressBar } from './progress-bar.ts'
import { type ImportFormat, readUsers } from './read-users.ts'
import { openTarget, type Target, type TargetOptions } from './target.ts'
import { askPassword, type Terminal } from './terminal.ts'

type Scheme = NonNullable<HashOptions['scheme']>

const SCHEMES: readonly Scheme[] = [
  'argon2id',
  'bcrypt',
  'scrypt',
  'yescrypt',
  'sha512-crypt',
  'pbkdf2-sha256',
  'pbkdf2-sha512',
]

const scheme = () => new Option('--scheme <name>', 'how to hash').choices(SCHEMES).default('argon2id')

/**
 * The program. Answers with its exit code: 0 done, or the password is right; 1 failed, or the password is wrong; 2 wrong
 * usage.
 *
 * @param terminal where passwords come from @default process.stdin
 * @param isTerminal whether somebody watches, who would like to see progress @default whether stderr is a terminal
 */
export async function passwd(
  { args, cwd, env, out, err, signals }: Surroundings,
  terminal: Terminal = process.stdin,
  isTerminal: boolean = process.stderr.isTTY,
): Promise<number> {
  let exitCode = 0
  const warn = (text: string) => err(`warning: ${text}\n`)

  /** Connections end with the command, however that ends. */
  async function withTarget(
    spec: string,
    options: Omit<TargetOptions, 'cwd' | 'env' | 'warn'>,
    use: (target: Target) => Promise<void>,
  ): Promise<void> {
    const target = await openTarget(spec, { cwd, env, warn, ...options })
    try {
      await use(target)
    } catch (error) {
      // What is told is what went wrong first, not what the clearing up ran into.
      await Promise.allSettled([target.close?.()])
      throw error
    }
    await target.close?.()
  }

  const program = createCommand('gatewright-passwd', { out, err })
    .description(
      'Users of a password file or a table. FILE is a path, file:PATH, sql:URL, sql:@env:NAME or sql:@file:PATH.',
    )
    .version(ownVersion(), '-V, --version', 'show the version')
  program.addHelpText('after', EXAMPLES)

  program
    .command('add')
    .argument('<file>')
    .argument('<name>')
    .description('add a user, or change the password; it is asked for, or read from standard input')
    .addOption(scheme())
    .option('--create', 'make the file if there is none')
    .action(async (file: string, name: string, options: { readonly scheme: Scheme; readonly create?: true }) => {
      await withTarget(file, { create: options.create === true, hash: { scheme: options.scheme } }, async (target) => {
        const isNew = await target.set(name, await askPassword(terminal, err, true))
        out(`${isNew ? 'added' : 'changed'} ${quoted(name)}\n`)
      })
    })

  program
    .command('remove')
    .argument('<file>')
    .argument('<name>')
    .description('remove a user; exit code 1 if there was none')
    .action(async (file: string, name: string) => {
      await withTarget(file, {}, async (target) => {
        const removed = await target.remove(name)
        if (removed) out(`removed ${quoted(name)}\n`)
        else err(`error: there is no user ${quoted(name)}\nhint: gatewright-passwd list FILE shows who there is.\n`)
        exitCode = removed ? 0 : 1
      })
    })

  program
    .command('verify')
    .argument('<file>')
    .argument('<name>')
    .description('ask for a password; exit code 0 if it is right, 1 if it is wrong')
    .action(async (file: string, name: string) => {
      await withTarget(file, {}, async (target) => {
        const right = await target.verify(name, await askPassword(terminal, err, false))
        out(right ? 'right\n' : 'wrong\n')
        exitCode = right ? 0 : 1
      })
    })

  program
    .command('list')
    .argument('<file>')
    .description('show the names, one on each line')
    .action(async (file: string) => {
      await withTarget(file, {}, async (target) => {
        // A table can hold names that no login takes, such as with a line break, and they must forge no second line.
        out((await target.list()).map((name) => `${printable(name)}\n`).join(''))
      })
    })

  program
    .command('import')
    .argument('<from>')
    .description('add the users of an htpasswd file, or of CSV: name, and password or hash')
    .requiredOption('--to <file>', 'where to')
    .addOption(new Option('--format <name>', 'what FROM is; .csv tells itself').choices(['htpasswd', 'csv']))
    .addOption(scheme())
    .option('--create', 'make the file if there is none')
    .action(async (from: string, options: ImportCommand) => {
      const format = options.format ?? (extname(from).toLowerCase() === '.csv' ? 'csv' : 'htpasswd')
      const rows = await readUsers(resolve(cwd, from), from, format)
      const hash = { scheme: options.scheme }
      await withTarget(options.to, { create: options.create === true, hash }, async (target) => {
        const bar = isTerminal ? progressBar(rows.length, err) : undefined
        const controller = new AbortController()
        const stop = () => controller.abort(new Error('stopped; nothing was imported'))
        signals.on('SIGINT', stop)
        try {
          const onProgress = bar && { onProgress: bar.update }
          const { added, changed } = await target.import(rows, { signal: controller.signal, ...onProgress })
          bar?.end()
          out(`added ${added}, changed ${changed}\n`)
        } catch (error) {
          bar?.end()
          throw error
        } finally {
          signals.off('SIGINT', stop)
        }
      })
    })

  await parseCommand(program, args)
  return exitCode
}

/** A name as part of a sentence, safe to show on a terminal. */
const quoted = (name: string) => printable(JSON.stringify(name))

/** Read, not imported: the build must not take package.json for a source. */
function ownVersion(): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  )
  return manifest.version
}

interface ImportCommand {
  readonly to: string
  readonly format?: ImportFormat
  readonly scheme: Scheme
  readonly create?: true
}

const EXAMPLES = `
Examples:
  gatewright-passwd add --create users.txt ada
  printf '%s' "$PASSWORD" | gatewright-passwd add users.txt ada
  gatewright-passwd verify users.txt ada
  gatewright-passwd import .htpasswd --to users.txt
  gatewright-passwd add 'sql:sqlite:users.db?table=users' ada
  gatewright-passwd list sql:@env:USERS_URL
`

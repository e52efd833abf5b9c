import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { codeOf, type Environment, UsageError } from '@gatewright/auth-option'

/** A URL, not a database. */
const MAX_LENGTH = 64 * 1024

const bad = (problem: string, hint: string) => new UsageError('BAD_ARGUMENT', problem, { hint })

/**
 * The URL that stands behind `sql:`, or where `@env:NAME` or `@file:PATH` points. It appears in no message.
 * @throws {UsageError} `BAD_ARGUMENT`
 */
export async function readSqlUrl(
  argument: string,
  { cwd, env, warn }: { readonly cwd: string; readonly env: Environment; readonly warn: (text: string) => void },
): Promise<string> {
  if (argument.startsWith('@env:')) return fromEnvironment(argument.slice('@env:'.length), env)
  if (argument.startsWith('@file:')) return await fromFile(argument.slice('@file:'.length), cwd)
  if (holdsPassword(argument)) {
    warn('the password in the URL is in every process list; sql:@env:NAME or sql:@file:PATH would keep it secret')
  }
  return argument
}

function fromEnvironment(name: string, env: Environment): string {
  const value = Object.hasOwn(env, name) ? env[name] : undefined
  if (value !== undefined && value !== '') return value
  throw bad(`the variable ${JSON.stringify(name)} is not set`, 'Set it to the URL, or check its spelling.')
}

async function fromFile(path: string, cwd: string): Promise<string> {
  const shown = JSON.stringify(path)
  let text: string
  try {
    text = await readFile(resolve(cwd, path), 'utf8')
  } catch (error) {
    throw bad(`cannot read ${shown} (${codeOf(error) ?? 'unknown reason'})`, 'Check the path.')
  }
  if (text.length > MAX_LENGTH) throw bad(`${shown} is longer than a URL`, 'The file holds the URL and nothing else.')
  return text.replace(/^\ufeff/, '').replace(/\r?\n$/, '')
}

function holdsPassword(url: string): boolean {
  return URL.parse(url)?.password !== '' && /^[a-z]+:\/\/[^/]*@/.test(url)
}

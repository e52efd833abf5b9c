import { type Environment, parseArgument, readArgument } from '@gatewright/auth-option'

/**
 * The URL that stands behind `sql:`, or where `@env:NAME` or `@file:PATH` points. It appears in no message.
 * @throws {UsageError} `BAD_SPEC`, `BAD_ARGUMENT`, as for `--auth`
 */
export async function readSqlUrl(
  text: string,
  { cwd, env, warn }: { readonly cwd: string; readonly env: Environment; readonly warn: (text: string) => void },
): Promise<string> {
  const argument = parseArgument(text, 'sql')
  if (argument.from === 'literal' && holdsPassword(text)) {
    warn('the password in the URL is in every process list; sql:@env:NAME or sql:@file:PATH would keep it secret')
  }
  return await readArgument(argument, cwd, env)
}

function holdsPassword(url: string): boolean {
  return URL.parse(url)?.password !== '' && /^[a-z]+:\/\/[^/]*@/.test(url)
}

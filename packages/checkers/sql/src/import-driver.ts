import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SqlError } from './errors.ts'

/**
 * Imports a driver that the application has installed: from the working directory, from the program that runs, and from
 * where this package is, in this order.
 *
 * @throws {SqlError} `DRIVER_MISSING`; whatever the driver throws when it is loaded
 */
export async function importDriver(specifier: 'pg' | 'mysql2/promise', cwd: string): Promise<unknown> {
  const [program] = process.argv.slice(1)
  for (const from of [join(cwd, 'package.json'), ...(program === undefined ? [] : [program]), import.meta.filename]) {
    const file = resolved(specifier, from)
    if (file === undefined) continue
    const loaded: unknown = await import(/* @vite-ignore */ pathToFileURL(file).href)
    // The drivers are CommonJS, whose exports stand under `default` in any case.
    const whole: unknown = typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, 'default') : undefined
    return whole ?? loaded
  }
  const [name = specifier] = specifier.split('/')
  throw new SqlError('DRIVER_MISSING', `the driver '${name}' is not installed`, { hint: `npm install ${name}` })
}

function resolved(specifier: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(specifier)
  } catch {
    // Not there: somebody else may have it.
    return undefined
  }
}

import { inspect } from 'node:util'

/** The forms under which a secret slips out. */
function disguises(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  // In the middle of something longer, base64 has one of three forms; its first and last characters mix with the neighbours.
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(4, -4),
  )
  return [
    secret,
    Array.from(secret).toReversed().join(''),
    bytes.toString('hex'),
    ...base64,
    encodeURIComponent(secret),
  ]
}

/** Whether a text holds one of the secrets, plain or in a simple encoding. */
export function tells(text: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => disguises(secret).some((form) => text.includes(form)))
}

/**
 * Everything that a log, a debugger or a crash report would make of a value: its cause, hidden fields and all. Private
 * fields stay private, as they do everywhere else.
 */
export function printed(value: unknown): string {
  const depth = { depth: 8, showHidden: true, maxStringLength: Infinity, maxArrayLength: 1_000 } as const
  const forms = [
    () => inspect(value, depth),
    () => inspect(value, { ...depth, customInspect: false }),
    () => JSON.stringify(value) ?? '',
    () => String(value),
  ]
  return forms.map((form) => attempt(form)).join('\n')
}

/** A form that cannot be made prints nothing: a cycle in JSON, an object without toString(). */
function attempt(form: () => string): string {
  try {
    return form()
  } catch {
    return ''
  }
}

import { type KeyRestrictions, UNRESTRICTED } from '@gatewright/ssh-keys'
import { type AddressList, parseFrom } from './address-list.ts'
import { parseExpiryTime } from './expiry-time.ts'
import { LineProblem } from './line-problem.ts'

/** What stands in front of a key in authorized_keys, understood. */
export interface KeyOptions {
  /** The key is that of a CA: it never logs in itself. */
  readonly certAuthority: boolean
  /** From where; absent is anywhere. */
  readonly from?: AddressList
  /** Until when, in milliseconds since the epoch. */
  readonly expiresAt?: number
  /** Of a CA: names of which a certificate must have one, instead of the user's. */
  readonly principals?: readonly string[]
  readonly touchRequired: boolean
  readonly verifyRequired: boolean
  readonly restrictions: KeyRestrictions
}

/** The same, while it is being read. */
type Draft = {
  -readonly [Name in keyof Omit<KeyOptions, 'restrictions'>]: KeyOptions[Name]
} & { restrictions: { -readonly [Name in keyof KeyRestrictions]: KeyRestrictions[Name] } }

type Permission = 'pty' | 'portForwarding' | 'agentForwarding' | 'x11Forwarding' | 'userRc'

/** Every permission there is, so one that is added later is taken away too. */
const NOTHING: Record<Permission, false> = {
  pty: false,
  portForwarding: false,
  agentForwarding: false,
  x11Forwarding: false,
  userRc: false,
}

/** Options that are there or not. */
const FLAGS: ReadonlyMap<string, (draft: Draft) => void> = new Map(
  Object.entries({
    restrict({ restrictions }: Draft): void {
      Object.assign(restrictions, NOTHING)
    },
    'cert-authority'(draft: Draft): void {
      draft.certAuthority = true
    },
  }),
)

/** Options that are taken back with `no-` in front. */
const SWITCHES: ReadonlyMap<string, (draft: Draft, on: boolean) => void> = new Map(
  Object.entries({
    pty: permission('pty'),
    'port-forwarding': permission('portForwarding'),
    'agent-forwarding': permission('agentForwarding'),
    'x11-forwarding': permission('x11Forwarding'),
    'user-rc': permission('userRc'),
    'touch-required'(draft: Draft, on: boolean): void {
      draft.touchRequired = on
    },
    'verify-required'(draft: Draft, on: boolean): void {
      draft.verifyRequired = on
    },
  }),
)

/** Options with a value. */
const VALUES: ReadonlyMap<string, (draft: Draft, value: string) => void> = new Map(
  Object.entries({
    command({ restrictions }: Draft, value: string): void {
      once('command', restrictions.command)
      restrictions.command = value
    },
    from(draft: Draft, value: string): void {
      once('from', draft.from)
      draft.from = parseFrom(value)
    },
    principals(draft: Draft, value: string): void {
      once('principals', draft.principals)
      draft.principals = value.split(',').filter((name) => name !== '')
    },
    'expiry-time'(draft: Draft, value: string): void {
      draft.expiresAt = Math.min(draft.expiresAt ?? Number.POSITIVE_INFINITY, parseExpiryTime(value))
    },
    environment: addEnvironment,
    permitopen({ restrictions }: Draft, value: string): void {
      restrictions.permitOpen = [...(restrictions.permitOpen ?? []), parseHostPort('permitopen', value)]
    },
    permitlisten({ restrictions }: Draft, value: string): void {
      const whole = value.includes(':') ? value : `*:${value}`
      restrictions.permitListen = [...(restrictions.permitListen ?? []), parseHostPort('permitlisten', whole)]
    },
    tunnel({ restrictions }: Draft, value: string): void {
      if (!/^(any|\d{1,9})$/i.test(value)) throw new LineProblem('tunnel= is the number of a device, or any')
      restrictions.tunnel = value.toLowerCase()
    },
  }),
)

/**
 * The options of one line, without the blank after them: sshd(8), AUTHORIZED_KEYS FILE FORMAT. Names in any letter case.
 * @throws {LineProblem} for anything that is not known: an option may be there to forbid something
 */
export function parseKeyOptions(text: string): KeyOptions {
  const draft: Draft = {
    certAuthority: false,
    touchRequired: true,
    verifyRequired: false,
    restrictions: { ...UNRESTRICTED, environment: Object.create(null) as Record<string, string> },
  }
  for (let at = 0; text !== '' && at <= text.length; at++) at = readOption(text, at, draft)
  if (draft.principals && !draft.certAuthority) {
    throw new LineProblem('principals= stands before a key that is no cert-authority')
  }
  Object.freeze(draft.restrictions.environment)
  Object.freeze(draft.restrictions)
  return Object.freeze(draft)
}

/** Nothing is said before the key. */
export const NO_OPTIONS: KeyOptions = parseKeyOptions('')

/** @returns where the comma after it stands, or the end */
function readOption(text: string, start: number, draft: Draft): number {
  let end = start
  while (end < text.length && text[end] !== ',' && text[end] !== '=') end++
  const name = text.slice(start, end).toLowerCase()
  if (text[end] === '=') {
    const set = VALUES.get(name)
    if (!set) throw unknown(name)
    const { value, next } = dequote(text, end + 1, name)
    if (next < text.length && text[next] !== ',') throw new LineProblem(`something follows the value of ${name}=`)
    set(draft, value)
    return next
  }
  const flag = FLAGS.get(name)
  const negated = name.startsWith('no-')
  const turn = SWITCHES.get(negated ? name.slice('no-'.length) : name)
  if (flag) flag(draft)
  else if (turn) turn(draft, !negated)
  else if (VALUES.has(name)) throw new LineProblem(`${name} needs a value in quotes`)
  else throw unknown(name)
  return end
}

/** `"..."`; inside, `\"` is a quote and every other backslash is itself. */
function dequote(text: string, start: number, name: string): { readonly value: string; readonly next: number } {
  if (text[start] !== '"') throw new LineProblem(`the value of ${name}= stands in quotes`)
  let value = ''
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return { value, next: at + 1 }
    if (text[at] === '\\' && text[at + 1] === '"') at++
    value += text[at]
  }
  throw new LineProblem(`the quotes of ${name}= are not closed`)
}

function addEnvironment({ restrictions: { environment } }: Draft, value: string): void {
  const equals = value.indexOf('=')
  const name = value.slice(0, Math.max(0, equals))
  if (!/^[A-Za-z0-9_]+$/.test(name)) throw new LineProblem('environment= is NAME=value')
  // The first of two stands: sshd(8) says nothing, sshd does so.
  if (!Object.hasOwn(environment, name)) (environment as Record<string, string>)[name] = value.slice(equals + 1)
}

/** `host:port`, with `*` for any port, and IPv6 addresses in brackets. */
function parseHostPort(option: string, value: string): string {
  const [, host = '', port = ''] = /^(\[[0-9a-f:.]+\]|[^:/[\]\s]+):(\*|\d{1,5})$/i.exec(value) ?? []
  const number = Number(port)
  if (host === '' || (port !== '*' && (number < 1 || number > 65_535))) {
    throw new LineProblem(`${option}= is host:port`)
  }
  return `${host.toLowerCase()}:${port === '*' ? port : number}`
}

function permission(name: Permission): (draft: Draft, on: boolean) => void {
  return ({ restrictions }, on) => {
    restrictions[name] = on
  }
}

function once(name: string, given: unknown): void {
  if (given !== undefined) throw new LineProblem(`${name}= stands twice`)
}

/** What is not shaped like an option is not shown: the file may be another than was meant, with secrets in it. */
function unknown(name: string): LineProblem {
  return new LineProblem(
    /^[a-z0-9-]{1,32}$/.test(name) ? `there is no option '${name}'` : 'this is no key, and no options',
  )
}

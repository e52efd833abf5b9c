import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** A process, told from all others: numbers are used again, so the time of its start belongs to it. */
export interface ProcessIdentity {
  readonly pid: number
  /** Ticks from boot to the start of the process; empty where the system does not say. */
  readonly start: string
  /** The machine since its last boot, and the container in it: nothing can be known of processes elsewhere. */
  readonly host: string
  /** One of the locks that the process takes. */
  readonly nonce: string
}

/** This process, for one lock. */
export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, start: startOf(process.pid) ?? '', host: HOST, nonce: randomBytes(8).toString('hex') }
}

const HOST = [hostname(), read('/proc/sys/kernel/random/boot_id'), link('/proc/self/ns/pid')].join(' ').trim()

/** Whether a process is gone for good; `undefined` when that cannot be known from here. */
export function isGone({ pid, start, host }: ProcessIdentity): boolean | undefined {
  if (host !== HOST) return undefined
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM is somebody else's process, and alive.
    return error instanceof Error && Reflect.get(error, 'code') === 'ESRCH'
  }
  const now = startOf(pid)
  return start === '' || now === '' ? false : now !== start
}

/** Field 22 of /proc/PID/stat, and nothing for a zombie, which does nothing any more. */
function startOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`)
  if (stat === '') return ''
  // The second field is the program's name, in parentheses, and may hold anything.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return state === 'Z' || state === 'X' ? undefined : rest[18]
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    // Only Linux has them.
    return ''
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

/** What a lock file says, if that can be read. */
export function asIdentity(text: string): ProcessIdentity | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const { pid, start, host, nonce } = (value ?? {}) as Partial<Record<keyof ProcessIdentity, unknown>>
  const sound =
    Number.isSafeInteger(pid) &&
    Number(pid) > 0 &&
    typeof start === 'string' &&
    typeof host === 'string' &&
    isNonce(nonce)
  return sound ? { pid: Number(pid), start, host, nonce: nonce } : undefined
}

/** It becomes part of a file name. */
const isNonce = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{16}$/.test(value)

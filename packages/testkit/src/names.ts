import { randomBytes } from 'node:crypto'
import { prepareUsername } from '@gatewright/portal'

/** A plain name that nobody has. */
export function strangerName(): string {
  return `stranger-${randomBytes(8).toString('hex')}`
}

/** A password that nobody has, and that no text holds by chance. */
export function canary(): string {
  return `canary-${randomBytes(12).toString('hex')}`
}

/** Letters that look like these, and are others. */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map([
  ['a', '\u0430'],
  ['c', '\u0441'],
  ['e', '\u0435'],
  ['i', '\u0456'],
  ['o', '\u043e'],
  ['p', '\u0440'],
  ['s', '\u0455'],
  ['x', '\u0445'],
  ['y', '\u0443'],
])

/** Names that a program may mistake for something of its own. All of them pass the portal. */
const TRAPS: readonly string[] = [
  // Properties of every object: a record asked for a user by name has them all.
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  'then',
  'undefined',
  'null',
  '0',
  // The longest there can be, in one-byte and in four-byte characters.
  'a'.repeat(255),
  '\u{1f511}'.repeat(63),
  // Paths, patterns, queries and separators.
  '.',
  '..',
  '../../etc/passwd',
  '*',
  '%',
  '_',
  '.*',
  '%u',
  "' OR '1'='1",
  '"; --',
  '*)(uid=*',
  'a:b',
  '#',
  '$(id)',
  ' ',
]

/** Names that nobody has but somebody may be let in with: the traps, and every known name in other clothes. */
export function hostileNames(known: Iterable<string>): readonly string[] {
  const people = new Set(known)
  const disguised = [...people].flatMap((name) => [
    Array.from(name, (letter) => LOOK_ALIKES.get(letter) ?? letter).join(''),
    `${name}\u0301`,
    `${name}/`,
    `${name},`,
    `./${name}`,
    `${name}\u200b`,
  ])
  const prepared = [...TRAPS, ...disguised].flatMap((name) => prepareUsername(name) ?? [])
  return [...new Set(prepared)].filter((name) => !people.has(name))
}

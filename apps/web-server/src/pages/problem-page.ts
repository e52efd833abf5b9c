import { STATUS_CODES } from 'node:http'
import { html } from '../html.ts'
import type { Page } from './layout.ts'

/** What is said for a status: a heading, and a sentence for those who want to do something about it. */
const WORDS: Readonly<Record<number, readonly [heading: string, advice: string]>> = {
  400: [
    'That was not understood.',
    'The request was malformed. A browser that is up to date does not send such a thing.',
  ],
  401: [
    'This page is for those with a name here.',
    'Try again, and give the name and the password that you have on this server.',
  ],
  403: ['Not for you.', 'You are who you say, but this page is for others.'],
  404: ['There is nothing here.', 'The address may be misspelt.'],
  405: ['That cannot be done here.', 'This page can be looked at, and no more.'],
  413: ['That is too much.', 'What was sent is longer than this server takes.'],
  429: ['Too many tries.', 'Wait a while, and try again.'],
  503: ['Nobody can be let in just now.', 'Whoever could say who you are does not answer. Try again in a moment.'],
}

const UNKNOWN = ['That went wrong.', 'It is the fault of this server, and in its log.'] as const

/** The page of anything that is not as it was asked for. */
export function problemPage(status: number): Page {
  const [heading, advice] = WORDS[status] ?? UNKNOWN
  return {
    title: heading,
    body: html`
      <p class="kicker">${status} ${STATUS_CODES[status]}</p>
      <h1>${heading}</h1>
      <p class="lead">${advice}</p>
      <p class="actions">${RETRY.has(status) ? html`<a class="button" href="">Try again</a>` : undefined}
        <a href="/">Back to the open page</a></p>
    `,
  }
}

/** The same for a terminal. */
export function problemText(status: number): string {
  const [heading, advice] = WORDS[status] ?? UNKNOWN
  return `${status} ${STATUS_CODES[status]}: ${heading} ${advice}\n`
}

/** The same for a program. */
export function problemJson(status: number): object {
  return { error: STATUS_CODES[status], status }
}

/** Where asking once more may help. */
const RETRY: ReadonlySet<number> = new Set([401, 429, 500, 503])

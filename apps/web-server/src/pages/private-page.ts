import { html } from '../html.ts'
import type { Page } from './layout.ts'

/** Whoever has come in, for as long as one request. */
export interface Visitor {
  readonly name: string
  greeting(): string
}

/** The page behind the gate. */
export function privatePage(visitor: Visitor, { scheme, address, secure }: Arrival): Page {
  return {
    title: visitor.greeting(),
    body: html`
      <h1>${visitor.greeting()}</h1>
      <p class="lead">The gate is open for you, and for this one request: the next page that you open here proves again, by
        itself, who you are.</p>
      <dl class="facts">
        <dt>Your name</dt><dd>${visitor.name}</dd>
        <dt>Proven by</dt><dd>${scheme}</dd>
        <dt>Coming from</dt><dd>${address}</dd>
        <dt>On the way</dt><dd>${secure ? 'encrypted' : 'not encrypted: what is on this page can be read'}</dd>
      </dl>
      <p class="actions"><a class="button" href="/">Back to the open page</a>
        <a href="/private/whoami">The same as JSON</a></p>
      <h2>Leaving</h2>
      <p>HTTP knows no logging out. Your browser keeps the password until its last window is closed; on a computer that is not
        yours, use a private window.</p>
    `,
  }
}

/** How somebody came in. */
export interface Arrival {
  readonly scheme: string
  readonly address: string
  readonly secure: boolean
}

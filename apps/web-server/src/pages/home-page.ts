import { html } from '../html.ts'
import type { Page } from './layout.ts'

/** The page that is open to everybody: what this is, and how to try it. */
export function homePage(origin: string): Page {
  return {
    title: 'Open to everybody',
    body: html`
      <h1>This page is open. The next one has a gate.</h1>
      <p class="lead">Behind the gate is a page for those with a name and a password on this server. It is guarded by HTTP
        Digest: your browser proves that it knows the password, and never sends it.</p>
      <p class="actions"><a class="button" href="/private">Open the private page</a>
        <span class="soft">Your browser will ask who you are.</span></p>

      <h2>From a terminal</h2>
      <pre><code>${commandsFor(origin).map((line) => html`<span class="prompt">$ </span>${line}\n`)}</code></pre>
      <p class="soft">Put your name in place of <code>NAME</code>. curl asks for the password, so that no process list shows
        it.</p>

      <h2>What happens at the gate</h2>
      <ol class="steps">
        <li>The browser asks for <code>/private</code>. The server answers <code>401</code> and a <em>nonce</em>: a number
          that it has signed, and will know again without remembering it.</li>
        <li>The browser hashes your name and password with that nonce, a counter and the address of the page, and sends the
          result.</li>
        <li>The server does the same sum with what it has stored. If both agree, the page opens. Sent a second time, the same
          answer opens nothing.</li>
      </ol>
      <p class="soft">Digest keeps the password off the wire. What is on the page crosses it readable all the same, unless the
        address begins with <code>https</code>.</p>
    `,
  }
}

/** The same for a terminal. */
export function homeText(origin: string): string {
  return [
    'This page is open. /private has a gate: HTTP Digest, for those with a name and a password on this server.',
    '',
    ...commandsFor(origin).map((line) => `    ${line}`),
    '',
    'Put your name in place of NAME; curl asks for the password.',
    '',
  ].join('\n')
}

const commandsFor = (origin: string): readonly string[] => [
  `curl --digest -u NAME ${origin}/private`,
  `curl --digest -u NAME ${origin}/private/whoami`,
]

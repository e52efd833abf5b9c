import { type Html, html } from '../html.ts'

/** A page, without what all pages share. */
export interface Page {
  readonly title: string
  readonly body: Html
}

/** The whole document. No scripts, no style but `site.css`, nothing from elsewhere: the content security policy allows no more. */
export function layout({ title, body }: Page): string {
  return String(html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · Gatewright</title>
    <link rel="icon" href="/gate.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/site.css">
  </head>
  <body>
    <header>
      <a class="brand" href="/"><img src="/gate.svg" alt="" width="28" height="28">Gatewright</a>
    </header>
    <main>${body}</main>
    <footer><p>Served by Gatewright, which lets people into network servers. No scripts, no cookies.</p></footer>
  </body>
</html>
`)
}

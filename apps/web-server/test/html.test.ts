import { expect, it } from 'vitest'
import { html } from '../src/html.ts'

const HOSTILE = `"><script>alert('x')</script>&amp;`
const SHOWN = '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;'

it('takes every value for text, in an attribute and between tags', () => {
  expect(String(html`<p title="${HOSTILE}">${HOSTILE}</p>`)).toBe(`<p title="${SHOWN}">${SHOWN}</p>`)
})

it('lets in as markup what it has made, one or many, and nothing that looks like it', () => {
  expect(String(html`<ul>${['a', '<b>'].map((item) => html`<li>${item}</li>`)}</ul>`)).toBe(
    '<ul><li>a</li><li>&lt;b&gt;</li></ul>',
  )
  const forged = { markup: '<b>', toString: () => '<b>', [Symbol.toStringTag]: 'Html' }
  expect(String(html`${forged as unknown as string}`)).toBe('&lt;b&gt;')
})

it('shows nothing for undefined, numbers as they are, and keeps backslashes', () => {
  expect(String(html`<i>${undefined}${0}${['x', undefined, 1]}\n</i>`)).toBe('<i>0x1\n</i>')
})

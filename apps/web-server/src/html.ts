/** Markup that was made by {@link html}, and so holds nothing that somebody else could have put there. */
export class Html {
  readonly #markup: string

  constructor(markup: string) {
    this.#markup = markup
  }

  toString(): string {
    return this.#markup
  }
}

type Fragment = Html | string | number | undefined | readonly Fragment[]

/**
 * A tagged template in which every value is text, wherever it stands: only what this tag has made goes in as markup.
 * Attributes must be quoted.
 */
export function html(markup: TemplateStringsArray, ...values: readonly Fragment[]): Html {
  return new Html(String.raw({ raw: markup }, ...values.map(rendered)))
}

function rendered(value: Fragment): string {
  if (value instanceof Html) return value.toString()
  if (Array.isArray(value)) return value.map(rendered).join('')
  return value === undefined ? '' : escaped(String(value))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

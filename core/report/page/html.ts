/** Markup that can be inserted into a page without escaping. Only `html` and `trustedMarkup` create it. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

export type Content = string | number | Html | undefined | readonly Content[];

/**
 * Template tag. Interpolated strings are escaped for text and for quoted attributes; `Html` is inserted as it is,
 * arrays are joined, undefined is nothing.
 */
export function html(strings: TemplateStringsArray, ...values: Content[]): Html {
  return new Html(strings.reduce((markup, string, i) => markup + render(values[i - 1]) + string));
}

/**
 * For markup that Hone generates (charts, the style sheet). Invariant: never for text that comes from documents or
 * users.
 */
export function trustedMarkup(markup: string): Html {
  return new Html(markup);
}

function render(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Html) return content.markup;
  if (typeof content === 'object') return content.map(render).join('');
  return escapeHtml(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text. Removes control characters and replaces lone surrogates, which HTML does not allow. */
export function escapeHtml(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are removed.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '')
      .replace(/[&<>"']/g, (character) => ENTITIES[character] as string)
  );
}

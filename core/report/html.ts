/** Markup that is safe to put into a page as it stands. Only `html` and `trustedMarkup` make it. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

export type Content = string | number | Html | undefined | readonly Content[];

/** Template tag: whatever is interpolated is escaped for text and for quoted attributes, unless it is `Html` itself. */
export function html(strings: TemplateStringsArray, ...values: Content[]): Html {
  return new Html(strings.reduce((markup, string, i) => markup + render(values[i - 1]) + string));
}

/** For markup of our own making (a chart, the style sheet), never for anything that holds a document's words. */
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

/** Also drops what HTML forbids in text: control characters, and halves of surrogate pairs. */
export function escapeHtml(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is dropped.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '')
      .replace(/[&<>"']/g, (character) => ENTITIES[character] as string)
  );
}

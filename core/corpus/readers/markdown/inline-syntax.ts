import { isHtmlElement } from './html-elements.ts';
import { COMMENT, critic, icon, marked, type Rewritten, role, span } from './marks.ts';
import { endOfExpression, textOfExpression } from './mdx.ts';

export class InlineContext {
  readonly mdx: boolean;
  /** All text of the document outside code. */
  readonly #prose: string;
  /** Whether the document has the text, by the text. */
  readonly #found = new Map<string, boolean>();

  constructor(mdx: boolean, prose: string) {
    this.mdx = mdx;
    this.#prose = prose;
  }

  /** Whether a tag of this name is closed somewhere. */
  closesTag(name: string): boolean {
    return this.#has(`</${name}>`, (text) => this.#prose.includes(text));
  }

  /** Whether a shortcode of this name is closed somewhere. */
  closesShortcode(name: string): boolean {
    const end = String.raw`\{(?:\{[<%]\s*/\s*|%-?\s*end)${escapeRegExp(name)}\b`;
    return this.#has(end, () => new RegExp(end).test(this.#prose));
  }

  #has(key: string, search: (key: string) => boolean): boolean {
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = search(key);
    this.#found.set(key, found);
    return found;
  }
}

/** Properties of components and parameters of shortcodes that are shown as text. */
const TEXT_PROPERTIES = new Set(
  'title label caption summary heading header question answer description text content alt name term subtitle'.split(
    ' ',
  ),
);
const QUOTED = /([\w:@.-]+)?\s*=?\s*(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|`([^`]*)`)/g;
/** Shortcodes whose first parameter is the name of something. */
const NAMES_SOMETHING =
  /^(?:ref|relref|figure|img|image|youtube|vimeo|gist|include|readfile|param|partial|code|tweet|video|asset|link|badge-?icon|icon|render)/i;

/** Replaces the inline syntax of MDX and site generators in text outside code fences by its text. */
export function rewriteInline(source: string, context: InlineContext): string {
  let result = '';
  let at = 0;
  const unclosed = new Set<string>();
  while (at < source.length) {
    const next = nextSyntax(source, at);
    result += source.slice(at, next);
    if (next === source.length) break;
    const rewritten = rewriteAt(source, next, context, unclosed);
    result += rewritten?.apart ? placed(rewritten.text, result) : (rewritten?.text ?? source[next]);
    at = rewritten?.end ?? next + 1;
  }
  return result;
}

const SYNTAX = /[`<{[!:$\\%=+^]/g;

function nextSyntax(source: string, from: number): number {
  SYNTAX.lastIndex = from;
  return SYNTAX.exec(source)?.index ?? source.length;
}

function rewriteAt(source: string, at: number, context: InlineContext, unclosed: Set<string>): Rewritten | undefined {
  switch (source[at]) {
    case '\\':
      return { text: source.slice(at, at + 2), end: at + 2 };
    case '`':
      return codeSpan(source, at, unclosed);
    case '$':
      return formula(source, at);
    case '[':
      return wikiLink(source, at) ?? span(source, at);
    case '!':
      return source.startsWith('![[', at) ? wikiLink(source, at + 1) : undefined;
    case ':':
      return icon(source, at) ?? directive(source, at);
    case '%':
    case '=':
    case '+':
    case '^':
      return marked(source, at);
    case '{':
      return (
        role(source, at) ??
        critic(source, at) ??
        shortcode(source, at, context) ??
        attributes(source, at) ??
        expression(source, at, context)
      );
    default:
      return tag(source, at, context, unclosed);
  }
}

/** Code is not changed. */
function codeSpan(source: string, at: number, unclosed: Set<string>): Rewritten {
  const run = /`+/y;
  run.lastIndex = at;
  const ticks = run.exec(source)?.[0] ?? '`';
  const start = at + ticks.length;
  for (
    let end = unclosed.has(ticks) ? -1 : source.indexOf(ticks, start);
    end !== -1;
    end = source.indexOf(ticks, end)
  ) {
    let after = end + ticks.length;
    if (source[after] !== '`') return { text: source.slice(at, after), end: after };
    while (source[after] === '`') after += 1;
    end = after;
  }
  unclosed.add(ticks);
  return { text: ticks, end: start };
}

/** TeX is not Markdown: its backslashes and asterisks are kept. */
function formula(source: string, at: number): Rewritten | undefined {
  const pattern =
    /\$\$(?!\$)((?:(?!\$\$|\n\s*\n)[\s\S]){1,2000})\$\$|\$(?![\s$\d])([^$\n]{1,200}?)(?<![\s\\])\$(?!\d)/y;
  pattern.lastIndex = at;
  const match = pattern.exec(source);
  if (!match || !/[\\^_]/.test(match[0])) return undefined;
  const escaped = match[0].replace(/[\\`*_{}[\]()#+.!|<>~&-]/g, (char) => `&#${char.charCodeAt(0)};`);
  return { text: escaped, end: pattern.lastIndex };
}

/** `[[Page]]` and `[[Page|text]]`; pictures and other files have no text. */
function wikiLink(source: string, at: number): Rewritten | undefined {
  const pattern = /\[\[([^[\]|\n]{1,200}?)(?:\\?\|([^[\]\n]{1,300}))?\]\](?![([])/y;
  pattern.lastIndex = at;
  const match = pattern.exec(source);
  if (!match) return undefined;
  const [, page = '', label] = match;
  const embedded = source[at - 1] === '!';
  if (!/\p{L}/u.test(page) || (/,/.test(page) && label === undefined)) return undefined;
  const text =
    embedded && /\.\w{2,5}$/.test(page)
      ? ''
      : (label ?? page.replace(/^#|#\^?.*$/g, (part) => (part === '#' ? '' : ` ${part.slice(1)}`)));
  return { text: text.trim(), end: pattern.lastIndex };
}

/** `:abbr[HTML]{title=…}`, `::video[Title]{#id}`. */
function directive(source: string, at: number): Rewritten | undefined {
  if (/[\w:/]/.test(source[at - 1] ?? '')) return undefined;
  const pattern = /::?[a-z][\w-]{0,40}\[([^[\]\n]{0,300})\](?:\{[^{}\n]*\})?/y;
  pattern.lastIndex = at;
  const match = pattern.exec(source);
  return match ? { text: match[1] ?? '', end: pattern.lastIndex } : undefined;
}

/** `{: .class}` of kramdown and MkDocs, `{.class #id}` of Pandoc after what it belongs to. */
function attributes(source: string, at: number): Rewritten | undefined {
  const pattern = /\{:[^{}\n]{0,200}\}|(?<=[\])`*])\{\s?[.#][^{}\n]{0,200}\}/y;
  pattern.lastIndex = at;
  return pattern.test(source) ? { text: '', end: pattern.lastIndex } : undefined;
}

/** Hugo's `{{< note title="…" >}}` and `{{% … %}}`, Liquid's `{% tab title="…" %}`. */
function shortcode(source: string, at: number, context: InlineContext): Rewritten | undefined {
  const pattern =
    /\{\{([<%])\s*((?:(?!\}\})[\s\S]){0,2000}?)\s*(?<!\*)\/?[>%]\}\}|\{%-?\s*((?:(?!%\})[\s\S]){0,2000}?)\s*-?%\}/y;
  COMMENT.lastIndex = at;
  if (COMMENT.test(source)) return { text: '', end: COMMENT.lastIndex };
  pattern.lastIndex = at;
  const match = pattern.exec(source);
  if (!match) return undefined;
  const { lastIndex: end } = pattern;
  const inner = match[2] ?? match[3] ?? '';
  // An escaped shortcode is shown as it is.
  const escaped = /^\/\*([\s\S]*)\*\/$/.exec(inner)?.[1];
  if (escaped !== undefined) return { text: `\`{{<${escaped}>}}\``, end };
  const [, slash, name = ''] = /^(\/|end)?\s*([\w./-]*)/.exec(inner) ?? [];
  if (slash) return { text: '', end };
  if (/^(?:rel)?ref$/.test(name)) return { text: '&#35;', end };
  const paired = context.closesShortcode(name);
  const text = propertiesOf(inner.slice(name.length), { positional: paired && !NAMES_SOMETHING.test(name) });
  return { text, end, apart: true };
}

/** An expression of MDX has no text, unless it is a string. */
function expression(source: string, at: number, { mdx }: InlineContext): Rewritten | undefined {
  if (!mdx) return undefined;
  const end = endOfExpression(source, at);
  return end === undefined ? undefined : { text: textOfExpression(source.slice(at, end)), end };
}

const TAG_NAME = /<(\/?)([A-Za-z][\w.-]*)(?=[\s/>])/y;

/**
 * A component is replaced by those of its properties that are text. Tags that no document ends are text themselves,
 * such as the `<String>` in `List<String>`.
 */
function tag(source: string, at: number, context: InlineContext, unclosed: Set<string>): Rewritten | undefined {
  if (source.startsWith('<!--', at)) {
    const end = unclosed.has('<!--') ? -1 : source.indexOf('-->', at);
    if (end === -1) unclosed.add('<!--');
    // One that does not end would hide the rest of the document.
    return end === -1 ? { text: '&lt;!--', end: at + 4 } : { text: '', end: end + 3 };
  }
  const { mdx } = context;
  if (mdx && /^<\/?>/.test(source.slice(at, at + 3))) return { text: '', end: source.indexOf('>', at) + 1 };
  TAG_NAME.lastIndex = at;
  const match = TAG_NAME.exec(source);
  if (!match) return undefined;
  const [, slash, name = ''] = match;
  const end = endOfTag(source, TAG_NAME.lastIndex);
  if (end === undefined) return undefined;
  const whole = source.slice(at, end);
  if (/^(?:script|style|textarea|pre)$/i.test(name) && !slash) {
    const close = source.toLowerCase().indexOf(`</${name.toLowerCase()}`, end);
    return close === -1 ? { text: whole, end } : { text: source.slice(at, close), end: close };
  }
  if (isHtmlElement(name)) return { text: mdx ? withoutExpressions(whole) : whole, end };
  const closes = slash !== '' || whole.endsWith('/>') || context.closesTag(name);
  if (!mdx && !closes) return { text: whole.replaceAll('<', '&lt;'), end };
  const text = slash ? '' : propertiesOf(whole.slice(1 + name.length), { positional: false });
  return { text, end, apart: true };
}

/** The end of a tag, after `>`, which its strings and expressions may contain. */
function endOfTag(source: string, from: number): number | undefined {
  for (let at = from; at < source.length; at += 1) {
    const char = source[at] as string;
    if (char === '>') return at + 1;
    if (char === '<') return undefined;
    if (char === '\n' && source[at + 1] === '\n') return undefined;
    if (char === '"' || char === "'") {
      const close = source.indexOf(char, at + 1);
      if (close === -1) return undefined;
      at = close;
    } else if (char === '{') {
      const close = endOfExpression(source, at);
      if (close === undefined) return undefined;
      at = close - 1;
    }
  }
  return undefined;
}

function withoutExpressions(whole: string): string {
  let text = whole;
  for (let at = text.search(/=\s*\{/); at !== -1; at = text.search(/=\s*\{/)) {
    const start = text.indexOf('{', at);
    const end = endOfExpression(text, start);
    if (end === undefined) return text;
    text = `${text.slice(0, at)}="${textOfExpression(text.slice(start, end)).replaceAll('"', '&quot;')}"${text.slice(end)}`;
  }
  return text;
}

/** The texts among the properties, in order. @param positional whether a string without a name is one, too. */
function propertiesOf(source: string, { positional }: { positional: boolean }): string {
  const strings = withoutExpressions(source);
  return [...strings.matchAll(QUOTED)]
    .filter(([whole, name]) =>
      name === undefined || !whole.includes('=')
        ? positional
        : TEXT_PROPERTIES.has(name.replace(/^[:@]/, '').toLowerCase()) && !name.startsWith(':'),
    )
    .map(([, , double, single, back]) =>
      (double ?? single ?? back ?? '').replace(/\\(.)/g, '$1').replaceAll('&quot;', '"'),
    )
    .filter((text) => /[\p{L}\p{N}]/u.test(text))
    .join(' ');
}

/** Text at the beginning of a line is a paragraph of its own. */
function placed(text: string, before: string): string {
  if (text === '') return '';
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return /^[ \t]*$/.test(line) ? `\n\n${line}${text}\n\n${line}` : ` ${text} `;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

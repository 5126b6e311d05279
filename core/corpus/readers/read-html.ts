import { load } from 'cheerio';
import { decodeText } from '../../primitives/decode-text.ts';
import { type DocumentContent, SectionBuilder } from './document-content.ts';

type Html = ReturnType<typeof load>;
type HtmlNode = ReturnType<ReturnType<Html>['contents']>[number];
type HtmlElement = Extract<HtmlNode, { attribs: object }>;

/** Elements that are not content. */
const REMOVED =
  'script, style, template, noscript, svg, math annotation, iframe, object, embed, video, audio, canvas, nav, aside, footer, ' +
  'dialog, button, input, select, textarea, [hidden], [aria-hidden="true"], [role="navigation"], [role="search"], [role="banner"]';
/** Elements that begin and end a paragraph. */
const PARAGRAPHS = new Set(
  (
    'address article blockquote body caption dd details div dl dt fieldset figcaption figure form header hr html legend main ' +
    'ol p section summary table ul'
  ).split(' '),
);

/** Reads the bytes of a web page. The encoding declared in its head is used if the bytes do not show another one. */
export function readHtmlBytes(bytes: Uint8Array): DocumentContent {
  const head = Buffer.from(bytes.subarray(0, 4096)).toString('latin1');
  return readHtml(
    decodeText(bytes, /<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w:-]+)/i.exec(head)?.[1]),
  );
}

/**
 * Reads the main content of a page. A heading starts a section; lists, tables and preformatted text keep their lines.
 */
export function readHtml(html: string): DocumentContent {
  const $ = load(html);
  const title = $('title').first().text().trim();
  $(REMOVED).remove();
  // The header of a page is a banner, but the header of an article contains its title.
  $('body > header').remove();
  const main = $('main, [role="main"]').first();
  const articles = $('article');
  const root = main.text().trim() !== '' ? main : articles.length === 1 ? articles : $('body');
  const text = new TextCollector();
  for (const node of root.contents()) text.add(node);
  return { title: title || root.find('h1').first().text().trim() || undefined, sections: text.finish() };
}

/** The text of an HTML fragment, without scripts, styles and comments. */
export function htmlText(html: string): string {
  if (/^(?:\s|<[^<>]*>)*$/.test(html)) return '';
  return readHtml(html)
    .sections.flatMap((section) => [...section.headings.slice(-1), section.text])
    .join('\n\n');
}

/** Collects the text of nodes, in document order. */
class TextCollector {
  readonly #sections = new SectionBuilder();
  /** Lines without a blank line between them so far: rows, list items. */
  #block = '';
  #line = '';
  /** Number of lists around the current node. */
  #listDepth = 0;

  add(node: HtmlNode): void {
    if (node.type === 'text') this.#line += node.data.replace(/\s+/g, ' ');
    if (node.type !== 'tag') return;
    const name = node.name.toLowerCase();
    const level = /^h([1-6])$/.exec(name)?.[1];
    if (level !== undefined) {
      this.#close();
      this.#sections.heading(Number(level), plain(node));
    } else if (name === 'pre') {
      this.#close();
      this.#sections.text(verbatim(node));
    } else if (name === 'tr') {
      this.#close('\n');
      this.#line = node.children
        .filter((cell) => cell.type === 'tag')
        .map(plain)
        .filter((cell) => cell !== '')
        .join(' | ');
      this.#close('\n');
    } else if (name === 'li') {
      this.#close('\n');
      this.#line = `${'  '.repeat(Math.max(0, this.#listDepth - 1))}- `;
      for (const child of node.children) this.add(child);
      this.#close('\n');
    } else if (name === 'br') {
      this.#line += '\n';
    } else if (name === 'img') {
      this.#line += node.attribs.alt ?? '';
    } else {
      this.#addChildren(node, name);
    }
  }

  finish() {
    this.#close();
    return this.#sections.finish();
  }

  #addChildren(node: HtmlElement, name: string): void {
    const list = name === 'ul' || name === 'ol';
    const separator = list && this.#listDepth > 0 ? '\n' : '\n\n';
    const paragraph = PARAGRAPHS.has(name);
    // The first paragraph of a list item is on the line of its marker.
    if (paragraph && this.#line.trim() !== '-') this.#close(separator);
    if (list) this.#listDepth += 1;
    for (const child of node.children) this.add(child);
    if (list) this.#listDepth -= 1;
    if (paragraph) this.#close(separator);
  }

  /** Ends the line. The separator `\n\n` also ends the block. */
  #close(separator: '\n' | '\n\n' = '\n\n'): void {
    const text = this.#line
      .replace(/ *\n */g, '\n')
      .replace(/(?<=\S) +/g, ' ')
      .trimEnd();
    this.#line = '';
    if (text.trim() !== '' && text.trim() !== '-') this.#block += this.#block === '' ? text : `\n${text}`;
    if (separator === '\n\n' && this.#block !== '') {
      this.#sections.text(this.#block);
      this.#block = '';
    }
  }
}

/** The text of a node on one line. */
function plain(node: HtmlNode): string {
  return verbatim(node).replace(/\s+/g, ' ').trim();
}

/** The text of a node with its white space. */
function verbatim(node: HtmlNode): string {
  if (node.type === 'text') return node.data;
  if (node.type !== 'tag') return '';
  if (node.name === 'br') return '\n';
  if (node.name === 'img') return node.attribs.alt ?? '';
  return node.children.map(verbatim).join(/^(?:td|th|tr|p|div|li)$/.test(node.name) ? ' ' : '');
}

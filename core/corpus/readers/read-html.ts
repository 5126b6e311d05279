import { load } from 'cheerio';
import { decodeText } from './decode-text.ts';
import type { Reading } from './reading.ts';
import { SectionBuilder } from './section-builder.ts';

type Html = ReturnType<typeof load>;
type HtmlNode = ReturnType<ReturnType<Html>['contents']>[number];
type HtmlElement = Extract<HtmlNode, { attribs: object }>;

/** What is not part of what a page says. */
const DROPPED =
  'script, style, template, noscript, svg, math annotation, iframe, object, embed, video, audio, canvas, nav, aside, footer, ' +
  'dialog, button, input, select, textarea, [hidden], [aria-hidden="true"], [role="navigation"], [role="search"], [role="banner"]';
const PARAGRAPHS = new Set(
  (
    'address article blockquote body caption dd details div dl dt fieldset figcaption figure form header hr html legend main ' +
    'ol p section summary table ul'
  ).split(' '),
);

/** A web page's bytes: encoding by mark, content, then what its head declares. */
export function readHtmlBytes(bytes: Uint8Array): Reading {
  const head = Buffer.from(bytes.subarray(0, 4096)).toString('latin1');
  return readHtml(
    decodeText(bytes, /<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w:-]+)/i.exec(head)?.[1]),
  );
}

/** The main content of a page: headings open sections, lists, tables and preformatted text keep their lines. */
export function readHtml(html: string): Reading {
  const $ = load(html);
  const title = $('title').first().text().trim();
  $(DROPPED).remove();
  // A page's own header is a banner; an article's header holds its title.
  $('body > header').remove();
  const main = $('main, [role="main"]').first();
  const articles = $('article');
  const root = main.text().trim() !== '' ? main : articles.length === 1 ? articles : $('body');
  const page = new PageText();
  for (const node of root.contents()) page.add(node);
  return { title: title || root.find('h1').first().text().trim() || undefined, sections: page.finish() };
}

/** The text of a scrap of HTML, without scripts, styles and comments. */
export function htmlText(html: string): string {
  if (/^(?:\s|<[^<>]*>)*$/.test(html)) return '';
  return readHtml(html)
    .sections.flatMap((section) => [...section.headings.slice(-1), section.text])
    .join('\n\n');
}

/** Walks a page's nodes in order, gathering text until a block ends. */
class PageText {
  readonly #sections = new SectionBuilder();
  /** Blocks that stand directly under one another: rows, list items. */
  #open = '';
  #line = '';
  /** Lists around the node. */
  #list = 0;

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
      this.#line = `${'  '.repeat(Math.max(0, this.#list - 1))}- `;
      for (const child of node.children) this.add(child);
      this.#close('\n');
    } else if (name === 'br') {
      this.#line += '\n';
    } else if (name === 'img') {
      this.#line += node.attribs.alt ?? '';
    } else {
      this.#inside(node, name);
    }
  }

  finish() {
    this.#close();
    return this.#sections.finish();
  }

  #inside(node: HtmlElement, name: string): void {
    const list = name === 'ul' || name === 'ol';
    const separator = list && this.#list > 0 ? '\n' : '\n\n';
    const paragraph = PARAGRAPHS.has(name);
    // A paragraph inside a list item goes on with its line.
    if (paragraph && this.#line.trim() !== '-') this.#close(separator);
    if (list) this.#list += 1;
    for (const child of node.children) this.add(child);
    if (list) this.#list -= 1;
    if (paragraph) this.#close(separator);
  }

  /** Ends a line; with a blank line as separator, also the lines that stand together. */
  #close(separator: '\n' | '\n\n' = '\n\n'): void {
    const text = this.#line
      .replace(/ *\n */g, '\n')
      .replace(/(?<=\S) +/g, ' ')
      .trimEnd();
    this.#line = '';
    if (text.trim() !== '' && text.trim() !== '-') this.#open += this.#open === '' ? text : `\n${text}`;
    if (separator === '\n\n' && this.#open !== '') {
      this.#sections.text(this.#open);
      this.#open = '';
    }
  }
}

function plain(node: HtmlNode): string {
  return verbatim(node).replace(/\s+/g, ' ').trim();
}

function verbatim(node: HtmlNode): string {
  if (node.type === 'text') return node.data;
  if (node.type !== 'tag') return '';
  if (node.name === 'br') return '\n';
  if (node.name === 'img') return node.attribs.alt ?? '';
  return node.children.map(verbatim).join(/^(?:td|th|tr|p|div|li)$/.test(node.name) ? ' ' : '');
}

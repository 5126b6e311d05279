import type { Section } from '../../../contracts/corpus.ts';
import { SectionBuilder } from '../document-content.ts';
import type { OmittedText } from '../omitted-text.ts';
import { codeOfTable, codeText, isGutterOutside } from './code-text.ts';
import {
  ancestorsOf,
  childrenOf,
  descendants,
  elementsOf,
  type HtmlElement,
  type HtmlNode,
  isBlock,
  isElement,
  isMarkup,
  lettersOf,
  nameOf,
  textOf,
} from './dom.ts';
import { collapse, flatText } from './flat-text.ts';
import type { Furniture } from './furniture.ts';
import { orderedItems } from './list-items.ts';
import { isPermalink, isRubyReading, isSectionTool, replacedText, texOf } from './replaced-text.ts';
import { readTable } from './table.ts';

/** Buttons and choices of at least this many letters are text. */
const BUTTON_LETTERS = 25;
const MOST_OPTIONS = 30;

/** Collects the text of a page, in document order. */
export class PageText {
  readonly #furniture: Furniture;
  readonly #omitted: OmittedText;
  readonly #sections = new SectionBuilder();
  /** Lines without a blank line between them so far: list items, definitions. */
  #block = '';
  #line = '';
  /** What the next line begins with: the marker of a list item. */
  #marker = '';
  /** Spaces before the lines of the current list item. */
  #indent = 0;
  #listDepth = 0;
  #hasTitle = false;
  /** A heading at the margin, until text below it is read. */
  #label = '';

  constructor(furniture: Furniture, omitted: OmittedText) {
    this.#furniture = furniture;
    this.#omitted = omitted;
  }

  finish(): Section[] {
    this.#endBlock();
    return this.#sections.finish();
  }

  add(node: HtmlNode): void {
    if (node.type === 'text') this.#line += collapse(node.data);
    if (!isElement(node)) return;
    const name = nameOf(node);
    if (name === 'script') this.#line += texOf(node) ?? '';
    if (isMarkup(node) || isRubyReading(node) || isPermalink(node) || isSectionTool(node)) return;
    if (isGutterOutside(node) || this.#isOmitted(node)) return;
    if (this.#furniture.isMargin(node) && isBlock(node)) this.#addMargin(node);
    else this.#addElement(node, name);
  }

  #addElement(node: HtmlElement, name: string): void {
    const level = /^h([1-6])$/.exec(name)?.[1];
    if (level !== undefined) this.#addHeading(Number(level), node);
    else if (name === 'pre' || (name === 'textarea' && lettersOf(node) > 0)) this.#addCode(codeText(node));
    else if (name === 'table') this.#addTable(node);
    else if (name === 'ul' || name === 'ol' || name === 'menu') this.#addList(node, name);
    else if (name === 'br') this.#addText('\n');
    else if (name === 'dt' || name === 'dd') this.#addTerm(node, name);
    else if (name === 'option') this.#addText(`${flatText(node, this.#flat())}, `);
    else this.#addOther(node, name);
  }

  #addOther(node: HtmlElement, name: string): void {
    if (name === 'optgroup') this.#addText(` ${node.attribs.label ?? ''}: `);
    const replaced = replacedText(node);
    const apart = /^(?:button|label|select|input|textarea|meter|output)$/.test(name) || node.attribs.role === 'tab';
    if (replaced !== undefined) this.#addText(replaced);
    else if (isBlock(node)) this.#addParagraph(node);
    else {
      if (apart) this.#addText(' ');
      this.#addChildren(node);
      if (apart) this.#addText(' ');
    }
  }

  #addText(text: string): void {
    this.#line += text;
  }

  #addChildren(node: HtmlElement): void {
    for (const child of childrenOf(node)) this.add(child);
  }

  #addHeading(level: number, node: HtmlElement): void {
    this.#endBlock();
    if (level === 1) this.#hasTitle = true;
    this.#sections.heading(level, flatText(node, { ...this.#flat(), heading: true }));
  }

  #addCode(code: string): void {
    this.#endBlock();
    this.#sections.text(code);
  }

  #addParagraph(node: HtmlElement): void {
    // The first paragraph of a list item is on the line of its marker.
    this.#endParagraph();
    this.#addChildren(node);
    this.#endParagraph();
  }

  #addList(list: HtmlElement, name: string): void {
    this.#endParagraph();
    if (this.#listDepth === 0) this.#endBlock();
    this.#listDepth += 1;
    const outer = this.#indent;
    for (const { node, marker } of name === 'ol'
      ? orderedItems(list)
      : elementsOf(list).map((node) => ({ node, marker: undefined }))) {
      if (nameOf(node) !== 'li') {
        this.add(node);
        continue;
      }
      if (this.#isOmitted(node)) continue;
      this.#marker = `${' '.repeat(outer)}${marker ?? '-'} `;
      // Lists are indented as in Markdown, by two spaces a level.
      this.#indent = outer + 2;
      this.#addChildren(node);
      this.#endLine();
      this.#marker = '';
    }
    this.#indent = outer;
    this.#listDepth -= 1;
    if (this.#listDepth === 0) this.#endBlock();
  }

  #addTerm(node: HtmlElement, name: string): void {
    if (name === 'dt' && this.#listDepth === 0 && previousName(node) === 'dd') this.#endBlock();
    this.#endLine();
    const outer = this.#indent;
    if (name === 'dd') this.#indent += 2;
    this.#addChildren(node);
    this.#endLine();
    this.#indent = outer;
  }

  #addTable(table: HtmlElement): void {
    const code = codeOfTable(table);
    const data = code === undefined ? readTable(table, (cell) => flatText(cell, this.#flat())) : undefined;
    if (code !== undefined) this.#addCode(code);
    else if (data === undefined) this.#addParagraph(table);
    else {
      if (data.caption) this.#addParagraph(data.caption);
      this.#endBlock();
      this.#sections.table(data.rows, data.headerRows);
    }
  }

  /** Text at the margin is read if it says something; the title of the page may be there. */
  #addMargin(node: HtmlElement): void {
    const run: HtmlNode[] = [];
    const endRun = () => this.#addMarginText(run.splice(0));
    for (const child of childrenOf(node)) {
      if (!isElement(child) || !(isBlock(child) || this.#holdsBlocks(child))) {
        run.push(child);
        continue;
      }
      endRun();
      if (isMarkup(child) || this.#isOmitted(child)) continue;
      if (this.#furniture.holdsContent(child)) this.#addParagraph(child);
      else if (this.#isTitle(child)) this.#addHeading(1, child);
      else if (/^h[1-6]$/.test(nameOf(child))) this.#label = textOf(child).trim();
      else if (/^(?:table|pre|ul|ol|dl)$/.test(nameOf(child)) && !this.#holdsContentBelow(child))
        this.#addMarginText([child]);
      else this.#addMargin(child);
    }
    endRun();
    this.#label = '';
  }

  #holdsBlocks(element: HtmlElement): boolean {
    return elementsOf(element).some(
      (child) => isBlock(child) || this.#furniture.holdsContent(child) || this.#holdsBlocks(child),
    );
  }

  #holdsContentBelow(element: HtmlElement): boolean {
    return [...descendants(element)].some((inner) => this.#furniture.holdsContent(inner));
  }

  /** The heading of a page whose content has no title of its own. */
  #isTitle(element: HtmlElement): boolean {
    return nameOf(element) === 'h1' && !this.#hasTitle && !this.#furniture.contentHasTitle;
  }

  #addMarginText(nodes: readonly HtmlNode[]): void {
    const text = nodes.map(textOf).join('');
    if (text.trim() === '') return;
    const links = nodes.reduce((sum, node) => sum + (isElement(node) ? this.#furniture.linkLettersOf(node) : 0), 0);
    if (!this.#furniture.saysSomething(text, links)) {
      this.#omitted.add('navigation', text);
      return;
    }
    this.#endParagraph();
    if (this.#label !== '') this.#sections.text(this.#label);
    this.#label = '';
    for (const node of nodes) {
      if (isElement(node)) this.#addElementUnlessOmitted(node);
      else this.add(node);
    }
    this.#endParagraph();
  }

  #addElementUnlessOmitted(node: HtmlElement): void {
    if (!isMarkup(node) && !isPermalink(node) && !this.#isOmitted(node)) this.#addElement(node, nameOf(node));
  }

  #flat() {
    return { omit: (element: HtmlElement) => this.#isOmitted(element) };
  }

  /** Whether an element is left out. What is left out is noted. */
  #isOmitted(element: HtmlElement): boolean {
    const reason = this.#furniture.reasonToOmit(element) ?? (isControl(element) ? 'navigation' : undefined);
    if (reason === undefined) return false;
    this.#omitted.add(reason, textOf(element));
    return true;
  }

  #endLine(): void {
    const text = this.#line
      .replace(/ *\n */g, '\n')
      .replace(/(?<=\S) +/g, ' ')
      .trim();
    this.#line = '';
    if (text === '') return;
    const indent = ' '.repeat(this.#indent);
    const line = `${this.#marker || indent}${text.replaceAll('\n', `\n${indent}`)}`;
    this.#marker = '';
    this.#block += this.#block === '' ? line : `\n${line}`;
  }

  /** In lists, paragraphs are lines. */
  #endParagraph(): void {
    this.#endLine();
    if (this.#listDepth === 0) this.#endBlock();
  }

  #endBlock(): void {
    this.#endLine();
    if (this.#block !== '') this.#sections.text(this.#block);
    this.#block = '';
  }
}

function previousName(node: HtmlNode): string {
  let { prev } = node;
  while (prev && !isElement(prev)) prev = prev.prev;
  return prev ? nameOf(prev) : '';
}

/**
 * Whether an element only does something: a button that is neither a heading, such as a question whose answer it shows,
 * nor a word in a sentence; a long list to choose from.
 */
function isControl(element: HtmlElement): boolean {
  const name = nameOf(element);
  if (name === 'select') return elementsOf(element).length > MOST_OPTIONS;
  if (name !== 'button') return false;
  const { attribs } = element;
  if (attribs['aria-expanded'] !== undefined || attribs['aria-controls'] !== undefined || attribs.role === 'tab')
    return false;
  if (/accordion|collapse|question|toggle|tab\b/.test(attribs.class ?? '') || attribs['data-bs-toggle'] !== undefined)
    return false;
  const text = textOf(element).trim();
  if (/[?？]$/.test(text) || lettersOf(element) >= BUTTON_LETTERS) return false;
  if (ancestorsOf(element).some((outer) => /^(?:h[1-6]|summary|dt)$/.test(nameOf(outer)))) return false;
  const inSentence = element.parent?.children.some(
    (sibling) => sibling.type === 'text' && /[\p{L}\p{N}]/u.test(sibling.data),
  );
  return inSentence !== true;
}

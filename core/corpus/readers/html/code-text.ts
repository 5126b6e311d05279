import {
  childrenOf,
  descendants,
  elementsOf,
  type HtmlElement,
  type HtmlNode,
  isElement,
  isMarkup,
  nameOf,
  textOf,
} from './dom.ts';

const LINE_NUMBER_NAME =
  /(?:^|[\s_-])(?:gutter|line-?no|pre-numbering|line-?numbers?-wrapper|linenos?|linenodiv|line-?numbers?|lnt?|blob-num|line-numbers-rows|hljs-ln-n(?:umbers?)?)(?:$|[\s_-])/i;
const LINE_NAME = /(?:^|[\s_-])(?:line|row|code-?line|token-line|view-line|hljs-ln-line|cl)(?:$|[\s_-])/i;

/**
 * The text of preformatted content with its white space, one line of code a line, without line numbers and buttons.
 */
export function codeText(root: HtmlElement): string {
  const lines = new CodeLines();
  lines.add(root);
  return lines.text;
}

/**
 * The code in a table that shows line numbers beside it, or has a row for each line; undefined if the table is
 * something else.
 */
export function codeOfTable(table: HtmlElement): string | undefined {
  const rows = rowsOf(table);
  if (rows.length === 0) return undefined;
  // A row over all columns names the file.
  const cells = rows.map(elementsOf).filter((row, _, all) => row.length > 1 || all.every(({ length }) => length === 1));
  const code = (cell: HtmlElement | undefined) =>
    cell !== undefined &&
    ([...descendants(cell)].some((inner) => /^(?:pre|code)$/.test(nameOf(inner))) ||
      /code/i.test(cell.attribs.class ?? ''));
  const last = cells.map((row) => row.at(-1));
  const numbered = cells.every((row) => row.length >= 2 && row.slice(0, -1).every(isGutter));
  const inCode = isCode(table) || last.every(code);
  if (!inCode || !(numbered || (isCode(table) && cells.every((row) => row.length === 1)))) return undefined;
  return last.map((cell) => (cell ? codeText(cell).replace(/\n$/, '') : '')).join('\n');
}

function rowsOf(table: HtmlElement): HtmlElement[] {
  return elementsOf(table).flatMap((child) =>
    nameOf(child) === 'tr' ? [child] : /^t(?:body|head|foot)$/.test(nameOf(child)) ? elementsOf(child) : [],
  );
}

function isCode(table: HtmlElement): boolean {
  for (let { parent } = table as HtmlNode; parent; parent = parent.parent) {
    if (!isElement(parent)) continue;
    if (
      /^(?:pre|code)$/.test(nameOf(parent)) ||
      /(?:^|[\s_-])(?:highlight\w*|code\w*|blob)(?:$|[\s_-])/i.test(parent.attribs.class ?? '')
    )
      return true;
  }
  return /(?:^|[\s_-])(?:highlight\w*|code\w*|blob|hljs-ln|rouge-table)(?:$|[\s_-])/i.test(table.attribs.class ?? '');
}

/** Whether an element holds line numbers and nothing else. */
export function isGutter(element: HtmlElement): boolean {
  const text = textOf(element).trim();
  if (text === '')
    return LINE_NUMBER_NAME.test(element.attribs.class ?? '') || element.attribs['data-line-number'] !== undefined;
  const numbers = text.split(/\s+/);
  if (!numbers.every((number) => /^\d{1,6}[.:|]?$/.test(number)))
    return LINE_NUMBER_NAME.test(element.attribs.class ?? '') && /^[\d\s.:|+-]*$/.test(text);
  return numbers.length > 1
    ? areConsecutive(numbers)
    : LINE_NUMBER_NAME.test(element.attribs.class ?? '') || nameOf(element) === 'td';
}

/** Numbers of lines that stand beside preformatted text, in an element of their own. */
export function isGutterOutside(element: HtmlElement): boolean {
  return LINE_NUMBER_NAME.test(element.attribs.class ?? '') && textOf(element).trim() !== '' && isGutter(element);
}

function areConsecutive(numbers: readonly string[]): boolean {
  const [first = 0] = numbers.map((number) => Number.parseInt(number, 10));
  return numbers.every((number, i) => Number.parseInt(number, 10) === first + i);
}

class CodeLines {
  text = '';
  /** A line has ended, but its line end has not been written: the markup may contain it, too. */
  #ended = false;

  add(node: HtmlNode): void {
    if (node.type === 'text') this.#write(node.data.replace(/\r\n?/g, '\n'));
    if (!isElement(node) || isMarkup(node)) return;
    const name = nameOf(node);
    if (name === 'br') this.#write('\n');
    else if (name === 'img') this.#write(node.attribs.alt ?? '');
    else if (name !== 'button' && (name === 'pre' || !isLineNumber(node))) this.#addElement(node, name);
  }

  #addElement(node: HtmlElement, name: string): void {
    const line =
      /^(?:div|p|li|tr|section)$/.test(name) || (LINE_NAME.test(node.attribs.class ?? '') && standsAlone(node));
    if (line) this.#startLine();
    const start = this.text.length;
    for (const child of childrenOf(node)) this.add(child);
    // The line may contain its own end.
    if (line) this.#ended = this.text.length === start || !this.text.endsWith('\n');
  }

  #write(text: string): void {
    if (text === '') return;
    if (this.#ended && !text.startsWith('\n')) this.text += '\n';
    this.#ended = false;
    this.text += text;
  }

  #startLine(): void {
    // The line before is ended, or this element has the first text of its line.
    if (this.#ended) this.text += '\n';
    else if (this.text !== '' && !this.text.endsWith('\n')) this.text += '\n';
    this.#ended = false;
  }
}

function isLineNumber(element: HtmlElement): boolean {
  return LINE_NUMBER_NAME.test(element.attribs.class ?? '') ? isGutter(element) : isUnnamedGutter(element);
}

/** Numbers of all lines in one element beside the code. */
function isUnnamedGutter(element: HtmlElement): boolean {
  if (nameOf(element) === 'code' || !isElement(element.parent ?? element)) return false;
  const text = textOf(element).trim();
  if (!/^1\s+2\s+3\b/.test(text) || textOf(element.parent as HtmlElement).trim() === text) return false;
  const numbers = text.split(/\s+/);
  return numbers.every((number) => /^\d+$/.test(number)) && areConsecutive(numbers);
}

/** Whether an element is a line by style, without a line end in the text after it. */
function standsAlone(element: HtmlElement): boolean {
  return (
    (element.next === null || isElement(element.next)) &&
    !textOf(element).endsWith('\n') &&
    nameOf((element.next ?? element) as HtmlNode) !== 'br'
  );
}

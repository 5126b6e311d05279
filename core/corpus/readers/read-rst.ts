import { type DocumentContent, Unreadable } from './document-content.ts';
import { readMarkdown } from './markdown/read-markdown.ts';

const UNDERLINE = /^([!-/:-@[-`{-~])\1{2,}\s*$/;
const DIRECTIVE = /^(\s*)\.\. (?:\|[^|]+\| )?([\w:.+-]+)::\s*(.*)$/;
const CODE =
  /^(?:code|code-block|sourcecode|literalinclude|parsed-literal|prompt|doctest|highlight-block|productionlist)$/;
/** Directives whose argument is no text, or that have none at all. */
const SILENT =
  /^(?:toctree|contents|include|index|highlight|module|currentmodule|default-domain|meta|raw|role|sectnum|target-notes|autosummary|auto\w+|image|figure|only|ifconfig|tabularcolumns|class|rst-class|graphviz|unicode|replace|csv-table|list-table|tabs|tab-set|grid|container|math)$/;
/** Each level of directives and quotations takes a pass over the lines in it, and lines grow with their indentation. */
const MAX_DEPTH = 100;
const MARKDOWN_SIGNS = /[\\*_[\]<>#]/g;

/**
 * Reads reStructuredText (docutils, Sphinx): headings, paragraphs, lists, code, tables and the content of directives.
 * It is rewritten as Markdown, the markup of which has the same parts.
 * @throws Unreadable if it is nested too deeply.
 */
export function readRst(text: string): DocumentContent {
  const lines = text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n');
  checkIndentation(lines);
  return readMarkdown(new RstLines().rewrite(lines).join('\n'), { mdx: false });
}

/** Whatever is nested is indented: lists of all kinds, definitions, quotations, directives. */
function checkIndentation(lines: readonly string[]): void {
  const outer: number[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const indent = indentOf(line);
    while ((outer.at(-1) ?? -1) >= indent) outer.pop();
    outer.push(indent);
    // The outermost lines are not nested.
    if (outer.length - 1 > MAX_DEPTH) throw new Unreadable('nested too deeply');
  }
}

class RstLines {
  /** Signs of headings, the outermost first: their order in the document gives the levels. */
  readonly #signs: string[] = [];

  /** @param depth how many directives and quotations the lines are in. */
  rewrite(lines: readonly string[], depth = 0): string[] {
    if (depth > MAX_DEPTH) throw new Unreadable('nested too deeply');
    const result: string[] = [];
    for (let i = 0; i < lines.length; ) {
      const read =
        this.#heading(lines, i) ??
        this.#directive(lines, i, depth) ??
        table(lines, i) ??
        literal(lines, i, result) ??
        this.#indented(lines, i, depth);
      if (read) {
        result.push(...read.lines);
        i = read.end;
      } else {
        result.push(inline(lines[i] as string));
        i += 1;
      }
    }
    return result;
  }

  #heading(lines: readonly string[], i: number): Rewritten | undefined {
    const over =
      UNDERLINE.test(lines[i] ?? '') && (lines[i + 1] ?? '').trim() !== '' && lines[i + 2]?.trim() === lines[i]?.trim();
    const at = over ? i + 1 : i;
    const title = lines[at] ?? '';
    const sign = UNDERLINE.exec(lines[at + 1] ?? '')?.[1];
    if (sign === undefined || title.trim() === '' || UNDERLINE.test(title) || (!over && /^\s/.test(title)))
      return undefined;
    const kind = `${sign}${over}`;
    if (!this.#signs.includes(kind)) this.#signs.push(kind);
    const level = Math.min(6, this.#signs.indexOf(kind) + 1);
    return { lines: ['', `${'#'.repeat(level)} ${inline(title.trim())}`, ''], end: at + 2 };
  }

  /** Definitions and quotations: what is indented, and no part of a list item. */
  #indented(lines: readonly string[], i: number, depth: number): Rewritten | undefined {
    const line = lines[i] as string;
    const indent = indentOf(line);
    const outer = line.trim() === '' || indent === 0 ? undefined : lines[outerOf(lines, i)];
    if (outer === undefined || /^\s*(?:[-*+•]|\w{1,3}[.)]|#\.|\(\w{1,3}\)|\||\.\.)(?:\s|$)/.test(outer))
      return undefined;
    const end = endOfIndented(lines, i, indent);
    return { lines: ['', ...this.rewrite(dedented(lines.slice(i, end)), depth + 1), ''], end };
  }

  #directive(lines: readonly string[], i: number, depth: number): Rewritten | undefined {
    const line = lines[i] as string;
    const indent = indentOf(line);
    if (!/^\s*\.\.(?:\s|$)/.test(line)) return undefined;
    // An empty comment ends a list; what is indented after it is a quotation.
    if (line.trim() === '..' && (lines[i + 1] ?? '').trim() === '') return { lines: [''], end: i + 1 };
    const end = endOfIndented(lines, i + 1, indent + 1);
    const content = dedented(lines.slice(i + 1, end));
    const match = DIRECTIVE.exec(line);
    const note = /^\s*\.\. \[([#*\w-]+)\](?:\s+(.*))?$/.exec(line);
    if (note) return { lines: ['', inline(`[${note[1]}] ${[note[2] ?? '', ...content].join(' ').trim()}`), ''], end };
    // Comments, targets and substitutions are not shown.
    if (!match) return { lines: [''], end };
    const [, , name = '', argument = ''] = match;
    const options = content.findIndex((option) => !/^\s*:[\w-]+:/.test(option));
    const parameters = content.slice(0, options === -1 ? content.length : options);
    const body = options === -1 ? [] : content.slice(options);
    const caption = parameters
      .map((option) => /^:(?:caption|alt|title):\s*(.*)$/.exec(option.trim())?.[1] ?? '')
      .filter((text) => text !== '');
    if (CODE.test(name)) return { lines: ['', ...caption.map(inline), '', ...fenced(body), ''], end };
    if (name === 'math') return { lines: ['', ...fenced([argument, ...body]), ''], end };
    if (/^(?:toctree|raw|meta|index|graphviz|contents|role)$/.test(name)) return { lines: [''], end };
    const title = SILENT.test(name) && !/table/.test(name) ? caption : [argument, ...caption];
    const inner =
      name === 'csv-table'
        ? body.map((row) => `| ${row.replace(/,\s*/g, ' | ')} |`)
        : name === 'list-table'
          ? listTable(body)
          : this.rewrite(body, depth + 1);
    return { lines: ['', ...title.map(inline), '', ...inner, ''], end };
  }
}

/** The number of the line that a line is indented below; -1 if there is none. */
function outerOf(lines: readonly string[], i: number): number {
  const indent = indentOf(lines[i] as string);
  return lastBefore(lines, i, (line) => line.trim() !== '' && indentOf(line) < indent);
}

interface Rewritten {
  readonly lines: readonly string[];
  /** Index of the line after it. */
  readonly end: number;
}

/** Simple and grid tables. */
function table(lines: readonly string[], i: number): Rewritten | undefined {
  const first = (lines[i] ?? '').trim();
  if (/^=+(?:\s+=+)+$/.test(first)) return simpleTable(lines, i);
  return /^\+(?:[-=]+\+)+$/.test(first) ? gridTable(lines, i) : undefined;
}

function simpleTable(lines: readonly string[], i: number): Rewritten | undefined {
  const columns = [...(lines[i] as string).matchAll(/=+/g)].map((match) => match.index);
  const borders: number[] = [i];
  let end = i + 1;
  while (end < lines.length && borders.length < 3) {
    if (/^\s*=+(?:\s+=+)*\s*$/.test(lines[end] as string)) borders.push(end);
    else if (
      (lines[end] as string).trim() === '' &&
      borders.length === 2 &&
      /^\s*\S/.test(lines[end + 1] ?? '') === false
    )
      break;
    end += 1;
  }
  const [, header] = borders;
  const rows: string[][] = [];
  for (const line of lines.slice(i + 1, end)) {
    if (/^[\s=-]*$/.test(line)) continue;
    const cells = columns.map((start, x) => line.slice(x === 0 ? 0 : start, columns[x + 1]).trim());
    const last = rows.at(-1);
    // A row whose first cell is empty goes on with the row before.
    if (cells[0] === '' && last) for (const [x, cell] of cells.entries()) last[x] = `${last[x] ?? ''} ${cell}`.trim();
    else rows.push(cells);
  }
  return { lines: htmlTable(rows, borders.length > 2 && header !== undefined ? 1 : 0), end };
}

function gridTable(lines: readonly string[], i: number): Rewritten {
  const end = lines.findIndex((line, at) => at > i && !/^\s*[+|]/.test(line));
  const own = lines.slice(i, end === -1 ? lines.length : end).map((line) => line.trim());
  const columns = [...(own[0] as string).matchAll(/\+/g)].map((match) => match.index);
  const rows: string[][] = [];
  let headerRows = 0;
  let open: string[] | undefined;
  for (const line of own) {
    if (/^\+[-=+]+\+$/.test(line)) {
      if (open) rows.push(open);
      open = undefined;
      if (line.includes('=')) headerRows = rows.length;
      continue;
    }
    const cells = columns.slice(0, -1).map((start, x) =>
      line
        .slice(start + 1, columns[x + 1])
        .replace(/\|.*$/, '')
        .trim(),
    );
    open = open ? open.map((cell, x) => `${cell} ${cells[x] ?? ''}`.trim()) : cells;
  }
  return { lines: htmlTable(rows, headerRows), end: end === -1 ? lines.length : end };
}

/** A table of nested lists: `* - first` begins a row, `  - next` a cell. */
function listTable(body: readonly string[]): string[] {
  const rows: string[][] = [];
  for (const line of body) {
    const [, row, text = ''] = /^\s*(\*)?\s*-\s?(.*)$/.exec(line) ?? [];
    const cells = rows.at(-1);
    if (row) rows.push([text]);
    else if (/^\s*-/.test(line)) cells?.push(text);
    else if (line.trim() !== '' && cells) cells[cells.length - 1] += ` ${line.trim()}`;
  }
  return htmlTable(rows, 1);
}

function htmlTable(rows: readonly (readonly string[])[], headerRows: number): string[] {
  const cell = (text: string, name: string) =>
    `<${name}>${plain(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${name}>`;
  return [
    '',
    `<table>${rows.map((row, y) => `<tr>${row.map((text) => cell(text, y < headerRows ? 'th' : 'td')).join('')}</tr>`).join('')}</table>`,
    '',
  ];
}

/** What is indented after a paragraph that ends with two colons is code. */
function literal(lines: readonly string[], i: number, before: readonly string[]): Rewritten | undefined {
  const line = lines[i] as string;
  const previous = lines[lastBefore(lines, i, (other) => other.trim() !== '')] ?? '';
  if (
    line.trim() === '' ||
    !/::\s*$/.test(previous) ||
    indentOf(line) <= indentOf(previous) ||
    before.at(-1)?.trim() !== ''
  )
    return undefined;
  const end = endOfIndented(lines, i, indentOf(line));
  return { lines: [...fenced(dedented(lines.slice(i, end))), ''], end };
}

function fenced(code: readonly string[]): string[] {
  const text = code.join('\n').replace(/^\n+|\n+$/g, '');
  return text === '' ? [] : ['````', text, '````'];
}

/** The inline markup of a line as Markdown: literals stay code, roles and references are their text. */
function inline(line: string): string {
  if (line.trim() === '::') return '';
  const [, lead = '', rest = ''] = /^(\s*(?:[-*+•]|\d+[.)]|#\.|\|)?\s*)(.*)$/.exec(line.replace(/::\s*$/, ':')) ?? [];
  const marker = lead.replace('#.', '1.').replace(/^(\s*)\|\s?/, '$1');
  return (
    marker +
    rest
      .split(/(``[^`]*``)/)
      .map((part) => (part.startsWith('``') ? part : plain(part).replace(MARKDOWN_SIGNS, '\\$&')))
      .join('')
  );
}

function plain(text: string): string {
  return text
    .replace(/``([^`]*)``/g, '$1')
    .replace(/:[\w:+.-]+:`~?([^`<]*?)\s*(?:<[^`>]*>)?`/g, (_, shown: string) => shown)
    .replace(/`([^`<]+?)\s*<[^`>]*>`__?/g, '$1')
    .replace(/`([^`]+)`_{0,2}/g, '$1')
    .replace(/\*\*([^*\n]+)\*\*/g, '$1')
    .replace(/(?<![\w*])\*([^*\s][^*\n]*?)\*(?![\w*])/g, '$1')
    .replace(/\|([^|\s][^|]*)\|_?/g, '$1')
    .replace(/\[([#*\w-]+)\]_/g, '[$1]')
    .replace(/(?<=\w)__?(?=[\s.,;:)]|$)/g, '')
    .replace(/\\(.)/g, '$1');
}

/** The index of the last line before `i`, of some hundred, that is like that; -1 if there is none. */
function lastBefore(lines: readonly string[], i: number, isLike: (line: string) => boolean): number {
  for (let at = i - 1; at >= Math.max(0, i - 500); at -= 1) if (isLike(lines[at] as string)) return at;
  return -1;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function endOfIndented(lines: readonly string[], from: number, indent: number): number {
  let end = from;
  for (let i = from; i < lines.length; i += 1) {
    const line = lines[i] as string;
    if (line.trim() === '') continue;
    if (indentOf(line) < indent) break;
    end = i + 1;
  }
  return end;
}

function dedented(lines: readonly string[]): string[] {
  const least = Math.min(...lines.filter((line) => line.trim() !== '').map(indentOf));
  return lines.map((line) => line.slice(Math.min(least, indentOf(line))));
}

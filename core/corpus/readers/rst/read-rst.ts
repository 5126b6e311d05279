import { type DocumentContent, Unreadable } from '../document-content.ts';
import { readMarkdown } from '../markdown/read-markdown.ts';
import { csvTable, listTable } from './data-tables.ts';
import { drawnTable } from './drawn-tables.ts';
import { fieldAt, lineBlockAt, optionAt } from './field-lines.ts';
import { RstInline } from './inline.ts';
import { dedented, endOfIndented, fenced, indentOf, isBlank } from './lines.ts';
import { substitutionsOf } from './substitutions.ts';
import { tableHtml } from './table-html.ts';

const UNDERLINE = /^([!-/:-@[-`{-~])\1*\s*$/;
const DIRECTIVE = /^(\s*)\.\. ([\w:.+-]+)::(?:\s+(.*))?$/;
/** What may be the marker of an item or the beginning of a block, and not the next line of a paragraph. */
const MARKER = /^\s*(?:[-*+•‣]|(?:\d+|[a-z]|[ivxlc]+|#)[.)]|\((?:\d+|[a-z]|[ivxlc]+|#)\)|\.\.|__|\|)(?:\s|$)/i;
const CODE =
  /^(?:code|code-block|sourcecode|literalinclude|prompt|doctest|testcode|testoutput|highlight-block|productionlist)$/;
/** Directives that show nothing. */
const HIDDEN =
  /^(?:toctree|raw|meta|index|graphviz|contents|role|default-role|title|sectionauthor|codeauthor|moduleauthor|testsetup|testcleanup)$/;
/** Directives whose argument is no text, or that have none at all. */
const SILENT =
  /^(?:include|highlight|(?:\w+:)?module|(?:\w+:)?currentmodule|default-domain|sectnum|target-notes|autosummary|auto\w+|image|figure|only|ifconfig|tabularcolumns|class|rst-class|tabs|tab-set|grid|container|cssclass|hlist)$/;
/** What a directive shows before its argument. */
const LEAD: Readonly<Record<string, string>> = {
  versionadded: 'New in version ',
  versionchanged: 'Changed in version ',
  deprecated: 'Deprecated since version ',
  versionremoved: 'Removed in version ',
};
/** Each level of directives and quotations takes a pass over the lines in it, and lines grow with their indentation. */
const MAX_DEPTH = 100;
/** Lines before one that are looked at for the paragraph that it is indented below. */
const MAX_LOOK_BACK = 500;

/**
 * Reads reStructuredText (docutils, Sphinx): headings, paragraphs, lists, fields, code, tables and the content of
 * directives. It is rewritten as Markdown, the markup of which has the same parts. No other file is read.
 * @throws Unreadable if it is nested too deeply.
 */
export function readRst(text: string): DocumentContent {
  const lines = text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => line.replaceAll('\t', '        ').trimEnd());
  checkIndentation(lines);
  const inline = new RstInline(substitutionsOf(lines));
  return readMarkdown(new RstLines(inline).rewrite(lines).join('\n'), { dialects: false });
}

/** Whatever is nested is indented: lists of all kinds, definitions, quotations, directives. */
function checkIndentation(lines: readonly string[]): void {
  const outer: number[] = [];
  for (const line of lines) {
    if (isBlank(line)) continue;
    const indent = indentOf(line);
    while ((outer.at(-1) ?? -1) >= indent) outer.pop();
    outer.push(indent);
    // The outermost lines are not nested.
    if (outer.length - 1 > MAX_DEPTH) throw new Unreadable('nested too deeply');
  }
}

interface Rewritten {
  readonly lines: readonly string[];
  /** Index of the line after it. */
  readonly end: number;
}

class RstLines {
  readonly #inline: RstInline;
  /** Signs of headings, the outermost first: their order in the document gives the levels. */
  readonly #signs: string[] = [];

  constructor(inline: RstInline) {
    this.#inline = inline;
  }

  /** @param depth how many directives and quotations the lines are in. */
  rewrite(lines: readonly string[], depth = 0): string[] {
    if (depth > MAX_DEPTH) throw new Unreadable('nested too deeply');
    const result: string[] = [];
    /** The numbers of the last items by their indentation, for those that number themselves. */
    const numbers = new Map<number, number>();
    for (let i = 0; i < lines.length; ) {
      const line = lines[i] as string;
      const read =
        this.#heading(lines, i) ??
        this.#directive(lines, i, depth) ??
        this.#table(lines, i) ??
        this.#literal(lines, i, result) ??
        this.#fields(lines, i, depth) ??
        this.#indented(lines, i, depth) ??
        this.#paragraph(lines, i, numberOf(line, numbers));
      for (const written of read.lines) result.push(written);
      i = read.end;
    }
    return result;
  }

  #heading(lines: readonly string[], i: number): Rewritten | undefined {
    const over = isLine(lines[i], 2) && !isBlank(lines[i + 1]) && lines[i + 2]?.trim() === lines[i]?.trim();
    const at = over ? i + 1 : i;
    const title = lines[at] ?? '';
    const sign = UNDERLINE.exec(lines[at + 1] ?? '')?.[1];
    if (sign === undefined || isBlank(title) || isLine(title, 3) || (!over && /^\s/.test(title))) return undefined;
    // Shorter lines are text, unless they are as long as a short title.
    const length = (lines[at + 1] ?? '').trim().length;
    if (length < 3 && length < title.trim().length) return undefined;
    if (length < 3 && sign === ':') return undefined;
    const kind = `${sign}${over}`;
    if (!this.#signs.includes(kind)) this.#signs.push(kind);
    const level = Math.min(6, this.#signs.indexOf(kind) + 1);
    return { lines: ['', `${'#'.repeat(level)} ${this.#inline.markdown(title.trim())}`, ''], end: at + 2 };
  }

  /** Definitions and quotations: what is indented, and no part of a list item. */
  #indented(lines: readonly string[], i: number, depth: number): Rewritten | undefined {
    const line = lines[i] as string;
    const indent = indentOf(line);
    if (isBlank(line) || indent === 0) return undefined;
    const outer = lines[lastBefore(lines, i, (other) => !isBlank(other) && indentOf(other) < indent)];
    // Quotations at the beginning of lines that are indented throughout.
    if (outer === undefined ? depth > 0 : MARKER.test(outer)) return undefined;
    const end = endOfIndented(lines, i, indent);
    return { lines: ['', ...this.rewrite(dedented(lines.slice(i, end)), depth + 1), ''], end };
  }

  #directive(lines: readonly string[], i: number, depth: number): Rewritten | undefined {
    const line = lines[i] as string;
    const indent = indentOf(line);
    if (/^\s*__(?:\s|$)/.test(line)) return { lines: [''], end: i + 1 };
    if (!/^\s*\.\.(?:\s|$)/.test(line)) return undefined;
    // An empty comment ends a list; what is indented after it is a quotation.
    if (line.trim() === '..' && isBlank(lines[i + 1])) return { lines: [''], end: i + 1 };
    const end = endOfIndented(lines, i + 1, indent + 1);
    const content = dedented(lines.slice(i + 1, end));
    const note = /^\s*\.\. \[([#*\w.-]+)\](?:\s+(.*))?$/.exec(line);
    if (note) {
      const text = [note[2] ?? '', ...content].join(' ').trim();
      return { lines: ['', this.#inline.markdown(`[${note[1]}] ${text}`), ''], end };
    }
    // Comments, targets and substitutions are not shown.
    const [, , name = '', first = ''] = DIRECTIVE.exec(line) ?? [];
    if (name === '' || HIDDEN.test(name)) return { lines: [''], end };
    return { lines: ['', ...this.#shown(name, first, content, depth), ''], end };
  }

  #shown(name: string, first: string, content: readonly string[], depth: number): string[] {
    const { argument, options, body } = partsOf(first, content);
    const titles = ['caption', 'alt', 'title', 'subtitle'].flatMap((option) => options.get(option) ?? []);
    const markdown = (text: string) => this.#inline.markdown(text);
    if (CODE.test(name)) return [...titles.map(markdown), '', ...fenced(body)];
    if (name === 'parsed-literal') return fenced(body.map((line) => this.#inline.plain(line)));
    if (name === 'math') return fenced([argument, ...body].filter((line) => line !== ''));
    const title = SILENT.test(name) ? titles : [(LEAD[name] ?? '') + argument, ...titles];
    const data = name === 'csv-table' ? csvTable : name === 'list-table' ? listTable : undefined;
    const { rows, headerRows } = data?.(body, options) ?? { rows: [], headerRows: 0 };
    const inner = data ? tableHtml(rows, headerRows, this.#inline) : this.rewrite(body, depth + 1);
    return [...title.filter((text) => text !== '').flatMap((text) => [markdown(text), '']), ...inner];
  }

  #table(lines: readonly string[], i: number): Rewritten | undefined {
    const table = drawnTable(lines, i);
    return table && { lines: tableHtml(table.rows, table.headerRows, this.#inline), end: table.end };
  }

  /** What is indented, or quoted by a sign, after a paragraph that ends with two colons, and sessions of Python. */
  #literal(lines: readonly string[], i: number, before: readonly string[]): Rewritten | undefined {
    const line = lines[i] as string;
    if (isBlank(line)) return undefined;
    if (/^\s*>>> /.test(line)) {
      const end = endOfBlock(lines, i);
      return { lines: ['', ...fenced(dedented(lines.slice(i, end))), ''], end };
    }
    if (!isBlank(before.at(-1))) return undefined;
    const previous = lines[lastBefore(lines, i, (other) => !isBlank(other))] ?? '';
    if (!/::\s*$/.test(previous) || /^\s*\.\. /.test(previous)) return undefined;
    const indent = indentOf(line);
    if (indent > indentOf(previous)) {
      const end = endOfIndented(lines, i, indentOf(previous) + 1);
      return { lines: [...fenced(dedented(lines.slice(i, end))), ''], end };
    }
    const [sign] = /^[!-/:-@[-`{-~]/.exec(line.slice(indentOf(previous))) ?? [];
    const end = endOfBlock(lines, i);
    const quoted = lines.slice(i, end);
    if (sign === undefined || !quoted.every((other) => other.trimStart().startsWith(sign))) return undefined;
    return { lines: [...fenced(dedented(quoted)), ''], end };
  }

  /** Fields, options of commands and lines of verse are a line each. */
  #fields(lines: readonly string[], i: number, depth: number): Rewritten | undefined {
    const verse = lineBlockAt(lines, i);
    if (verse) {
      const text = verse.lines.map((line) => this.#inline.markdown(line)).join('\\\n');
      return { lines: ['', ...text.split('\n'), ''], end: verse.end };
    }
    const field = fieldAt(lines, i) ?? optionAt(lines, i);
    if (!field) return undefined;
    const { indent, text, body, end } = field;
    if (text === '' && body.length === 0) return { lines: [], end };
    const isLast = isBlank(lines[end]) || body.length > 0;
    const own = `${indent}${this.#inline.markdown(text)}${isLast ? '' : '\\'}`;
    return { lines: [own, ...(body.length > 0 ? ['', ...this.rewrite(body, depth + 1), ''] : [])], end };
  }

  /** @param number of the item that the line begins, if it numbers itself. */
  #paragraph(lines: readonly string[], i: number, number: number | undefined): Rewritten {
    const line = lines[i] as string;
    if (isBlank(line)) return { lines: [''], end: i + 1 };
    const [, indent = '', marker = '', gap = '', first = ''] =
      /^(\s*)(?:([-*+•‣]|(?:\d+|[a-z]|[ivxlc]+|#)[.)]|\((?:\d+|[a-z]|[ivxlc]+|#)\))(\s+|$))?(.*)$/i.exec(line) ?? [];
    const width = indent.length + marker.length + gap.length;
    let end = i + 1;
    while (end < lines.length && indentOf(lines[end] as string) === width && this.#goesOn(lines, end)) end += 1;
    const text = [first, ...lines.slice(i + 1, end)].map((part) => part.trim()).join('\n');
    const shown = /^::$/.test(text) ? '' : text.replace(/\s::$/, '').replace(/::$/, ':');
    const [head = '', ...others] = this.#inline.markdown(shown).split('\n');
    const mark = number === undefined ? marker : `${number}.`;
    // Markdown knows no letters and no brackets around numbers.
    const isItem = /^(?:[-*+]|\d+[.)])$/.test(mark);
    const begin = isItem || marker === '' ? mark : /^[•‣]$/.test(marker) ? '-' : marker;
    const next = lines[end] ?? '';
    const breaks =
      begin === marker && !isItem && marker !== '' && indentOf(next) === indent.length && MARKER.test(next);
    const written = [`${indent}${begin}${gap}${head}`, ...others.map((other) => ' '.repeat(width) + other)];
    if (breaks) written[written.length - 1] += '\\';
    return { lines: written, end };
  }

  /** Whether a line is the next one of a paragraph. */
  #goesOn(lines: readonly string[], i: number): boolean {
    const line = lines[i] as string;
    if (isBlank(line) || MARKER.test(line) || isLine(line, 3) || isLine(lines[i + 1], 3)) return false;
    return !/^\s*>>> /.test(line) && !/^\s*(?:\+[-=]|=+\s+=)/.test(line);
  }
}

/** The options of a directive, and its argument, which may take several lines before them. */
function partsOf(first: string, content: readonly string[]) {
  const options = new Map<string, string>();
  const argument = [first];
  let i = 0;
  const isOption = (line: string) => /^:[\w-]+:(?:\s|$)/.test(line);
  if (first !== '') {
    const blank = content.findIndex((line) => isBlank(line));
    const option = content.findIndex((line) => isOption(line));
    // Text directly below an argument goes on with it if options follow.
    if (option > 0 && (blank === -1 || option < blank))
      for (; i < option; i += 1) argument.push((content[i] as string).trim());
  }
  let name = '';
  for (; i < content.length; i += 1) {
    const line = content[i] as string;
    const option = /^:([\w-]+):\s*(.*)$/.exec(line);
    if (option && isOption(line)) {
      name = option[1] as string;
      options.set(name, option[2] ?? '');
    } else if (name !== '' && !isBlank(line) && indentOf(line) > 0)
      options.set(name, `${options.get(name)}\n${line.trim()}`);
    else break;
  }
  return { argument: argument.join(' ').trim(), options, body: content.slice(i) };
}

/** Whether a line is the same sign, at least as often: a heading's line, or one between paragraphs. */
function isLine(line: string | undefined, least: number): boolean {
  return line !== undefined && UNDERLINE.test(line) && line.trim().length >= least;
}

/** Keeps count of numbered items. Returns the number of an item that numbers itself. */
function numberOf(line: string, numbers: Map<number, number>): number | undefined {
  if (isBlank(line)) return undefined;
  const indent = indentOf(line);
  for (const other of numbers.keys()) if (other > indent) numbers.delete(other);
  const [, own] = /^\s*(\d+|#)[.)](?:\s|$)/.exec(line) ?? [];
  if (own === undefined) numbers.delete(indent);
  else numbers.set(indent, own === '#' ? (numbers.get(indent) ?? 0) + 1 : Number(own));
  return own === '#' ? numbers.get(indent) : undefined;
}

function endOfBlock(lines: readonly string[], from: number): number {
  let end = from;
  while (end < lines.length && !isBlank(lines[end])) end += 1;
  return end;
}

/** The index of the last line before `i`, of some hundred, that is like that; -1 if there is none. */
function lastBefore(lines: readonly string[], i: number, isLike: (line: string) => boolean): number {
  for (let at = i - 1; at >= Math.max(0, i - MAX_LOOK_BACK); at -= 1) if (isLike(lines[at] as string)) return at;
  return -1;
}

import { Unreadable } from '../document-content.ts';
import { directiveOf, gridTable, isOption, siteLine, withoutOptions } from './site-lines.ts';

/** Each level of nesting takes a pass over the lines in it. */
const MAX_DEPTH = 100;

/** Consecutive lines that are code in a fence, with the fence, or that are none. */
export interface Block {
  readonly code: boolean;
  readonly text: string;
}

const FENCE = /^\s{0,3}(?:>\s?)*\s*(?:(?:[-*+]|\d+[.)])\s+)?(`{3,}|~{3,})(.*)$/;
const CONTAINER = /^(\s*):{3,}\s*(?:\{[^}]*\}|\w[\w-]*)?(?:\[([^\]]*)\])?(?:\{[^}]*\})?\s*(.*)$/;
const DIRECTIVE_LINE = /^\s*(?:\[\[?_?toc_?\]?\]|<<<\s+\S+.*|@include\b.*|\{:[^}]*\}|\{[.#][^}]*\}|\\newpage)\s*$/i;
/** Attributes after a heading: `{#anchor}`, `{: .class}`. */
const ATTRIBUTES = /\s*\{[#.:][^{}]*\}\s*(?=#*\s*$)/;
/** MkDocs: `!!! note "Title"`, `??? tip`, `=== "Tab"`, whose content is indented. */
const ADMONITION = /^(\s*)(?:!!!|\?\?\?\+?|===[!+]?)\s+(?:[\w-]+(?:\s+[\w-]+)*)?\s*(?:"([^"]*)")?\s*$/;
/** GitHub, Obsidian: `> [!NOTE] Title`. */
const CALLOUT = /^(\s*(?:>\s*)+)\[!\w+(?:[|\s][^\]]*)?\][+-]?\s*/;
const DEFINITION = /^( {0,3}):[ \t]+(?=\S)/;
/** Code between tags of Hugo and Jekyll. */
const CODE_TAG = /^\s*\{(?:\{[<%]|%)\s*(\/|end)?highlight\b.*[>%]?%?\}\}?\s*$/;
const NOTE_DEFINITION = /^ {0,3}\[\^([^\]\s]+)\]:/gm;

/** Directives and roles of MyST, in which lines after a percent sign are comments. */
const MYST = /^(?:`{3,}|:{3,})\{[\w-]+\}|\{(?:ref|doc|term|numref|kbd|func|class|py:\w+)\}`/m;

/** The blocks of a Markdown text. Syntax of site generators that stands on lines of its own is replaced by its text. */
export function blocksOf(source: string): Block[] {
  const lines = rewriteLines(withoutUnusedNotes(source).split('\n'));
  return joinLines(MYST.test(source) ? lines.filter(({ code, text }) => code || !/^\s*%(?:\s|$)/.test(text)) : lines);
}

interface Line {
  readonly code: boolean;
  readonly text: string;
}

function joinLines(lines: readonly Line[]): Block[] {
  const blocks: { code: boolean; lines: string[] }[] = [];
  for (const { code, text } of lines) {
    const last = blocks.at(-1);
    if (last?.code === code) last.lines.push(text);
    else blocks.push({ code, lines: [text] });
  }
  return blocks.map(({ code, lines: texts }) => ({ code, text: texts.join('\n') }));
}

/** @param depth how many admonitions and definitions the lines are in. */
function rewriteLines(lines: readonly string[], depth = 0): Line[] {
  if (depth > MAX_DEPTH) throw new Unreadable('nested too deeply');
  const result: Line[] = [];
  const prose = (...texts: string[]) => result.push(...texts.map((text) => ({ code: false, text })));
  let fence: string | undefined;
  let inTable = false;
  let options = false;
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] as string;
    const mark = FENCE.exec(line);
    if (fence !== undefined) {
      result.push({ code: true, text: line });
      if (mark?.[1]?.startsWith(fence) && mark[2]?.trim() === '') fence = undefined;
      continue;
    }
    if (mark?.[1] !== undefined && !(mark[1][0] === '`' && mark[2]?.includes('`'))) {
      fence = mark[1];
      const directive = directiveOf(mark[2] ?? '');
      if (directive) {
        const close = new RegExp(`^\\s*${fence[0]}{${fence.length},}\\s*$`);
        const found = lines.findIndex((other, at) => at > i && close.test(other));
        const end = found === -1 ? lines.length : found;
        const content = withoutOptions(lines.slice(i + 1, end));
        if (directive.kind === 'code')
          for (const text of ['', fence, ...content, fence, '']) result.push({ code: true, text });
        else if (directive.kind === 'prose') {
          prose('', directive.title, '');
          for (const inner of rewriteLines(content, depth + 1)) result.push(inner);
          prose('');
        }
        fence = undefined;
        i = end;
        continue;
      }
      result.push({ code: true, text: line });
      continue;
    }
    if (options && isOption(line)) continue;
    options = /^\s*:{3,}\s*\{/.test(line);
    const grid = gridTable(lines, i);
    if (grid) {
      prose(...grid.rows);
      i = grid.end - 1;
      continue;
    }
    const codeTag = CODE_TAG.exec(line);
    if (codeTag) {
      const end = codeTag[1] ? i : lines.findIndex((other, at) => at > i && CODE_TAG.exec(other)?.[1] !== undefined);
      if (end > i) {
        const code = ['', '````', ...lines.slice(i + 1, end), '````', ''];
        result.push(...code.map((text) => ({ code: true, text })));
        i = end;
      }
      continue;
    }
    const admonition = ADMONITION.exec(line);
    const definition = admonition ? null : isDefinition(line, result.at(-1)?.text, lines[i - 1], lines[i - 2]);
    if (admonition || definition) {
      const indent = admonition?.[1] ?? definition?.[1] ?? '';
      const end = endOfIndented(lines, i + 1, indent.length + (admonition ? 4 : 2));
      const content = lines.slice(i + 1, end).map((inner) => dedent(inner, indent.length));
      if (admonition) prose('', `${indent}${admonition[2] ?? ''}`, '');
      else content.unshift(line.replace(DEFINITION, '$1'));
      if (definition) prose('');
      for (const inner of rewriteLines(content, depth + 1)) result.push(inner);
      prose('');
      i = end - 1;
      continue;
    }
    if (/^\s*<table\b/i.test(line)) inTable = true;
    if (inTable) {
      // Blank lines end HTML in Markdown, and what is indented after them is code.
      const next = lines.slice(i + 1, i + 4).find((other) => other.trim() !== '');
      if (line.trim() !== '' || !next?.trim().startsWith('<')) prose(line.trimStart());
      if (/<\/table>/i.test(line)) inTable = false;
      continue;
    }
    prose(...rewriteLine(line).split('\n'));
  }
  return result;
}

function rewriteLine(line: string): string {
  const site = siteLine(line);
  if (site !== undefined) return site;
  const container = CONTAINER.exec(line);
  if (container) return `\n${container[1]}${container[2] ?? unquoted(container[3] ?? '')}\n`;
  if (DIRECTIVE_LINE.test(line)) return '';
  const text = CALLOUT.test(line) ? line.replace(CALLOUT, '$1') : line;
  return /^\s*#{1,6}\s/.test(text) || /\{#[^{}\s]+\}\s*$/.test(text) ? text.replace(ATTRIBUTES, '') : text;
}

function unquoted(title: string): string {
  return title.replace(/^"(.*)"$/, '$1').replace(/^\{[^}]*\}$/, '');
}

/** Whether a line begins the definition of the term in the line before, or before a blank line. */
function isDefinition(
  line: string,
  before: string | undefined,
  ...previous: readonly (string | undefined)[]
): RegExpExecArray | null {
  const definition = DEFINITION.exec(line);
  const term = before?.trim() ? before : previous.find((other) => other?.trim());
  return definition && term !== undefined && /^ {0,3}(?![#>|=<-]|\d+[.)]|[*+] )\S/.test(term) ? definition : null;
}

/** The end of the lines that are blank or indented by so many spaces. Blank lines at the end do not belong to them. */
function endOfIndented(lines: readonly string[], from: number, indent: number): number {
  let end = from;
  for (let i = from; i < lines.length; i += 1) {
    const line = (lines[i] as string).replaceAll('\t', '    ');
    if (line.trim() === '') continue;
    if (line.length - line.trimStart().length < indent) break;
    end = i + 1;
  }
  return end;
}

/** Removes the indentation of content, four spaces, after the one of the line that it belongs to. */
function dedent(line: string, outer: number): string {
  const expanded = line.replace(/^\t+/, (tabs) => '    '.repeat(tabs.length));
  return expanded.slice(0, outer) + expanded.slice(outer).replace(/^ {1,4}/, '');
}

/** Notes that nothing refers to are not rendered. They become paragraphs. */
function withoutUnusedNotes(source: string): string {
  const uses = new Map<string, number>();
  for (const [, name = ''] of source.matchAll(/\[\^([^\]\s]+)\]/g)) uses.set(name, (uses.get(name) ?? 0) + 1);
  return source.replace(NOTE_DEFINITION, (definition, name: string) => ((uses.get(name) ?? 0) > 1 ? definition : '\n'));
}

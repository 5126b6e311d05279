/*
 * Syntax on lines of its own of DocFX (Microsoft Learn), MyST (Sphinx, Jupyter Book), MkDocs and Pandoc.
 */

/** `:::image alt-text="…":::`, `:::row:::`, `:::column-end:::`. */
const DOCFX = /^\s*:::\s?[a-z][\w-]*(?:\s([^\n]*?))?\s*:::\s*$/i;
const NO_TEXT = /^\s*(?:\[!(?:INCLUDE|VIDEO)\b.*\]|--8<--(?:\s.*)?|\([\w.:-]+\)=|\+\+\+(?:\s.*)?)\s*$/i;
/** An abbreviation that is shown at its uses. */
const ABBREVIATION = /^ {0,3}\*\[([^\]\n]+)\]:\s+/;
const OPTION = /^\s*:[a-z][\w-]*:(?:\s|$)/i;
/** The id of a block in Obsidian. */
const BLOCK_ID = /\s\^[a-z][\w-]{3,}\s*$/i;

/** The text of a line; undefined if it has none of this syntax. */
export function siteLine(line: string): string | undefined {
  const docfx = DOCFX.exec(line);
  if (docfx) return /\balt-text="([^"]*)"/.exec(docfx[1] ?? '')?.[1] ?? '';
  if (NO_TEXT.test(line)) return '';
  if (ABBREVIATION.test(line)) return `\n${line.replace(ABBREVIATION, '$1: ')}\n`;
  return BLOCK_ID.test(line) ? line.replace(BLOCK_ID, '') : undefined;
}

/** Whether a line is an option of a directive: `:class: warning`. */
export function isOption(line: string): boolean {
  return OPTION.test(line);
}

const DIRECTIVE = /^\{([\w:-]+)\}\s*(.*)$/;
const CODE = /^(?:code(?:-block|-cell)?|sourcecode|parsed-literal|literalinclude|highlight|prompt)$/;
const NOTHING =
  /^(?:toctree|contents|tableofcontents|include|bibliography|index|mermaid|graphviz|raw|autosummary|auto\w+)$/;

/**
 * What a fence of MyST (`{note} Title`) holds: Markdown, code or nothing that is shown; undefined for other fences.
 * @param info what follows the backticks.
 */
export function directiveOf(info: string): { kind: 'prose' | 'code' | 'nothing'; title: string } | undefined {
  const match = DIRECTIVE.exec(info.trim());
  if (!match) return undefined;
  const [, name = '', argument = ''] = match;
  if (CODE.test(name)) return { kind: 'code', title: '' };
  if (NOTHING.test(name)) return { kind: 'nothing', title: '' };
  return { kind: 'prose', title: /^(?:image|figure|math)$/.test(name) ? '' : argument };
}

/** The lines of a directive without the options at its beginning. */
export function withoutOptions(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => !isOption(line));
  return first === -1 ? [] : lines.slice(first);
}

const BORDER = /^\s*\+(?:[-=:]+\+)+\s*$/;

/** A grid table of Pandoc that begins at a line, as rows of GFM, and its end; undefined if there is none. */
export function gridTable(lines: readonly string[], from: number): { rows: string[]; end: number } | undefined {
  if (!BORDER.test(lines[from] ?? '') || !/^\s*\|.*\|\s*$/.test(lines[from + 1] ?? '')) return undefined;
  let end = from;
  while (end < lines.length && /^\s*[+|].*[+|]\s*$/.test(lines[end] as string)) end += 1;
  const rows: string[][] = [];
  let cells: string[] = [];
  for (const line of lines.slice(from, end)) {
    if (BORDER.test(line)) {
      if (cells.length > 0) rows.push(cells);
      cells = [];
      continue;
    }
    const parts = line
      .trim()
      .slice(1, -1)
      .split(/(?<!\\)\|/);
    cells = parts.map((part, i) => `${cells[i] ?? ''} ${part.trim()}`.trim());
  }
  const [head, ...others] = rows.map((row) => `| ${row.join(' | ')} |`);
  if (head === undefined) return undefined;
  return { rows: ['', head, `|${' --- |'.repeat(rows[0]?.length ?? 1)}`, ...others, ''], end };
}

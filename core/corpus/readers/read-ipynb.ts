import { z } from 'zod';
import { type DocumentContent, Unreadable } from './document-content.ts';
import { readMarkdown } from './markdown/read-markdown.ts';

const Text = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(''))]);
const Output = z.object({
  text: Text.optional(),
  data: z.record(z.string(), z.unknown()).optional(),
  /** Of an error. */
  ename: z.string().optional(),
  evalue: z.string().optional(),
});
const Cell = z.object({
  cell_type: z.string(),
  source: Text.optional(),
  /** Of a heading, before version 4. */
  level: z.number().optional(),
  /** Of code, before version 4. */
  input: Text.optional(),
  outputs: z.array(Output).optional(),
});
const Notebook = z.object({
  cells: z.array(Cell).optional(),
  worksheets: z.array(z.object({ cells: z.array(Cell) })).optional(),
});

/** Reads a Jupyter notebook (nbformat): its Markdown, its code, and what the code has printed. */
export function readIpynb(text: string): DocumentContent {
  const cells = cellsOf(text);
  const markdown = cells.flatMap((cell) => {
    const source = cell.source ?? cell.input ?? '';
    if (cell.cell_type === 'markdown') return [source];
    if (cell.cell_type === 'heading') return [`${'#'.repeat(cell.level ?? 1)} ${source}`];
    if (cell.cell_type !== 'code') return [fenced(source)];
    return [fenced(source), ...(cell.outputs ?? []).map(outputOf)];
  });
  return readMarkdown(markdown.join('\n\n'), { mdx: false });
}

function cellsOf(text: string): z.infer<typeof Cell>[] {
  try {
    const { cells, worksheets = [] } = Notebook.parse(JSON.parse(text));
    return cells ?? worksheets.flatMap((sheet) => sheet.cells);
  } catch {
    throw new Unreadable('a damaged Jupyter notebook');
  }
}

/** Tables are kept as such; of pictures, only what the notebook says in words. */
function outputOf({ text, data = {}, ename, evalue }: z.infer<typeof Output>): string {
  const as = (type: string) => Text.safeParse(data[type]).data;
  const html = as('text/html');
  if (html !== undefined && /<table\b/i.test(html)) return html.replace(/\n\s*\n/g, '\n');
  if (ename !== undefined) return fenced(`${ename}: ${evalue ?? ''}`);
  // The text of a picture is the name of its type.
  const isPicture = Object.keys(data).some((type) => type.startsWith('image/'));
  return as('text/markdown') ?? fenced(lastShown(text ?? (isPicture ? '' : as('text/plain')) ?? ''));
}

/** Lines that a program has written over, as those of a progress bar, as they are at the end. */
function lastShown(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/^.*\r(?=.)/gm, '');
}

function fenced(code: string): string {
  if (code.trim() === '') return '';
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${code}\n${fence}`;
}

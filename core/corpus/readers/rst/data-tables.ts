import { CsvError, parse } from 'csv-parse/sync';
import { dedented, indentOf, isBlank } from './lines.ts';
import { type Cell, cellOf } from './table-html.ts';

export interface DataTable {
  readonly rows: readonly (readonly Cell[])[];
  readonly headerRows: number;
}

const DELIMITERS: Readonly<Record<string, string>> = { tab: '\t', space: ' ' };

/** The table of a `csv-table`. @param options its options, by name. */
export function csvTable(body: readonly string[], options: ReadonlyMap<string, string>): DataTable {
  const named = options.get('delim') ?? ',';
  const delimiter = DELIMITERS[named] ?? named;
  const header = options.get('header');
  const names = header === undefined ? [] : parseCsv(header, delimiter);
  const rows = [...names, ...parseCsv(body.join('\n'), delimiter)];
  return {
    rows: rows.map((row) => row.map((cell) => cellOf(cell.split('\n')))),
    headerRows: names.length + count(options.get('header-rows')),
  };
}

function parseCsv(text: string, delimiter: string): string[][] {
  const options = { delimiter, relax_column_count: true, relax_quotes: true, trim: true, skip_empty_lines: true };
  try {
    return parse(text, options);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return parse(text, { ...options, quote: false });
  }
}

/** The table of a `list-table`: a list of rows, each of which is a list of cells. */
export function listTable(body: readonly string[], options: ReadonlyMap<string, string>): DataTable {
  const rows = itemsOf(body).map((row) => itemsOf(row).map(cellOf));
  return { rows, headerRows: count(options.get('header-rows')) };
}

/** The content of the items of the outermost list. */
function itemsOf(lines: readonly string[]): string[][] {
  const items: string[][] = [];
  const own = dedented(lines);
  for (const line of own) {
    if (/^[-*+•](?:\s|$)/.test(line)) items.push([` ${line.slice(1)}`]);
    else if (items.length > 0 && (isBlank(line) || indentOf(line) > 0)) items.at(-1)?.push(line);
  }
  return items;
}

function count(option: string | undefined): number {
  return Number.parseInt(option ?? '0', 10) || 0;
}

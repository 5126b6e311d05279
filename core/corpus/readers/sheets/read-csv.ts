import { CsvError, parse } from 'csv-parse/sync';
import { type DocumentContent, SectionBuilder } from '../document-content.ts';
import { sheetBlocks } from './sheet-blocks.ts';

const DELIMITERS = [',', ';', '\t', '|'];
/** A first line for Excel that names the delimiter. */
const SEPARATOR = /^\ufeff?"?sep=(.)"?\r?\n/i;
/** Characters that the delimiter is looked for in. */
const SAMPLE = 20_000;

/** Reads a table of comma-separated values (RFC 4180), also with semicolons, tabs or bars between them. */
export function readCsv(text: string): DocumentContent {
  const rows = parseRows(text);
  const sections = new SectionBuilder();
  for (const block of sheetBlocks(rows)) {
    if ('text' in block) sections.text(block.text);
    else sections.table(block.rows, block.headerRows);
  }
  return { title: undefined, sections: sections.finish() };
}

function parseRows(source: string): string[][] {
  const [line, named] = SEPARATOR.exec(source) ?? [''];
  const text = source.slice(line.length);
  const options = {
    delimiter: named ?? delimiterOf(text),
    relax_column_count: true,
    relax_quotes: true,
    bom: true,
    trim: true,
  };
  // Some programs mark quotes in quotes by a backslash. If a quote never ends, quotes are signs like others.
  for (const quotes of [{}, { escape: '\\' }]) {
    try {
      return parse(text, { ...options, ...quotes });
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
    }
  }
  return parse(text, { ...options, quote: false });
}

/** The delimiter that most lines have the same number of, outside quotes. */
function delimiterOf(text: string): string {
  const lines = text
    .slice(0, SAMPLE)
    .replace(/"(?:[^"]|"")*"/g, '')
    .split(/\r\n?|\n/)
    .filter((line) => line.trim() !== '');
  const score = (delimiter: string) => {
    const counts = lines.map((line) => line.split(delimiter).length - 1);
    const usual = counts.toSorted((a, b) => a - b)[counts.length >> 1] ?? 0;
    return usual === 0 ? 0 : counts.filter((count) => count === usual).length + usual / 1000;
  };
  return DELIMITERS.reduce((best, delimiter) => (score(delimiter) > score(best) ? delimiter : best));
}

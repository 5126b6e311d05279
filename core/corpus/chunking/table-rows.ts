import type { Section, Table } from '../../contracts/corpus.ts';
import type { Piece } from './pack-sentences.ts';

/** A part of the text of a section: a table, or what is between tables. */
export interface SectionPart {
  /** With its line ends: the texts of all parts joined are the text of the section. */
  readonly text: string;
  readonly table?: Table;
}

/** Cuts the text of a section before and after its tables. */
export function partsOf({ text, tables = [] }: Section): SectionPart[] {
  if (tables.length === 0) return [{ text }];
  const lines = text.split(/(?<=\n)/);
  const parts: SectionPart[] = [];
  let at = 0;
  for (const table of tables) {
    parts.push({ text: lines.slice(at, table.line).join('') });
    parts.push({ text: lines.slice(table.line, table.line + table.rows).join(''), table });
    at = table.line + table.rows;
  }
  parts.push({ text: lines.slice(at).join('') });
  return parts.filter((part) => part.text !== '');
}

/**
 * The rows of a table as pieces, which are not cut further. The first one has the header rows with it; the others know
 * them.
 * @param pieces cuts a text into pieces that fit in a chunk: one, unless the text is too long.
 */
export function tableRows(text: string, table: Table, pieces: (text: string) => Piece[]): Piece[] {
  const lines = text.split(/(?<=\n)/);
  const [header, ...more] = pieces(lines.slice(0, table.headerRows).join(''));
  const rows = lines.slice(table.headerRows);
  if (header === undefined || header.text === '') return rows.flatMap(pieces);
  // A header that fills a chunk is not repeated.
  if (more.length > 0) return [header, ...more, ...rows.flatMap(pieces)];
  const [first = '', ...others] = rows;
  const together = pieces(header.text + first);
  return [
    ...(together.length === 1 ? together : [header, ...pieces(first)]),
    ...others.flatMap(pieces).map((piece) => ({ ...piece, header })),
  ];
}

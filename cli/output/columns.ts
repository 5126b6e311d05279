import stringWidth from 'string-width';
import { padEnd } from './format.ts';

/** Formats a table as lines; each column is as wide as its widest cell, in terminal cells. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((text, column) => padEnd(text, widths[column] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}

import { type Cell, gridOf, guessHeaderRows } from '../table-grid.ts';
import { descendants, elementsOf, type HtmlElement, isBlock, lettersOf, nameOf } from './dom.ts';

export interface HtmlTable {
  readonly rows: string[][];
  readonly headerRows: number;
  readonly caption: HtmlElement | undefined;
}

interface Row {
  readonly element: HtmlElement;
  readonly cells: readonly HtmlElement[];
  readonly group: string;
}

/** Cells of this many letters and of several paragraphs are parts of a page, not values. */
const MANY_LETTERS = 400;

/** Reads a table of data; undefined if it is one that only places the parts of a page. */
export function readTable(table: HtmlElement, textOfCell: (cell: HtmlElement) => string): HtmlTable | undefined {
  const rows = rowsOf(table);
  if (isLayout(table, rows)) return undefined;
  const filled = rows.filter(({ cells }) => cells.length > 0);
  const grid = gridOf(filled.map(({ cells }) => cells.map((cell) => toCell(cell, textOfCell))));
  const headed = filled.findIndex((row) => !isHeader(row, filled));
  const marked = headed === -1 ? 0 : headed;
  return {
    rows: grid,
    headerRows: Math.min(
      marked > 0 ? marked : boldFirst(filled) ? 1 : guessHeaderRows(grid),
      Math.max(0, grid.length - 1),
    ),
    caption: elementsOf(table).find((child) => nameOf(child) === 'caption'),
  };
}

/** Rows in the order in which they are shown: those of tfoot last. */
function rowsOf(table: HtmlElement): Row[] {
  const rows = elementsOf(table).flatMap((child): Row[] => {
    const group = nameOf(child);
    if (group === 'tr') return [toRow(child, 'tbody')];
    return /^t(?:head|body|foot)$/.test(group)
      ? elementsOf(child)
          .filter((row) => nameOf(row) === 'tr')
          .map((row) => toRow(row, group))
      : [];
  });
  const order = ['thead', 'tbody', 'tfoot'];
  return rows.toSorted((a, b) => order.indexOf(a.group) - order.indexOf(b.group));
}

function toRow(element: HtmlElement, group: string): Row {
  return { element, cells: elementsOf(element).filter((cell) => /^t[dh]$/.test(nameOf(cell))), group };
}

function toCell(cell: HtmlElement, textOfCell: (cell: HtmlElement) => string): Cell {
  const span = (name: string) => Number.parseInt(cell.attribs[name] ?? '1', 10);
  // A rowspan of 0 reaches to the end of the table.
  const rows = span('rowspan') === 0 ? Number.MAX_SAFE_INTEGER : span('rowspan');
  return { text: textOfCell(cell), columns: span('colspan'), rows };
}

/** Whether a row names the columns. A table of nothing but header cells has none. */
function isHeader({ cells, group }: Row, rows: readonly Row[]): boolean {
  const markedGroups = rows.some((row) => row.group === 'thead') && rows.some((row) => row.group !== 'thead');
  if (markedGroups && group === 'thead') return true;
  const filled = cells.filter((cell) => lettersOf(cell) > 0);
  return (
    filled.length > 0 &&
    filled.every((cell) => nameOf(cell) === 'th') &&
    !(cells.length === 1 && rows.some((row) => row.cells.length > 1))
  );
}

/** Whether the cells of the first row, and of no other, are all bold. */
function boldFirst([first, ...others]: readonly Row[]): boolean {
  const bold = ({ cells }: Row) =>
    cells.every((cell) => {
      const [only, ...more] = elementsOf(cell);
      return (
        only !== undefined &&
        more.length === 0 &&
        /^(?:b|strong)$/.test(nameOf(only)) &&
        lettersOf(only) === lettersOf(cell)
      );
    });
  return first !== undefined && first.cells.length > 1 && others.length > 0 && bold(first) && !others.some(bold);
}

function isLayout(table: HtmlElement, rows: readonly Row[]): boolean {
  if (/^(?:presentation|none)$/.test(table.attribs.role ?? '')) return true;
  const cells = rows.flatMap((row) => row.cells);
  const columns = rows.reduce((most, row) => Math.max(most, row.cells.length), 0);
  const marked =
    elementsOf(table).some((child) => /^(?:caption|thead)$/.test(nameOf(child))) ||
    cells.some((cell) => nameOf(cell) === 'th');
  const inner = cells.map((cell) => [...descendants(cell)].slice(1));
  const hasHeading = inner.some((all) =>
    all.some((element) => /^(?:h[1-6]|main|article|nav|form)$/.test(nameOf(element))),
  );
  if (columns <= 1) return true;
  if (marked) return false;
  if (hasHeading) return true;
  if (inner.some((all) => all.some((element) => nameOf(element) === 'table'))) return true;
  return cells.some((cell) => lettersOf(cell) > MANY_LETTERS && elementsOf(cell).filter(isBlock).length > 1);
}

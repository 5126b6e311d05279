import { type DocumentContent, SectionBuilder, Unreadable } from '../document-content.ts';
import { OmittedText } from '../omitted-text.ts';
import type { ZipArchive } from '../open-zip.ts';
import { type Relationship, readPart, relationshipsOf } from '../package-parts.ts';
import { attribute, child, childrenNamed, descendantsNamed, textOf, type XmlElement } from '../xml.ts';
import { CellText } from './cell-text.ts';
import { MissingValues } from './missing-values.ts';
import { areaOf, columnOf } from './references.ts';
import { addSheet, isDefaultName, type SheetRow } from './sheet.ts';
import { addDrawing } from './sheet-drawing.ts';

/** A head of columns is not higher: people freeze rows to keep them in view, too. */
const MAX_FROZEN = 10;

/**
 * Reads an Excel workbook (ECMA-376): a section for each sheet, with the values that its cells show, and the text of
 * its boxes and charts. Merged cells have their value in each column and row. Left out, and reported, are hidden
 * sheets, rows and columns, and comments. Rows that a filter hides, and groups that are closed, are kept.
 */
export function readXlsx(zip: ZipArchive): DocumentContent {
  const main = relationshipsOf(zip, '').find(({ type }) => type === 'officeDocument')?.target ?? 'xl/workbook.xml';
  const workbook = readPart(zip, main);
  if (workbook === undefined) throw new Unreadable('a damaged Excel workbook');
  const relationships = relationshipsOf(zip, main);
  const part = (type: string) => readPart(zip, relationships.find((other) => other.type === type)?.target);
  const cells = new CellText(part('sharedStrings'), part('styles'), child(workbook, 'workbookPr'));
  const sections = new SectionBuilder();
  const omitted = new OmittedText();
  const missing = new MissingValues();
  const sheets = childrenNamed(child(workbook, 'sheets'), 'sheet');
  for (const [index, element] of sheets.entries()) {
    const target = relationships.find(({ id }) => id === attribute(element, 'id'))?.target;
    const sheet = readPart(zip, target);
    const parts = target === undefined ? [] : relationshipsOf(zip, target);
    const tables = parts.filter(({ type }) => type === 'table').map((table) => readPart(zip, table.target));
    const isFiltered = [sheet, ...tables].some(
      (one) => childrenNamed(child(one, 'autoFilter'), 'filterColumn').length > 0,
    );
    const rows = rowsOf(sheet, isFiltered, (cell) => cells.textOf(cell, missing));
    for (const comment of commentsOf(zip, parts)) omitted.add('comment', comment);
    if ((attribute(element, 'state') ?? 'visible') !== 'visible') {
      omitted.add('hidden', rows.flatMap((row) => [...row.cells.values()]).join(' '));
      continue;
    }
    const name = attribute(element, 'name') ?? '';
    if (sheets.length > 1 || !isDefaultName(name)) sections.heading(1, name);
    const merged = childrenNamed(child(sheet, 'mergeCells'), 'mergeCell').flatMap((merge) =>
      areaOf(attribute(merge, 'ref')),
    );
    const headRows = new Set([...headRowsOf(sheet, tables), ...printTitles(workbook, index)]);
    addSheet({ rows, merged, headRows, isHiddenColumn: hiddenColumns(sheet) }, sections, omitted);
    for (const { type, target: drawing } of parts) if (type === 'drawing') addDrawing(zip, drawing, sections);
  }
  return { title: undefined, sections: sections.finish(), omitted: omitted.omissions, doubts: missing.doubts };
}

function rowsOf(sheet: XmlElement | undefined, isFiltered: boolean, text: (cell: XmlElement) => string): SheetRow[] {
  let number = 0;
  return childrenNamed(child(sheet, 'sheetData'), 'row').map((element) => {
    number = Number.parseInt(attribute(element, 'r') ?? '', 10) || number + 1;
    const cells = new Map<number, string>();
    let column = -1;
    for (const cell of childrenNamed(element, 'c')) {
      column = columnOf(attribute(cell, 'r')) ?? column + 1;
      const value = text(cell);
      if (value !== '') cells.set(column, value);
    }
    return { number, cells, isHidden: !isFiltered && isHidden(element) };
  });
}

/** Whether a row or column is hidden; those of a closed group are shown by a click. */
function isHidden(element: XmlElement): boolean {
  return isOn(attribute(element, 'hidden')) && Number(attribute(element, 'outlineLevel') ?? '0') === 0;
}

function isOn(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}

function hiddenColumns(sheet: XmlElement | undefined): (column: number) => boolean {
  const hidden = childrenNamed(child(sheet, 'cols'), 'col')
    .filter(isHidden)
    .map((columns) => [Number(attribute(columns, 'min')), Number(attribute(columns, 'max'))] as const);
  return (column) => hidden.some(([min, max]) => column + 1 >= min && column + 1 <= max);
}

/** The last of the rows that stay in view, and the heads of tables and filters. */
function headRowsOf(sheet: XmlElement | undefined, tables: readonly (XmlElement | undefined)[]): number[] {
  const panes = descendantsNamed(child(sheet, 'sheetViews'), 'pane').filter((pane) =>
    /frozen/i.test(attribute(pane, 'state') ?? ''),
  );
  const frozen = panes.map((pane) => Number(attribute(pane, 'ySplit') ?? '0')).filter((rows) => rows <= MAX_FROZEN);
  const headed = tables.filter((table) => attribute(table, 'headerRowCount') !== '0');
  const areas = [child(sheet, 'autoFilter'), ...headed].flatMap((element) => areaOf(attribute(element, 'ref')));
  return [...frozen, ...areas.map(({ top }) => top)];
}

/** The last of the rows that are printed on each page. */
function printTitles(workbook: XmlElement, sheet: number): number[] {
  const names = childrenNamed(child(workbook, 'definedNames'), 'definedName').filter(
    (name) =>
      attribute(name, 'name') === '_xlnm.Print_Titles' && Number(attribute(name, 'localSheetId') ?? '-1') === sheet,
  );
  return names.flatMap((name) => {
    const last = /!\$\d+:\$(\d+)/.exec(textOf(name))?.[1];
    return last === undefined ? [] : [Number(last)];
  });
}

/** What readers have remarked. Excel stores those of a thread a second time as ordinary ones. */
function commentsOf(zip: ZipArchive, parts: readonly Relationship[]): string[] {
  const threaded = parts.filter(({ type }) => type === 'threadedComment');
  const comments = threaded.length > 0 ? threaded : parts.filter(({ type }) => type === 'comments');
  return comments.flatMap(({ target }) => {
    const part = readPart(zip, target);
    return [...descendantsNamed(part, 'comment'), ...descendantsNamed(part, 'threadedComment')].map((comment) =>
      textOf(child(comment, 'text')),
    );
  });
}

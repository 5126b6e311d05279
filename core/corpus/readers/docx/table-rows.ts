import { countCharacters } from '../omitted-text.ts';
import {
  attribute,
  child,
  childrenNamed,
  descendantsNamed,
  elementsOf,
  localName,
  textOf,
  type XmlElement,
} from '../xml.ts';
import { isBold, isSet, outlineLevel, type Styles } from './styles.ts';

/** Cells of this many letters and of several paragraphs are parts of a page, not values. */
const MANY_LETTERS = 400;
/** What may be around rows and cells. */
const AROUND = /^(?:sdt|sdtContent|customXml|ins|moveTo)$/;

/** The rows of a table, also those in content controls. */
export function rowsOf(table: XmlElement): XmlElement[] {
  return inside(table, 'tr');
}

/** The cells of a row, also those in content controls. */
export function cellsOf(row: XmlElement): XmlElement[] {
  return inside(row, 'tc');
}

function inside(parent: XmlElement, name: string): XmlElement[] {
  return elementsOf(parent).flatMap((element) => {
    if (localName(element) === name) return [element];
    return AROUND.test(localName(element)) ? inside(element, name) : [];
  });
}

/** Whether a row was deleted in a tracked change. */
export function isDeleted(row: XmlElement): boolean {
  return isSet(child(row, 'trPr', 'del'));
}

/** Whether a row is repeated on each page. */
export function isHeader(row: XmlElement): boolean {
  return isSet(child(row, 'trPr', 'tblHeader'));
}

/** How many of the first rows name the columns; undefined if the document does not show it. */
export function headerRowsOf(table: XmlElement, rows: readonly XmlElement[], styles: Styles): number | undefined {
  const marked = rows.findIndex((row) => !isHeader(row));
  if (marked > 0) return marked;
  if (isBoldFirst(rows)) return 1;
  const properties = child(table, 'tblPr');
  return hasFirstRow(child(properties, 'tblLook')) &&
    styles.marksFirstRow(attribute(child(properties, 'tblStyle'), 'val'))
    ? 1
    : undefined;
}

/** Whether a table shows the look that its style gives to the first row. */
function hasFirstRow(look: XmlElement | undefined): boolean {
  const named = attribute(look, 'firstRow');
  return named === undefined
    ? (Number.parseInt(attribute(look, 'val') ?? '0', 16) & 0x20) !== 0
    : named === '1' || named === 'true' || named === 'on';
}

/** Whether the text of the first row, and of no other, is bold. */
function isBoldFirst([first, ...others]: readonly XmlElement[]): boolean {
  const bold = (row: XmlElement) => isBold(descendantsNamed(row, 'r'));
  return first !== undefined && others.length > 0 && bold(first) && !others.some(bold);
}

/** Whether a table places the parts of a page. */
export function isLayout(rows: readonly XmlElement[], styles: Styles): boolean {
  const columns = rows.reduce((most, row) => Math.max(most, cellsOf(row).length), 0);
  if (columns <= 1) return true;
  const cells = rows.flatMap(cellsOf);
  const isHeading = (paragraph: XmlElement) =>
    (outlineLevel(child(paragraph, 'pPr')) ?? styles.paragraph(styleOf(paragraph)).headingLevel ?? 10) < 10 &&
    textOf(paragraph).trim() !== '';
  return (
    !rows.some(isHeader) &&
    cells.some((cell) => {
      const paragraphs = childrenNamed(cell, 'p');
      const headed = paragraphs.length > 1 && paragraphs.some(isHeading);
      return headed || (paragraphs.length > 1 && countCharacters(textOf(cell)) > MANY_LETTERS);
    })
  );
}

/** The style of a paragraph. */
export function styleOf(paragraph: XmlElement): string | undefined {
  return attribute(child(paragraph, 'pPr', 'pStyle'), 'val');
}

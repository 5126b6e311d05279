import { chartText, diagramText } from '../diagram-text.ts';
import type { DocumentContent, SectionBuilder } from '../document-content.ts';
import { countCharacters, type OmittedText } from '../omitted-text.ts';
import { type Cell, gridOf, guessHeaderRows } from '../table-grid.ts';
import { attribute, child, descendantsNamed, elementsOf, localName, textOf, type XmlElement } from '../xml.ts';
import { equationText } from './equation-text.ts';
import { type NumberedLists, storedMarker } from './numbering.ts';
import { prepareBody } from './prepare-body.ts';
import { type ParagraphText, RunText } from './run-text.ts';
import { numberingOf, outlineLevel, type Styles } from './styles.ts';
import { cellsOf, headerRowsOf, isDeleted, isLayout, rowsOf, styleOf } from './table-rows.ts';

export interface BodyContext {
  readonly sections: SectionBuilder;
  readonly omitted: OmittedText;
  readonly styles: Styles;
  readonly lists: NumberedLists;
  /** Notes by kind and id. */
  readonly notes: Readonly<Record<string, XmlElement>>;
  /** The part of a relationship. */
  readonly part: (id: string | undefined) => XmlElement | undefined;
  /** The content of another document that is inserted by a relationship. */
  readonly chunk: (id: string | undefined) => DocumentContent | undefined;
}

interface Paragraph {
  /** With its number or bullet. */
  readonly text: string;
  readonly plain: string;
  /** Undefined for text. */
  readonly headingLevel: number | undefined;
  readonly isListItem: boolean;
}

/** Elements around paragraphs; `sect` and `sub-section` are of Word 2003. */
const AROUND_BLOCKS = /^(?:customXml|smartTag|sdtContent|ins|moveTo|dir|bdo|sect|sub-section)$/;
/** Paragraphs that are longer are no headings, whatever their style. */
const LONGEST_HEADING = 400;

/** Reads the paragraphs and tables of a Word document into sections. */
export class BodyText {
  readonly #context: BodyContext;
  readonly #runs: RunText;
  readonly #noteNumbers = new Map<string, number>();
  /** Notes that the paragraphs since the last block refer to. */
  #pendingNotes: string[] = [];
  /** Items of a list so far. */
  #items: string[] = [];
  /** The first title or heading of the first level. */
  title: string | undefined;

  constructor(context: BodyContext) {
    this.#context = context;
    this.#runs = new RunText({ ...context, noteNumber: (key) => this.#numberOf(key) });
  }

  addBody(body: XmlElement): void {
    prepareBody(body);
    this.#addBlocks(body);
    this.#endList();
  }

  #addBlocks(parent: XmlElement): void {
    for (const element of elementsOf(parent)) {
      const name = localName(element);
      if (name === 'p') this.#addParagraph(element);
      else if (name === 'tbl') this.#addTable(element);
      else if (name === 'sdt') this.#addControl(element);
      else if (name === 'AlternateContent') this.#addBlocks(child(element, 'Choice') ?? element);
      else if (name === 'altChunk') this.#addChunk(this.#context.chunk(attribute(element, 'id')));
      else if (name === 'oMathPara' || name === 'oMath') this.#context.sections.text(equationText(element));
      else if (AROUND_BLOCKS.test(name)) this.#addBlocks(element);
    }
  }

  /** A content control; that of a table of contents is left out. */
  #addControl(control: XmlElement): void {
    const content = child(control, 'sdtContent');
    const gallery = attribute(child(control, 'sdtPr', 'docPartObj', 'docPartGallery'), 'val') ?? '';
    if (content === undefined) return;
    if (/table of contents/i.test(gallery)) this.#omitContents(content);
    else this.#addBlocks(content);
  }

  #omitContents(content: XmlElement): void {
    for (const paragraph of descendantsNamed(content, 'p')) {
      const { text, contents } = this.#runs.read(paragraph);
      this.#context.omitted.add('contents', contents + text);
    }
  }

  /** Sections of an inserted document are deeper than where it is inserted. */
  #addChunk(chunk: DocumentContent | undefined): void {
    this.#endList();
    for (const omission of chunk?.omitted ?? []) this.#context.omitted.addAll(omission);
    let path: readonly string[] = [];
    for (const { headings, text } of chunk?.sections ?? []) {
      const same = headings.findIndex((heading, level) => heading !== path[level]);
      for (const [level, heading] of headings.entries())
        if (same !== -1 && level >= same) this.#context.sections.heading(level + 1, heading);
      path = headings;
      this.#context.sections.text(text);
    }
  }

  #addParagraph(element: XmlElement): void {
    const style = this.#context.styles.paragraph(styleOf(element));
    const read = this.#runs.read(element);
    this.#pendingNotes.push(...read.notes);
    this.#context.omitted.add('contents', style.isContents ? read.contents + read.text : read.contents);
    if (!style.isContents && (read.contents === '' || read.text.trim() !== ''))
      this.#place(this.#toParagraph(element, read));
    for (const box of read.boxes) this.#addBox(box);
  }

  /** A text box, diagram or chart. */
  #addBox(box: XmlElement): void {
    const { sections, part } = this.#context;
    const name = localName(box);
    if (name === 'relIds') sections.text(diagramText(part(attribute(box, 'dm'))));
    else if (name === 'chart') {
      const { titles, rows } = chartText(part(attribute(box, 'id')));
      sections.text(titles.join('\n'));
      sections.table(rows, 1);
    } else this.#addBlocks(box);
  }

  #place({ text, plain, headingLevel, isListItem }: Paragraph): void {
    const { sections } = this.#context;
    if (headingLevel !== undefined && text.trim() !== '') {
      this.#endList();
      if (headingLevel <= 1) this.title ??= plain.trim();
      sections.heading(headingLevel, text);
    } else if (isListItem) {
      this.#items.push(text);
    } else {
      this.#endList();
      sections.text(text);
    }
    this.#addNotes();
  }

  /** A paragraph with its marker. */
  #toParagraph(element: XmlElement, { text }: ParagraphText): Paragraph {
    const { styles, lists } = this.#context;
    const properties = child(element, 'pPr');
    const style = styles.paragraph(styleOf(element));
    const own = numberingOf(properties);
    const numbering = own
      ? { numId: own.numId ?? style.numbering?.numId, level: own.level ?? style.numbering?.level }
      : style.numbering;
    // An empty paragraph shows no number, and is not counted.
    const counted = numbering && text.trim() !== '' ? lists.next(numbering, style.lineage) : undefined;
    const marker = storedMarker(properties) ?? counted;
    const level = outlineLevel(properties) ?? style.headingLevel;
    const headingLevel =
      level !== undefined && level < 10 && countCharacters(text) <= LONGEST_HEADING ? level : undefined;
    const bullet = marker?.text === '-';
    const marked =
      marker === undefined || (bullet && headingLevel !== undefined) ? text : `${marker.text}${marker.gap}${text}`;
    // The numbers of legal texts show the level; those of other lists do not.
    const indent = marker && headingLevel === undefined && !/\d\.\d/.test(marker.text) ? '  '.repeat(marker.level) : '';
    return { text: indent + marked, plain: text, headingLevel, isListItem: marker !== undefined };
  }

  #endList(): void {
    if (this.#items.length > 0) this.#context.sections.text(this.#items.join('\n'));
    this.#items = [];
  }

  #numberOf(key: string): number {
    const number = this.#noteNumbers.get(key) ?? this.#noteNumbers.size + 1;
    this.#noteNumbers.set(key, number);
    return number;
  }

  /** Notes follow the block that refers to them. */
  #addNotes(): void {
    const keys = this.#pendingNotes;
    if (keys.length === 0) return;
    this.#endList();
    this.#pendingNotes = [];
    for (const key of keys) {
      const number = this.#noteNumbers.get(key);
      const mark = number === undefined ? '' : `[${number}] `;
      const lines = this.#noteLines(this.#context.notes[key], mark);
      if (lines.length > 0) this.#context.sections.text(lines.join('\n'));
    }
  }

  /** The lines of a note, of which those before its tables have been added. @param mark begins the first of them. */
  #noteLines(note: XmlElement | undefined, mark: string): string[] {
    let lines: string[] = [];
    let first = mark;
    const visit = (parent: XmlElement | undefined) => {
      for (const element of elementsOf(parent)) {
        const name = localName(element);
        if (name === 'p') {
          const read = this.#runs.read(element);
          const text = read.text.trim();
          if (text !== '') lines.push(first + text);
          if (text !== '') first = '';
          for (const box of read.boxes) visit(box);
        } else if (name === 'tbl') {
          this.#context.sections.text([...lines, ...(first === '' ? [] : [first])].join('\n'));
          [lines, first] = [[], ''];
          this.#addTable(element);
        } else if (name === 'sdt' || AROUND_BLOCKS.test(name)) visit(element);
      }
    };
    visit(note);
    return lines;
  }

  #addTable(table: XmlElement): void {
    this.#endList();
    const rows = rowsOf(table);
    for (const row of rows.filter(isDeleted)) this.#context.omitted.add('hidden', textOf(row));
    const kept = rows.filter((row) => !isDeleted(row));
    if (isLayout(kept, this.#context.styles)) {
      for (const cell of kept.flatMap(cellsOf)) this.#addBlocks(cell);
      return;
    }
    const grid = gridOf(this.#cellsOf(kept));
    const headerRows = headerRowsOf(table, kept, this.#context.styles) ?? guessHeaderRows(grid);
    this.#context.sections.table(grid, Math.min(headerRows, Math.max(0, grid.length - 1)));
    this.#addNotes();
  }

  #cellsOf(rows: readonly XmlElement[]): Cell[][] {
    /** Text of the merged cell in each column. */
    const merged = new Map<number, string>();
    return rows.map((row) => {
      const before = Number.parseInt(attribute(child(row, 'trPr', 'gridBefore'), 'val') ?? '0', 10) || 0;
      const cells: Cell[] = Array.from({ length: Math.min(before, 64) }, () => ({ text: '' }));
      let column = before;
      for (const cell of cellsOf(row)) {
        const properties = child(cell, 'tcPr');
        const columns = Number.parseInt(attribute(child(properties, 'gridSpan'), 'val') ?? '1', 10) || 1;
        const merge = child(properties, 'vMerge');
        const goesOn = merge !== undefined && attribute(merge, 'val') !== 'restart';
        const left = child(properties, 'hMerge');
        const widens = left !== undefined && attribute(left, 'val') !== 'restart' ? cells.pop() : undefined;
        const text = widens?.text ?? (goesOn ? (merged.get(column) ?? '') : this.#cellText(cell));
        if (merge) merged.set(column, text);
        cells.push({ text, columns: columns + (widens?.columns ?? 0) });
        column += columns;
      }
      return cells;
    });
  }

  /** The text of a cell on one line. */
  #cellText(cell: XmlElement): string {
    const parts = elementsOf(cell).flatMap((element): string[] => {
      const name = localName(element);
      if (name === 'p') {
        const read = this.#runs.read(element);
        this.#pendingNotes.push(...read.notes);
        const { text, isListItem } = this.#toParagraph(element, read);
        return [isListItem ? `${text.trim()};` : text, ...read.boxes.map((box) => this.#cellText(box))];
      }
      if (name === 'tbl')
        return rowsOf(element).map(
          (row) =>
            `${cellsOf(row)
              .map((inner) => this.#cellText(inner))
              .join(', ')};`,
        );
      if (name === 'oMathPara' || name === 'oMath') return [equationText(element)];
      return /^(?:sdt|sdtContent|customXml|ins|moveTo)$/.test(name) ? [this.#cellText(element)] : [];
    });
    return parts
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .join(' ')
      .replace(/;$/, '');
  }
}

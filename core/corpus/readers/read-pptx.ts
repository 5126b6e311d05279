import { posix } from 'node:path';
import { chartText, diagramText } from './diagram-text.ts';
import { type DocumentContent, SectionBuilder, Unreadable } from './document-content.ts';
import { equationText } from './docx/equation-text.ts';
import { formatNumber, type NumberFormat } from './list-marker.ts';
import { OmittedText } from './omitted-text.ts';
import type { ZipArchive } from './open-zip.ts';
import { type Relationship, readPart, relationshipsOf } from './package-parts.ts';
import { type Cell, gridOf, guessHeaderRows } from './table-grid.ts';
import { unreadEquations } from './unread-equations.ts';
import {
  attribute,
  child,
  childrenNamed,
  descendantsNamed,
  elementsOf,
  localName,
  textOf,
  type XmlElement,
} from './xml.ts';

/** Placeholders that each slide repeats. */
const REPEATED = new Set(['sldNum', 'dt', 'ftr', 'hdr']);

const NUMBERS: readonly (readonly [string, NumberFormat])[] = [
  ['alphaLc', 'lowerLetter'],
  ['alphaUc', 'upperLetter'],
  ['romanLc', 'lowerRoman'],
  ['romanUc', 'upperRoman'],
  ['ea1', 'chinese'],
  ['circleNum', 'circled'],
  ['arabicDb', 'fullWidth'],
];

/**
 * Reads a PowerPoint presentation (ECMA-376): a section for each slide under its title, with the text, tables and
 * diagrams of the slide and the notes for the speaker. Hidden slides, slide numbers and footers are left out and
 * reported.
 */
export function readPptx(zip: ZipArchive): DocumentContent {
  const main = relationshipsOf(zip, '').find(({ type }) => type === 'officeDocument')?.target ?? 'ppt/presentation.xml';
  const presentation = readPart(zip, main);
  if (presentation === undefined) throw new Unreadable('a damaged PowerPoint presentation');
  const relationships = relationshipsOf(zip, main);
  const slides = childrenNamed(child(presentation, 'sldIdLst'), 'sldId').flatMap((slide) => {
    // `id` without prefix is another number.
    const id = Object.entries(slide.attribs).find(([name]) => name.includes(':'))?.[1];
    return relationships.find((other) => other.id === id)?.target ?? [];
  });
  const text = new SlideText(zip);
  for (const slide of slides) text.add(slide);
  return text.finish();
}

class SlideText {
  readonly #zip: ZipArchive;
  readonly #sections = new SectionBuilder();
  readonly #omitted = new OmittedText();
  #title: string | undefined;

  readonly #slides: (XmlElement | undefined)[] = [];

  constructor(zip: ZipArchive) {
    this.#zip = zip;
  }

  finish(): DocumentContent {
    const doubts = unreadEquations(this.#slides);
    return { title: this.#title, sections: this.#sections.finish(), omitted: this.#omitted.omissions, doubts };
  }

  add(part: string): void {
    const slide = readPart(this.#zip, part);
    if (attribute(slide, 'show') === '0') {
      this.#omitted.add('hidden', descendantsNamed(slide, 't').map(textOf).join(' '));
      return;
    }
    this.#slides.push(slide);
    const relationships = relationshipsOf(this.#zip, part);
    const shapes = shapesOf(child(slide, 'cSld', 'spTree'));
    const title = shapes.find((shape) => /^(?:title|ctrTitle)$/.test(placeholderOf(shape) ?? ''));
    const heading = title ? paragraphsOf(title).join(' ') : '';
    this.#title ??= heading || undefined;
    this.#sections.heading(1, heading || `${posix.basename(part, '.xml').replace(/\D+/, '')}`);
    for (const shape of shapes) if (shape !== title) this.#addShape(shape, relationships);
    for (const comments of relationships.filter(({ type }) => type === 'comments'))
      this.#omitted.add('comment', textOf(readPart(this.#zip, comments.target)));
    const notes = relationships.find(({ type }) => type === 'notesSlide')?.target;
    for (const shape of shapesOf(child(readPart(this.#zip, notes), 'cSld', 'spTree')))
      if (placeholderOf(shape) === 'body') this.#sections.text(paragraphsOf(shape).join('\n'));
  }

  #addShape(shape: XmlElement, relationships: readonly Relationship[]): void {
    if (localName(shape) === 'graphicFrame') {
      this.#addGraphic(shape, relationships);
      return;
    }
    const lines = paragraphsOf(shape);
    if (REPEATED.has(placeholderOf(shape) ?? '')) this.#omitted.add('running-head', lines.join(' '));
    else this.#sections.text(lines.join('\n') || (localName(shape) === 'pic' ? descriptionOf(shape) : ''));
  }

  /** A table, or a diagram or chart, whose text is in another part. */
  #addGraphic(frame: XmlElement, relationships: readonly Relationship[]): void {
    const [table] = descendantsNamed(frame, 'tbl');
    if (table) {
      const rows = gridOf(childrenNamed(table, 'tr').map((row) => childrenNamed(row, 'tc').flatMap(toCell)));
      const marked = attribute(child(table, 'tblPr'), 'firstRow') === '1' ? 1 : guessHeaderRows(rows);
      this.#sections.table(rows, Math.min(marked, Math.max(0, rows.length - 1)));
      return;
    }
    for (const { type, target } of relationships.filter((other) => isNamedIn(frame, other.id))) {
      if (type === 'diagramData') this.#sections.text(diagramText(readPart(this.#zip, target)));
      if (type !== 'chart') continue;
      const { titles, rows } = chartText(readPart(this.#zip, target));
      this.#sections.text(titles.join('\n'));
      this.#sections.table(rows, 1);
    }
  }
}

/** The shapes of a slide, those in groups included, in order. */
function shapesOf(tree: XmlElement | undefined): XmlElement[] {
  return elementsOf(tree).flatMap((element) => {
    const name = localName(element);
    if (name === 'grpSp') return shapesOf(element);
    if (name === 'AlternateContent') return shapesOf(child(element, 'Choice') ?? child(element, 'Fallback'));
    return /^(?:sp|graphicFrame|pic|cxnSp)$/.test(name) ? [element] : [];
  });
}

function placeholderOf(shape: XmlElement): string | undefined {
  const [properties] = elementsOf(shape).filter((element) => localName(element).startsWith('nv'));
  const placeholder = child(properties, 'nvPr', 'ph');
  return placeholder && (attribute(placeholder, 'type') ?? 'obj');
}

function descriptionOf(shape: XmlElement): string {
  return attribute(descendantsNamed(shape, 'cNvPr')[0], 'descr') ?? '';
}

/** The paragraphs of a shape with their numbers; those of lower levels are indented items. */
function paragraphsOf(shape: XmlElement): string[] {
  const numbers: { number: number; type: string }[] = [];
  return childrenNamed(child(shape, 'txBody'), 'p').flatMap((paragraph) => {
    const properties = child(paragraph, 'pPr');
    const level = Math.min(Number.parseInt(attribute(properties, 'lvl') ?? '0', 10) || 0, 8);
    const line = lineOf(paragraph);
    if (line === '') return [];
    const numbering = child(properties, 'buAutoNum');
    const start = Number.parseInt(attribute(numbering, 'startAt') ?? '1', 10) || 1;
    const type = attribute(numbering, 'type') ?? '';
    const before = numbers[level]?.type === type ? numbers[level].number : start - 1;
    numbers.length = level;
    if (numbering) numbers[level] = { number: before + 1, type };
    const marker = numbering ? numbered(before + 1, type) : level > 0 ? '- ' : '';
    return [`${'  '.repeat(level)}${marker}${line}`];
  });
}

/** A number as it is shown by a type such as `arabicParenR`. */
function numbered(number: number, type: string): string {
  const format = NUMBERS.find(([prefix]) => type.startsWith(prefix))?.[1] ?? 'decimal';
  const text = formatNumber(number, format);
  if (format === 'circled' && text !== String(number)) return `${text} `;
  if (/ParenBoth$/.test(type)) return `(${text}) `;
  return /Plain$/.test(type) ? `${text} ` : `${text}${/ParenR$/.test(type) ? ')' : '.'} `;
}

function lineOf(paragraph: XmlElement): string {
  return elementsOf(paragraph)
    .map((element) => {
      const name = localName(element);
      if (name === 'r' || name === 'fld') return textOf(child(element, 't'));
      if (name === 'br') return '\n';
      return name === 'm' || name === 'AlternateContent' ? equationText(descendantsNamed(element, 'oMath')[0]) : '';
    })
    .join('')
    .trim();
}

/** A cell with what it spans; nothing for one that another spans. */
function toCell(cell: XmlElement): Cell[] {
  if (attribute(cell, 'hMerge') === '1' || attribute(cell, 'vMerge') === '1') return [];
  const span = (name: string) => Number.parseInt(attribute(cell, name) ?? '1', 10) || 1;
  return [{ text: paragraphsOf(cell).join(' '), columns: span('gridSpan'), rows: span('rowSpan') }];
}

function isNamedIn(frame: XmlElement, id: string): boolean {
  return elementsOf(frame).some((element) => Object.values(element.attribs).includes(id) || isNamedIn(element, id));
}

import { type DocumentContent, SectionBuilder, Unreadable } from './document-content.ts';
import { mathText } from './html/math-text.ts';
import { OdfNumbers } from './odf-numbers.ts';
import { OmittedText } from './omitted-text.ts';
import type { ZipArchive } from './open-zip.ts';
import { MissingValues } from './sheets/missing-values.ts';
import { hidingStyles, odfSheet } from './sheets/odf-sheet.ts';
import { addSheet } from './sheets/sheet.ts';
import { type Cell, gridOf, guessHeaderRows } from './table-grid.ts';
import {
  attribute,
  child,
  childrenNamed,
  descendantsNamed,
  elementsOf,
  localName,
  parseXml,
  textOf,
  type XmlElement,
  type XmlNode,
} from './xml.ts';

/** Repetitions that a spreadsheet declares up to its last row and column are not text. */
const MAX_REPEATED = 100;

/**
 * Reads an OpenDocument text, spreadsheet or presentation (ISO 26300). Left out, and reported, are tables of contents,
 * headers and footers, deleted text. @throws Unreadable if it is encrypted or damaged.
 */
export function readOdf(zip: ZipArchive): DocumentContent {
  const part = (name: string) => {
    const bytes = zip.read(name);
    return bytes && parseXml(bytes);
  };
  if (descendantsNamed(part('META-INF/manifest.xml'), 'encryption-data').length > 0) throw new Unreadable('encrypted');
  const content = part('content.xml');
  const body = child(content, 'body');
  if (body === undefined) throw new Unreadable('a damaged OpenDocument file');
  const text = new OdfText(content, part);
  text.addBlocks(elementsOf(body)[0]);
  const masters = descendantsNamed(child(part('styles.xml'), 'master-styles'), 'master-page').flatMap(elementsOf);
  const heads = masters.filter((element) => /^(?:header|footer)/.test(localName(element))).map(textOf);
  for (const head of new Set(heads)) text.omitted.add('running-head', head);
  const title = textOf(child(part('meta.xml'), 'meta', 'title')).trim();
  return {
    title: title || text.title,
    sections: text.finish(),
    omitted: text.omitted.omissions,
    doubts: text.missing.doubts,
  };
}

class OdfText {
  readonly omitted = new OmittedText();
  readonly missing = new MissingValues();
  readonly #sections = new SectionBuilder();
  readonly #numbers: OdfNumbers;
  /** Named styles by the automatic ones that are derived from them. */
  readonly #parents: ReadonlyMap<string, string>;
  /** Styles that hide a sheet. */
  readonly #hiding: ReadonlySet<string>;
  #notes: string[] = [];
  #noteNumber = 0;
  title: string | undefined;

  /** Consecutive paragraphs of code. */
  #code: string[] = [];
  readonly #part: (name: string) => XmlElement | undefined;

  constructor(content: XmlElement | undefined, part: (name: string) => XmlElement | undefined) {
    this.#part = part;
    const automatic = childrenNamed(child(content, 'automatic-styles'), 'style');
    this.#parents = new Map(
      automatic.map((style) => [attribute(style, 'name') ?? '', attribute(style, 'parent-style-name') ?? '']),
    );
    this.#hiding = hidingStyles(content);
    this.#numbers = new OdfNumbers([child(part('styles.xml'), 'styles'), child(content, 'automatic-styles')]);
  }

  finish() {
    this.#endCode();
    return this.#sections.finish();
  }

  addBlocks(parent: XmlElement | undefined): void {
    for (const element of elementsOf(parent)) {
      const name = localName(element);
      const own = attribute(element, 'style-name') ?? '';
      const style = this.#parents.get(own) ?? own;
      if (name === 'p' && /^(?:Preformatted|Source|Code)/i.test(style)) {
        this.#code.push(this.#line(element));
        continue;
      }
      this.#endCode();
      if (name === 'h') this.#addHeading(element);
      else if (name === 'p' && style === 'Title') this.#addTitle(this.#line(element));
      else if (name === 'p') this.#addText(this.#line(element));
      else if (name === 'list') this.#addText(this.#listLines(element, 0, undefined).join('\n'));
      else if (name === 'table') this.#addTable(element);
      else if (name === 'page') this.#addPage(element);
      else if (name === 'desc') this.#addText(textOf(element));
      else if (name === 'section' && isHidden(element)) this.omitted.add('hidden', textOf(element));
      else if (/^(?:table-of-content|.*-index)$/.test(name))
        this.omitted.add('contents', textOf(child(element, 'index-body')));
      else if (name === 'tracked-changes')
        this.omitted.add('hidden', descendantsNamed(element, 'deletion').map(textOf).join(' '));
      else if (
        !/^(?:sequence-decls|forms|annotation|variable-decls|shapes|notes|settings|calculation-settings)$/.test(name)
      )
        this.addBlocks(element);
    }
  }

  #endCode(): void {
    this.#sections.text(this.#code.splice(0).join('\n'));
  }

  #addTitle(text: string): void {
    this.title ??= text.trim() || undefined;
    this.#sections.heading(0, text);
  }

  #addHeading(element: XmlElement): void {
    const text = this.#line(element);
    const level = Number.parseInt(attribute(element, 'outline-level') ?? '1', 10) || 1;
    if (level === 1) this.title ??= text.trim() || undefined;
    const isNumbered = text.trim() !== '' && attribute(element, 'is-list-header') !== 'true';
    this.#sections.heading(level, `${isNumbered ? this.#numbers.heading(level) : ''}${text}`);
  }

  #addText(text: string): void {
    this.#sections.text(text);
    for (const note of this.#notes.splice(0)) this.#sections.text(note);
  }

  /** A slide, under its name, and the notes for the speaker. */
  #addPage(page: XmlElement): void {
    const title = childrenNamed(page, 'frame').find((frame) => attribute(frame, 'class') === 'title');
    const heading = title ? textOf(title).trim() : '';
    this.title ??= heading || undefined;
    this.#sections.heading(1, heading || (attribute(page, 'name') ?? ''));
    for (const frame of elementsOf(page)) if (frame !== title) this.addBlocks(frame);
    this.addBlocks(child(page, 'notes'));
  }

  #addTable(table: XmlElement): void {
    if (localName(table.parent as XmlElement) === 'spreadsheet') {
      this.#addSheet(table);
      return;
    }
    const rows = rowsOf(table);
    const grid = rows.map((row) => this.#cellsOf(row));
    const values = gridOf(grid);
    const marked = childrenNamed(table, 'table-header-rows').flatMap(rowsOf).length;
    if (values.every((row) => row.length <= 1))
      for (const row of rows) for (const cell of elementsOf(row)) this.addBlocks(cell);
    else this.#sections.table(values, Math.min(marked || guessHeaderRows(values), values.length - 1));
    this.#addText('');
  }

  #addSheet(table: XmlElement): void {
    const sheet = odfSheet(table, { textOf: (cell) => this.#cellText(cell), missing: this.missing });
    if (this.#hiding.has(attribute(table, 'style-name') ?? '')) {
      this.omitted.add('hidden', sheet.rows.flatMap(({ cells }) => [...cells.values()]).join(' '));
      return;
    }
    this.#sections.heading(1, attribute(table, 'name') ?? '');
    addSheet(sheet, this.#sections, this.omitted);
  }

  #cellsOf(row: XmlElement): Cell[] {
    return childrenNamed(row, 'table-cell').flatMap((cell): Cell[] => {
      const number = (key: string) => Number.parseInt(attribute(cell, key) ?? '1', 10) || 1;
      const value = {
        text: this.#cellText(cell),
        columns: number('number-columns-spanned'),
        rows: number('number-rows-spanned'),
      };
      return Array.from({ length: Math.min(number('number-columns-repeated'), MAX_REPEATED) }, () => value);
    });
  }

  #cellText(cell: XmlElement): string {
    return elementsOf(cell)
      .flatMap((element) => {
        const name = localName(element);
        if (name === 'list')
          return [
            this.#listLines(element, 0, undefined)
              .map((line) => line.trim().replace(/^- /, ''))
              .join('; '),
          ];
        if (name === 'annotation') {
          this.omitted.add('comment', remarkOf(element));
          return [];
        }
        return [/^[ph]$/.test(name) ? this.#line(element) : this.#cellText(element)];
      })
      .join(' ')
      .trim();
  }

  #listLines(list: XmlElement, level: number, inherited: string | undefined, outer?: number[]): string[] {
    const style = attribute(list, 'style-name') ?? inherited;
    const numbers = outer ?? this.#numbers.begin(list, style);
    return elementsOf(list).flatMap((item) => {
      if (!/^list-(?:item|header)$/.test(localName(item))) return [];
      const start = Number.parseInt(attribute(item, 'start-value') ?? '', 10) || undefined;
      const marker = localName(item) === 'list-header' ? '' : this.#numbers.next(numbers, style, level, start);
      const indent = '  '.repeat(level);
      let first = true;
      return elementsOf(item).flatMap((element) => {
        if (localName(element) === 'list') return this.#listLines(element, level + 1, style, numbers);
        const line = `${indent}${first ? marker : '  '}${this.#line(element)}`;
        first = false;
        return line.trim() === '' ? [] : [line];
      });
    });
  }

  /** The text of a paragraph. Notes are put after it. */
  #line(node: XmlNode): string {
    const name = localName(node);
    if (node.type === 'text') return node.data.replace(/\s+/g, ' ');
    const element = node as XmlElement;
    if (name === 's') return ' '.repeat(Math.min(Number.parseInt(attribute(element, 'c') ?? '1', 10) || 1, 100));
    if (name === 'desc') return ` ${textOf(element)} `;
    if (element.name === 'svg:title') return '';
    if (name === 'tab') return '\t';
    if (name === 'line-break') return '\n';
    if (name === 'note') {
      this.#noteNumber += 1;
      const text = elementsOf(child(element, 'note-body'))
        .map((paragraph) => this.#line(paragraph))
        .join('\n');
      this.#notes.push(`[${this.#noteNumber}] ${text}`);
      return `[${this.#noteNumber}]`;
    }
    if (name === 'math') return mathText(element);
    if (name === 'object') {
      const formula = this.#part(
        `${(attribute(element, 'href') ?? '').replace(/^\.\//, '').replace(/\/$/, '')}/content.xml`,
      );
      return formula && localName(formula) === 'math' ? mathText(formula) : '';
    }
    if (name === 'annotation') this.omitted.add('comment', remarkOf(element));
    if (/^(?:annotation|annotation-end|ruby-text|bookmark.*|tracked-changes)$/.test(name)) return '';
    if (name === 'text-box')
      return ` ${elementsOf(element)
        .map((inner) => this.#line(inner))
        .join(' ')} `;
    return 'children' in node ? (node.children as XmlNode[]).map((inner) => this.#line(inner)).join('') : '';
  }
}

/** What a reader has remarked, without the name and the day. */
function remarkOf(annotation: XmlElement): string {
  return childrenNamed(annotation, 'p').map(textOf).join(' ');
}

function isHidden(section: XmlElement): boolean {
  return attribute(section, 'display') === 'none' || attribute(section, 'is-hidden') === 'true';
}

function rowsOf(table: XmlElement): XmlElement[] {
  return elementsOf(table).flatMap((element) => {
    const name = localName(element);
    if (/^table-(?:header-rows|rows|row-group)$/.test(name)) return rowsOf(element);
    return name === 'table-row' ? [element] : [];
  });
}

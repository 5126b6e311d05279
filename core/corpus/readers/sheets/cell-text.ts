import { attribute, child, childrenNamed, descendantsNamed, textOf, type XmlElement } from '../xml.ts';
import type { MissingValues } from './missing-values.ts';
import { builtInFormat, EPOCH_1900, EPOCH_1904, shownNumber } from './number-format.ts';

/** What the cells of a workbook show. */
export class CellText {
  readonly #strings: readonly string[];
  /** Patterns of numbers by style; undefined for the general one. */
  readonly #patterns: readonly (string | undefined)[];
  readonly #epoch: number;

  constructor(strings: XmlElement | undefined, styles: XmlElement | undefined, properties: XmlElement | undefined) {
    this.#strings = childrenNamed(strings, 'si').map(stringOf);
    const formats = new Map(
      descendantsNamed(child(styles, 'numFmts'), 'numFmt').map((format) => [
        attribute(format, 'numFmtId'),
        attribute(format, 'formatCode'),
      ]),
    );
    this.#patterns = childrenNamed(child(styles, 'cellXfs'), 'xf').map((style) => {
      const id = attribute(style, 'numFmtId') ?? '0';
      return formats.get(id) ?? builtInFormat(Number(id));
    });
    this.#epoch = /^(?:1|true)$/.test(attribute(properties, 'date1904') ?? '') ? EPOCH_1904 : EPOCH_1900;
  }

  /** @param missing is added to if the cell has a formula without a result. */
  textOf(cell: XmlElement, missing: MissingValues): string {
    const value = textOf(child(cell, 'v'));
    const type = attribute(cell, 't') ?? 'n';
    const formula = child(cell, 'f');
    if (formula && value === '' && type !== 'str' && type !== 'inlineStr')
      missing.add(`${attribute(cell, 'r') ?? ''} =${textOf(formula)}`.trim());
    switch (type) {
      case 's':
        return this.#strings[Number(value)] ?? '';
      case 'inlineStr':
        return stringOf(child(cell, 'is'));
      case 'b':
        return value === '' ? '' : value === '1' || value === 'true' ? 'TRUE' : 'FALSE';
      case 'str':
        return unescaped(value);
      case 'e':
        return value;
      case 'd':
        return value.replace(/T00:00(?::00(?:\.0+)?)?Z?$/, '').replace('T', ' ');
      default: {
        const number = Number(value);
        const pattern = this.#patterns[Number(attribute(cell, 's') ?? '0')];
        return value === '' || Number.isNaN(number) ? value : shownNumber(number, { pattern, epoch: this.#epoch });
      }
    }
  }
}

/** A string, without the readings above its characters. */
function stringOf(element: XmlElement | undefined): string {
  if (element === undefined) return '';
  const runs = childrenNamed(element, 'r').map((run) => textOf(child(run, 't')));
  return unescaped(runs.length > 0 ? runs.join('') : childrenNamed(element, 't').map(textOf).join(''));
}

/** Characters that XML cannot hold, such as a carriage return, are written as `_x000D_` (ECMA-376, 22.9.2.19). */
function unescaped(text: string): string {
  return text.replace(/_x([0-9a-f]{4})_/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

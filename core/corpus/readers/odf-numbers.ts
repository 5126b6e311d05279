import { formatNumber, type NumberFormat } from './list-marker.ts';
import { attribute, descendantsNamed, elementsOf, localName, type XmlElement } from './xml.ts';

/** By how a format begins: `1`, `a`, or `一, 二, 三, ...`. */
const FORMATS: Readonly<Record<string, NumberFormat>> = {
  '1': 'decimal',
  a: 'lowerLetter',
  A: 'upperLetter',
  i: 'lowerRoman',
  I: 'upperRoman',
  '１': 'fullWidth',
  '①': 'circled',
  一: 'chinese',
  壹: 'simplifiedFinancial',
  甲: 'heavenlyStems',
  子: 'earthlyBranches',
  ア: 'katakana',
  イ: 'iroha',
  가: 'hangul',
  ㄱ: 'hangulConsonants',
  α: 'lowerGreek',
  А: 'upperCyrillic',
  а: 'lowerCyrillic',
};

/** Undefined for a bullet. */
type Level =
  | {
      /** Undefined if no number is shown. */
      readonly format: NumberFormat | undefined;
      readonly start: number;
      /** `%1%.%2%` and the like; the numbers are those of the levels. */
      readonly pattern: string;
    }
  | undefined;

/** The numbers of lists and headings (ISO 26300, 16.30 and 19.880). */
export class OdfNumbers {
  readonly #styles = new Map<string, Level[]>();
  /** Numbers of the last list of each style. */
  readonly #last = new Map<string, number[]>();
  readonly #outline: number[] = [];

  /** @param parts those that define styles. */
  constructor(parts: readonly (XmlElement | undefined)[]) {
    for (const part of parts) {
      for (const style of descendantsNamed(part, 'list-style')) this.#styles.set(nameOf(style), levelsOf(style));
      for (const style of descendantsNamed(part, 'outline-style')) this.#styles.set(OUTLINE, levelsOf(style));
    }
  }

  /** The numbers of a new list; its items count on in them. */
  begin(list: XmlElement, style: string | undefined): number[] {
    const continues =
      attribute(list, 'continue-numbering') === 'true' || attribute(list, 'continue-list') !== undefined;
    const numbers = (continues && this.#last.get(style ?? '')) || [];
    this.#last.set(style ?? '', numbers);
    return numbers;
  }

  /** The marker of the next item of a list, with the space after it. @param level from 0. */
  next(numbers: number[], style: string | undefined, level: number, startValue?: number): string {
    const levels = this.#styles.get(style ?? '') ?? [];
    const own = levels[level];
    numbers[level] = startValue ?? (numbers[level] ?? (own?.start ?? 1) - 1) + 1;
    numbers.length = level + 1;
    if (own === undefined) return '- ';
    if (own.format === undefined) return '';
    const text = own.pattern.replace(/%(\d+)%/g, (_, digit: string) => {
      const at = Number(digit) - 1;
      const format = levels[at]?.format;
      return format === undefined ? '' : formatNumber(numbers[at] ?? levels[at]?.start ?? 1, format);
    });
    return `${text.trim()} `;
  }

  /** The number of the next heading. @param level from 1. */
  heading(level: number): string {
    const own = this.#styles.get(OUTLINE)?.[level - 1];
    return own === undefined ? '' : this.next(this.#outline, OUTLINE, level - 1);
  }
}

/** No list style has this name. */
const OUTLINE = '\0outline';

function nameOf(style: XmlElement): string {
  return attribute(style, 'name') ?? '';
}

function levelsOf(style: XmlElement): Level[] {
  const levels: Level[] = [];
  for (const [index, element] of elementsOf(style).entries()) {
    const number = (name: string) => Number.parseInt(attribute(element, name) ?? '', 10);
    const at = (number('level') || index + 1) - 1;
    if (!/^(?:list-level-style-number|outline-level-style)$/.test(localName(element)) || at < 0 || at > 9) continue;
    const shown = Math.min(Math.max(1, number('display-levels') || 1), at + 1);
    const numbers = Array.from({ length: shown }, (_, i) => `%${at - shown + i + 2}%`).join('.');
    levels[at] = {
      format: FORMATS[[...(attribute(element, 'num-format') ?? '')][0] ?? ''],
      start: number('start-value') || 1,
      pattern:
        attribute(element, 'num-list-format') ??
        `${attribute(element, 'num-prefix') ?? ''}${numbers}${attribute(element, 'num-suffix') ?? ''}`,
    };
  }
  return levels;
}

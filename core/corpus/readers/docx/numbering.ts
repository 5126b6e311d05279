import { formatNumber, type NumberFormat } from '../list-marker.ts';
import { attribute, child, childrenNamed, type XmlElement } from '../xml.ts';
import { isSet, type Numbering } from './styles.ts';

interface Level {
  readonly start: number;
  readonly format: string;
  /** `%1.%2` and the like. */
  readonly text: string;
  /** Whether all numbers are decimal. */
  readonly isLegal: boolean;
  /** What is between the marker and the text. */
  readonly gap: '' | ' ';
  /** It begins again after a level below this number; 0 if it never does. */
  readonly restartsBelow: number;
  /** Style whose paragraphs are of this level. */
  readonly style: string | undefined;
}

const FORMATS: Readonly<Record<string, NumberFormat>> = {
  lowerLetter: 'lowerLetter',
  upperLetter: 'upperLetter',
  lowerRoman: 'lowerRoman',
  upperRoman: 'upperRoman',
  decimalFullWidth: 'fullWidth',
  decimalFullWidth2: 'fullWidth',
  decimalEnclosedCircle: 'circled',
  decimalEnclosedCircleChinese: 'circled',
  chineseCounting: 'chinese',
  chineseCountingThousand: 'chinese',
  chineseLegalSimplified: 'simplifiedFinancial',
  ideographDigital: 'chineseDigits',
  ideographTraditional: 'heavenlyStems',
  ideographZodiac: 'earthlyBranches',
  ideographLegalTraditional: 'traditionalFinancial',
  japaneseCounting: 'japanese',
  japaneseDigitalTenThousand: 'chineseDigits',
  taiwaneseCounting: 'chinese',
  taiwaneseCountingThousand: 'chinese',
  taiwaneseDigital: 'chineseDigits',
  aiueo: 'katakana',
  aiueoFullWidth: 'katakana',
  iroha: 'iroha',
  irohaFullWidth: 'iroha',
  koreanDigital: 'koreanDigits',
  koreanDigital2: 'chineseDigits',
  ganada: 'hangul',
  chosung: 'hangulConsonants',
  russianLower: 'lowerCyrillic',
  russianUpper: 'upperCyrillic',
  arabicAlpha: 'arabic',
  hindiNumbers: 'devanagariDigits',
  thaiNumbers: 'thaiDigits',
};
/** Formats that put signs around a decimal number. */
const AROUND: Readonly<Record<string, readonly [string, string]>> = {
  decimalEnclosedParen: ['(', ')'],
  decimalEnclosedFullstop: ['', '.'],
  numberInDash: ['- ', ' -'],
};

/** What is before a paragraph. */
export interface Marker {
  /** `1.2`, `a)`; `-` for a bullet. */
  readonly text: string;
  /** What is between it and the text. */
  readonly gap: '' | ' ';
  /** Level in the list, from 0. */
  readonly level: number;
}

/** The marker that a program has stored with a paragraph, as Word 2003 does; undefined if there is none. */
export function storedMarker(properties: XmlElement | undefined): Marker | undefined {
  const list = child(properties, 'listPr');
  const text = attribute(child(list, 't'), 'val')?.trim();
  if (!text) return undefined;
  const level = Number.parseInt(attribute(child(list, 'ilvl'), 'val') ?? '0', 10);
  return { text: /^[^\p{L}\p{N}]$/u.test(text) ? '-' : text, gap: ' ', level: level >= 0 && level <= 8 ? level : 0 };
}

/** Counts the numbered paragraphs of a document (ECMA-376, part 1, 17.9). */
export class NumberedLists {
  /** Levels by the id that paragraphs use. */
  readonly #levels = new Map<string, Level[]>();
  /** Lists of one definition count together. */
  readonly #abstractIds = new Map<string, string>();
  readonly #counters = new Map<string, number[]>();
  /** Numbers that a list begins with at its first paragraph, by id and level. */
  readonly #overrides = new Map<string, Map<number, number>>();

  constructor(numbering: XmlElement | undefined) {
    const definitions = new Map(
      childrenNamed(numbering, 'abstractNum').map((element) => [attribute(element, 'abstractNumId') ?? '', element]),
    );
    for (const list of childrenNamed(numbering, 'num')) {
      const id = attribute(list, 'numId') ?? '';
      const abstractId = attribute(child(list, 'abstractNumId'), 'val') ?? '';
      const definition = linked(definitions, definitions.get(abstractId));
      const levels = levelsOf(definition);
      for (const override of childrenNamed(list, 'lvlOverride')) this.#override(id, override, levels);
      this.#levels.set(id, levels);
      this.#abstractIds.set(id, attribute(definition, 'abstractNumId') ?? abstractId);
    }
  }

  /**
   * The marker of the next paragraph.
   * @param styles the paragraph's style and those that it is based on, which may be tied to a level.
   */
  next({ numId, level }: Numbering, styles: readonly string[]): Marker | undefined {
    const levels = numId === undefined || numId === '0' ? undefined : this.#levels.get(numId);
    if (numId === undefined || levels === undefined) return undefined;
    const at = level ?? levelOfStyle(levels, styles);
    const own = levels[at];
    if (own === undefined) return undefined;
    if (own.format === 'bullet') return { text: '-', gap: ' ', level: at };
    const counters = this.#count(numId, at, levels);
    const text = own.text.replace(/%([1-9])/g, (_, digit: string) => {
      const other = Number(digit) - 1;
      const number = counters[other] ?? levels[other]?.start ?? 1;
      return show(number, own.isLegal && other !== at ? 'decimal' : (levels[other]?.format ?? 'decimal'));
    });
    return own.format === 'none' && text.trim() === '' ? undefined : { text: text.trim(), gap: own.gap, level: at };
  }

  #count(numId: string, at: number, levels: readonly Level[]): number[] {
    const key = this.#abstractIds.get(numId) ?? numId;
    const counters = this.#counters.get(key) ?? [];
    this.#counters.set(key, counters);
    const override = this.#overrides.get(numId);
    const begin = override?.get(at);
    override?.delete(at);
    const before = counters[at];
    counters[at] = begin ?? (before === undefined ? (levels[at]?.start ?? 1) : before + 1);
    for (let deeper = at + 1; deeper < levels.length; deeper += 1)
      if (at < (levels[deeper]?.restartsBelow ?? deeper)) delete counters[deeper];
    return counters;
  }

  #override(id: string, override: XmlElement, levels: Level[]): void {
    const at = Number.parseInt(attribute(override, 'ilvl') ?? '0', 10);
    const level = child(override, 'lvl');
    if (level && at >= 0 && at <= 8) levels[at] = toLevel(level, at);
    const start = Number.parseInt(attribute(child(override, 'startOverride'), 'val') ?? '', 10);
    if (Number.isNaN(start)) return;
    const starts = this.#overrides.get(id) ?? new Map<number, number>();
    this.#overrides.set(id, starts.set(at, start));
  }
}

/** The level that is tied to the style, or to the next of those that it is based on; else the first one. */
function levelOfStyle(levels: readonly Level[], styles: readonly string[]): number {
  for (const style of styles) {
    const found = levels.findIndex((level) => level?.style === style);
    if (found !== -1) return found;
  }
  return 0;
}

/** A definition that only refers to a style refers to the definition of that style. */
function linked(
  definitions: ReadonlyMap<string, XmlElement>,
  definition: XmlElement | undefined,
): XmlElement | undefined {
  const link = attribute(child(definition, 'numStyleLink'), 'val');
  if (link === undefined) return definition;
  return [...definitions.values()].find((other) => attribute(child(other, 'styleLink'), 'val') === link) ?? definition;
}

function levelsOf(definition: XmlElement | undefined): Level[] {
  const levels: Level[] = [];
  for (const element of childrenNamed(definition, 'lvl')) {
    const at = Number.parseInt(attribute(element, 'ilvl') ?? '', 10);
    if (at >= 0 && at <= 8) levels[at] = toLevel(element, at);
  }
  return levels;
}

function toLevel(element: XmlElement, at: number): Level {
  const start = Number.parseInt(attribute(child(element, 'start'), 'val') ?? '1', 10);
  const restart = Number.parseInt(attribute(child(element, 'lvlRestart'), 'val') ?? '', 10);
  return {
    start: Number.isNaN(start) ? 1 : start,
    format: attribute(child(element, 'numFmt'), 'val') ?? 'decimal',
    text: attribute(child(element, 'lvlText'), 'val') ?? '',
    isLegal: isSet(child(element, 'isLgl')),
    gap: attribute(child(element, 'suff'), 'val') === 'nothing' ? '' : ' ',
    restartsBelow: restart >= 0 && restart <= at ? restart : at,
    style: attribute(child(element, 'pStyle'), 'val'),
  };
}

function show(number: number, format: string): string {
  if (format === 'decimalZero') return String(number).padStart(2, '0');
  if (format === 'none') return '';
  const [before, after] = AROUND[format] ?? ['', ''];
  if (before + after !== '') return `${before}${number}${after}`;
  return formatNumber(number, FORMATS[format] ?? 'decimal');
}

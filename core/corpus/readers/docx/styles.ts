import { attribute, child, childrenNamed, descendantsNamed, type XmlElement } from '../xml.ts';

export interface Numbering {
  readonly numId: string | undefined;
  /** From 0. */
  readonly level: number | undefined;
}

/** What a paragraph style says about its paragraphs, its ancestors included. */
export interface ParagraphStyle {
  /** 1 to 9; 0 is the title of the document; undefined for text. */
  readonly headingLevel: number | undefined;
  readonly numbering: Numbering | undefined;
  readonly isHidden: boolean;
  /** Whether it is a style of a table of contents. */
  readonly isContents: boolean;
}

const TEXT: ParagraphStyle = { headingLevel: undefined, numbering: undefined, isHidden: false, isContents: false };
/** Word stores `heading 1` whatever its language; other programs store the name that they show. */
const HEADING =
  /^(?:heading|标题|標題|見出し|제목|überschrift|titre|título|titolo|titulo|kop|rubrik|overskrift|otsikko|nagłówek|nadpis|címsor|başlık|заголовок|επικεφαλίδα|titlu|tiêu đề|judul)\s*([1-9])$/i;
const TITLE = /^(?:title|标题|標題|表題|제목|titel|titre|título|titolo|название|заголовок)$/i;

/** The styles of a document (ECMA-376, part 1, 17.7). */
export class Styles {
  readonly #elements: ReadonlyMap<string, XmlElement>;
  readonly #paragraphs = new Map<string, ParagraphStyle>();
  readonly #default: string | undefined;

  constructor(styles: XmlElement | undefined) {
    const elements = childrenNamed(styles, 'style');
    this.#elements = new Map(elements.map((style) => [attribute(style, 'styleId') ?? '', style]));
    const normal = elements.find(
      (style) => attribute(style, 'type') === 'paragraph' && isOn(attribute(style, 'default') ?? '0'),
    );
    this.#default = normal && attribute(normal, 'styleId');
  }

  paragraph(id: string | undefined): ParagraphStyle {
    return this.#resolve(id ?? this.#default ?? '', new Set());
  }

  /** Whether a style of characters hides them. */
  isHidden(id: string): boolean {
    return isHiddenRun(child(this.#elements.get(id), 'rPr'));
  }

  #resolve(id: string, seen: Set<string>): ParagraphStyle {
    const known = this.#paragraphs.get(id);
    if (known) return known;
    const element = this.#elements.get(id);
    // Documents without a style sheet name the built-in styles by their ids.
    if (element === undefined || seen.has(id)) return { ...TEXT, headingLevel: levelOfName(id) };
    seen.add(id);
    const basedOn = attribute(child(element, 'basedOn'), 'val');
    const base = basedOn === undefined ? TEXT : this.#resolve(basedOn, seen);
    const name = attribute(child(element, 'name'), 'val') ?? id;
    const properties = child(element, 'pPr');
    const numbering = numberingOf(properties);
    const style = {
      headingLevel: outlineLevel(properties) ?? levelOfName(name) ?? base.headingLevel,
      numbering: numbering && {
        numId: numbering.numId ?? base.numbering?.numId,
        level: numbering.level ?? base.numbering?.level,
      },
      isHidden: isHiddenRun(child(element, 'rPr')) || base.isHidden,
      isContents:
        /^(?:toc|table of figures|目录|目錄|目次|verzeichnis)(?:\s*(?:\d|heading))?$/i.test(name) || base.isContents,
    };
    const resolved = {
      ...style,
      numbering: style.numbering ?? base.numbering,
      headingLevel: style.headingLevel === 10 || style.isContents ? undefined : style.headingLevel,
    };
    this.#paragraphs.set(id, resolved);
    return resolved;
  }
}

function levelOfName(name: string): number | undefined {
  const level = HEADING.exec(name.trim())?.[1];
  return level !== undefined ? Number(level) : TITLE.test(name.trim()) ? 0 : undefined;
}

/** 1 to 9; 10 is text whatever its style says. */
export function outlineLevel(properties: XmlElement | undefined): number | undefined {
  const level = Number.parseInt(attribute(child(properties, 'outlineLvl'), 'val') ?? '', 10);
  return level >= 0 && level <= 9 ? level + 1 : undefined;
}

export function numberingOf(properties: XmlElement | undefined): Numbering | undefined {
  const element = child(properties, 'numPr');
  if (element === undefined) return undefined;
  const level = Number.parseInt(attribute(child(element, 'ilvl'), 'val') ?? '', 10);
  return { numId: attribute(child(element, 'numId'), 'val'), level: level >= 0 && level <= 8 ? level : undefined };
}

export function isHiddenRun(properties: XmlElement | undefined): boolean {
  const vanish = child(properties, 'vanish');
  return vanish !== undefined && isOn(attribute(vanish, 'val') ?? '1');
}

export function isOn(value: string): boolean {
  return !['0', 'false', 'off'].includes(value);
}

/** Whether a paragraph or run is bold by its own properties. */
export function isBold(runs: readonly XmlElement[]): boolean {
  const filled = runs.filter((run) => descendantsNamed(run, 't').length > 0);
  return (
    filled.length > 0 &&
    filled.every((run) => {
      const bold = child(run, 'rPr', 'b');
      return bold !== undefined && isOn(attribute(bold, 'val') ?? '1');
    })
  );
}

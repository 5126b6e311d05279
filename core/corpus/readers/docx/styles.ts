import { attribute, child, childrenNamed, descendantsNamed, elementsOf, type XmlElement } from '../xml.ts';

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
  /** Its id, and those of the styles that it is based on. */
  readonly lineage: readonly string[];
}

const TEXT: ParagraphStyle = {
  headingLevel: undefined,
  numbering: undefined,
  isHidden: false,
  isContents: false,
  lineage: [],
};
/** Word stores `heading 1` whatever its language; other programs store the name that they show. */
const HEADING =
  /^(?:heading|标题|標題|見出し|제목|überschrift|titre|título|titolo|titulo|kop|rubrik|overskrift|otsikko|nagłówek|nadpis|címsor|başlık|заголовок|επικεφαλίδα|titlu|tiêu đề|judul)\s*([1-9])$/i;
/** Names that people give to styles of their own: 一级标题, 2级标题, 标题二. */
const CHINESE_HEADING = /^(?:第?([一二三四五六七八九1-9])[级級]标题|[标標][题題]([一二三四五六七八九]))$/;
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

  /** Whether a style of characters hides them; undefined if it does not say. */
  hides(id: string | undefined): boolean | undefined {
    const seen = new Set<string>();
    for (
      let at = id;
      at !== undefined && !seen.has(at);
      at = attribute(child(this.#elements.get(at), 'basedOn'), 'val')
    ) {
      seen.add(at);
      const hides = hidesRun(child(this.#elements.get(at), 'rPr'));
      if (hides !== undefined) return hides;
    }
    return undefined;
  }

  /** Whether a style of tables has a look of its own for the first row. */
  marksFirstRow(id: string | undefined): boolean {
    const parts = childrenNamed(this.#elements.get(id ?? ''), 'tblStylePr');
    return parts.some((part) => attribute(part, 'type') === 'firstRow' && elementsOf(part).length > 0);
  }

  #resolve(id: string, seen: Set<string>): ParagraphStyle {
    const known = this.#paragraphs.get(id);
    if (known) return known;
    const element = this.#elements.get(id);
    // Documents without a style sheet name the built-in styles by their ids.
    if (element === undefined || seen.has(id)) return { ...TEXT, headingLevel: levelOfName(id), lineage: [id] };
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
      isHidden: hidesRun(child(element, 'rPr')) ?? base.isHidden,
      isContents:
        /^(?:toc|table of figures|目录|目錄|目次|verzeichnis)(?:\s*(?:\d|heading))?$/i.test(name) || base.isContents,
    };
    const resolved = {
      ...style,
      lineage: [id, ...base.lineage],
      numbering: style.numbering ?? base.numbering,
      headingLevel: style.headingLevel === 10 || style.isContents ? undefined : style.headingLevel,
    };
    this.#paragraphs.set(id, resolved);
    return resolved;
  }
}

function levelOfName(styleName: string): number | undefined {
  // Other names of a style may follow the first one.
  const name = (styleName.split(',')[0] ?? '').trim();
  const [, first, second] = CHINESE_HEADING.exec(name) ?? [];
  const chinese = first ?? second;
  if (chinese !== undefined) return '一二三四五六七八九'.indexOf(chinese) + 1 || Number(chinese);
  const level = HEADING.exec(name)?.[1];
  return level !== undefined ? Number(level) : TITLE.test(name) ? 0 : undefined;
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

/** Whether properties of a run hide it; undefined if they do not say. */
export function hidesRun(properties: XmlElement | undefined): boolean | undefined {
  const vanish = child(properties, 'vanish');
  return vanish && isSet(vanish);
}

/** Whether a property that is on if it is there is on. */
export function isSet(property: XmlElement | undefined): boolean {
  return property !== undefined && isOn(attribute(property, 'val') ?? '1');
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
      return isSet(child(run, 'rPr', 'b'));
    })
  );
}

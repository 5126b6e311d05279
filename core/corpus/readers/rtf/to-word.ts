import { Unreadable } from '../document-content.ts';
import { type CellMerge, RtfBlocks } from './blocks.ts';
import { CHARACTERS, MATH, MATH_VALUES, NO_TEXT, STARRED } from './destinations.ts';
import { RtfFonts } from './fonts.ts';
import { type Group, NEW_PARAGRAPH, outermostGroup } from './group.ts';
import { rtfTokens } from './tokens.ts';

/** Characters of the runs that a number or bullet at the beginning of a paragraph may take. */
const LONGEST_MARKER = 1000;
/** Notes, text boxes and parts of formulas in each other. */
const MAX_DEPTH = 200;

/** An RTF file as parts of WordprocessingML. */
export interface RtfParts {
  readonly body: string;
  readonly styles: string;
  readonly notes: string;
  /** Headers and footers. */
  readonly heads: string;
}

/** Translates RTF into WordprocessingML, so that both are read alike. */
export class RtfToWord {
  readonly #fonts = new RtfFonts();
  readonly #body = new RtfBlocks();
  readonly #outer: Group[] = [];
  #group = outermostGroup(this.#body);
  /** Bytes that are not decoded yet: a character may have several. */
  #bytes = '';
  /** Characters that are still to be skipped after a `\u`. */
  #skip = 0;
  /** The first half of a character beyond U+FFFF. */
  #firstUnit: number | undefined;
  #isStarred = false;
  #defaultFont = 0;
  /** Text of a name or value. */
  #value = '';
  #merges: CellMerge[] = [];
  #merge: CellMerge = {};
  #isHeaderRow = false;
  #styles = '';
  #notes = '';
  #noteNumber = 0;
  #heads = '';

  read(source: string): RtfParts {
    for (const token of rtfTokens(source)) {
      if (token.kind === 'text' || token.kind === 'byte') {
        this.#bytes += token.text.slice(this.#skip);
        this.#skip = Math.max(0, this.#skip - token.text.length);
        continue;
      }
      this.#flush();
      if (token.kind === 'control') this.#control(token.word, token.value);
      else if (token.kind === 'open') this.#outer.push(this.#open());
      else {
        this.#close();
        // What follows the document is no text.
        if (this.#outer.length === 0) break;
      }
      if (token.kind !== 'control' || token.word !== 'u') this.#skip = 0;
    }
    this.#flush();
    while (this.#outer.length > 0) this.#close();
    if (this.#body.runs !== '') this.#endParagraph();
    return { body: this.#body.finish(), styles: this.#styles, notes: this.#notes, heads: this.#heads };
  }

  /** Returns the outer group. */
  #open(): Group {
    const outer = this.#group;
    this.#group = { ...outer, end: undefined, hasTwoTexts: false };
    if (outer.destination === 'styles') {
      this.#set({ style: 0, basedOn: undefined, outline: undefined, isHidden: false, end: () => this.#addStyle() });
      this.#value = '';
    }
    this.#isStarred = false;
    return outer;
  }

  #close(): void {
    this.#group.end?.();
    this.#group = this.#outer.pop() ?? this.#group;
    this.#isStarred = false;
  }

  #set(changes: Partial<Group>): void {
    this.#group = { ...this.#group, ...changes };
  }

  /** @throws Unreadable if it is nested too deeply. */
  #descend(changes: Partial<Group>): void {
    const depth = this.#group.depth + 1;
    if (depth > MAX_DEPTH) throw new Unreadable('nested too deeply');
    this.#set({ ...changes, depth });
  }

  #flush(): void {
    if (this.#bytes === '') return;
    const { destination, font } = this.#group;
    const text = destination === 'fonts' ? this.#bytes : this.#fonts.decode(this.#bytes, font);
    this.#bytes = '';
    this.#add(text);
  }

  #add(text: string): void {
    const { destination, into, font, isHidden, isBold } = this.#group;
    this.#isStarred = false;
    if (destination === 'text') {
      const symbols = this.#fonts.symbols(font);
      const fonts = symbols === undefined ? '' : `<w:rFonts w:ascii="${escaped(symbols)}"/>`;
      const properties = `${fonts}${isBold ? '<w:b/>' : ''}${isHidden ? '<w:vanish/>' : ''}`;
      into.runs += run(`<w:t>${escaped(text)}</w:t>`, properties);
    } else if (destination === 'instruction') into.runs += run(`<w:instrText>${escaped(text)}</w:instrText>`);
    else if (destination === 'math') into.runs += `<m:t>${escaped(text)}</m:t>`;
    else if (destination === 'marker') into.marker += text;
    else if (destination === 'fonts') this.#fonts.define(font, { name: text });
    else this.#value += text;
  }

  /** Characters beyond U+FFFF are written as two. */
  #addUnit(unit: number): void {
    if (unit >= 0xd800 && unit < 0xdc00) this.#firstUnit = unit;
    else {
      this.#add(String.fromCharCode(...(this.#firstUnit === undefined ? [unit] : [this.#firstUnit, unit])));
      this.#firstUnit = undefined;
    }
  }

  #control(word: string, value: number | undefined): void {
    if (word === '*') {
      this.#isStarred = true;
      return;
    }
    const isUnknown = this.#isStarred && !STARRED.has(word);
    this.#isStarred = false;
    if (word === 'ud' && this.#outer.at(-1)?.hasTwoTexts) this.#set({ destination: 'text' });
    if (this.#group.destination === 'none') return;
    if (isUnknown || NO_TEXT.has(word)) this.#set({ destination: 'none' });
    else if (word === 'u') {
      this.#addUnit((value ?? 0) & 0xffff);
      this.#skip = this.#group.fallback;
    } else if (word === 'tab' && this.#isAfterMarker()) this.#makeMarker();
    else if (CHARACTERS[word] !== undefined) this.#add(CHARACTERS[word]);
    else if (!this.#blocks(word) && !this.#row(word, value) && !this.#destination(word)) this.#property(word, value);
  }

  /** Whether the paragraph is a number or bullet so far, beside which its lines are indented. */
  #isAfterMarker(): boolean {
    const { into, firstIndent, destination } = this.#group;
    const isFirst =
      destination === 'text' && firstIndent < 0 && into.marker === '' && into.runs.length < LONGEST_MARKER;
    return isFirst && /^\s*(?:[-–—•·*\uf0b7]|\(?[\p{L}\p{N}]{1,4}[.)、）])\s*$/u.test(into.words);
  }

  #makeMarker(): void {
    const { into, indent } = this.#group;
    into.marker = into.words.trim().replace(/^[–—*]$/, '-');
    into.runs = '';
    this.#set({ listLevel: Math.min(8, Math.max(0, Math.round(indent / 360) - 1)) });
  }

  /** Ends of paragraphs, cells and rows. */
  #blocks(word: string): boolean {
    const { into, tableLevel } = this.#group;
    if (/^(?:par|sect|\n)$/.test(word)) this.#endParagraph();
    else if (word === 'cell' || word === 'nestcell') {
      this.#set({ tableLevel: Math.max(tableLevel, word === 'cell' ? 1 : 2) });
      this.#endParagraph();
      into.endCell();
    } else if (word === 'row') into.endRow(1, this.#merges, this.#isHeaderRow);
    else if (word === 'nestrow') into.endRow(Math.max(2, tableLevel), this.#merges, this.#isHeaderRow);
    else return false;
    return true;
  }

  #endParagraph(): void {
    const { into, style, outline, listLevel, tableLevel, destination } = this.#group;
    if (destination !== 'text' && destination !== 'instruction') return;
    const marker = into.marker.trim();
    into.endParagraph(
      (style === undefined ? '' : `<w:pStyle w:val="s${style}"/>`) +
        (outline === undefined ? '' : `<w:outlineLvl w:val="${outline}"/>`) +
        (marker && `<w:listPr><w:ilvl w:val="${listLevel}"/><w:t w:val="${escaped(marker)}"/></w:listPr>`),
      tableLevel,
    );
  }

  /** The definition of a row. */
  #row(word: string, value: number | undefined): boolean {
    if (word === 'trowd') {
      this.#merges = [];
      this.#merge = {};
      this.#isHeaderRow = false;
    } else if (word === 'trhdr') this.#isHeaderRow = true;
    else if (word === 'cellx') {
      this.#merges.push(this.#merge);
      this.#merge = {};
    } else if (word === 'clmgf' || word === 'clmrg') this.#merge.horizontal = word === 'clmgf' ? 'restart' : 'continue';
    else if (word === 'clvmgf' || word === 'clvmrg') this.#merge.vertical = word === 'clvmgf' ? 'restart' : 'continue';
    else if (word === 'itap') this.#set({ tableLevel: Math.max(0, value ?? 0) });
    else if (word === 'intbl') this.#set({ tableLevel: Math.max(1, this.#group.tableLevel) });
    else return false;
    return true;
  }

  /** The beginning of a group with a meaning of its own. */
  #destination(word: string): boolean {
    const { into } = this.#group;
    const mark = (type: string) => run(`<w:fldChar w:fldCharType="${type}"/>`);
    if (word === 'fonttbl') this.#set({ destination: 'fonts' });
    else if (word === 'stylesheet') this.#set({ destination: 'styles', end: undefined });
    else if (word === 'listtext' || word === 'pntext') this.#set({ destination: 'marker' });
    else if (word === 'upr') this.#set({ destination: 'none', hasTwoTexts: true });
    else if (word === 'field') {
      into.runs += mark('begin');
      this.#set({ end: () => (into.runs += mark('end')) });
    } else if (word === 'fldinst') this.#set({ destination: 'instruction' });
    else if (word === 'fldrslt') {
      into.runs += mark('separate');
      this.#set({ destination: 'text' });
    } else if (/^(?:footnote|shptxt|dptxbxtext|(?:header|footer)[lrf]?)$/.test(word)) this.#beginBlocks(word);
    else if (MATH.has(word)) {
      into.runs += `<m:${word.slice(1)}>`;
      this.#descend({ destination: 'math', end: () => (into.runs += `</m:${word.slice(1)}>`) });
    } else if (MATH_VALUES.has(word)) {
      this.#value = '';
      const end = () => (into.runs += `<m:${word.slice(1)} m:val="${escaped(this.#value.trim())}"/>`);
      this.#set({ destination: 'value', end });
    } else return false;
    return true;
  }

  #beginBlocks(word: string): void {
    const outer = this.#group.into;
    const into = new RtfBlocks();
    const end = () => {
      if (into.runs !== '') this.#endParagraph();
      const content = into.finish();
      if (word === 'footnote') {
        this.#noteNumber += 1;
        this.#notes += `<w:footnote w:id="${this.#noteNumber}">${content}</w:footnote>`;
        outer.runs += run(`<w:footnoteReference w:id="${this.#noteNumber}"/>`);
      } else if (/^(?:shptxt|dptxbxtext)$/.test(word)) {
        outer.runs += run(`<w:pict><w:txbxContent>${content}</w:txbxContent></w:pict>`);
      } else this.#heads += content;
    };
    this.#descend({ ...NEW_PARAGRAPH, into, end, destination: 'text' });
  }

  #property(word: string, value: number | undefined): void {
    const isOn = value !== 0;
    const { destination, font } = this.#group;
    if (destination === 'fonts' && /^(?:fcharset|cpg)$/.test(word)) this.#fonts.define(font, { word, value });
    else if (word === 'ansicpg' && value) this.#fonts.codePage = value;
    else if (word === 'mac') this.#fonts.codePage = 10_000;
    else if (word === 'pc' || word === 'pca') this.#fonts.codePage = word === 'pc' ? 437 : 850;
    else if (word === 'deff') {
      this.#defaultFont = value ?? 0;
      this.#set({ font: this.#defaultFont });
    } else if (word === 'f') this.#set({ font: value ?? 0 });
    else if (word === 'uc') this.#set({ fallback: Math.max(0, value ?? 1) });
    else if (word === 'v' || word === 'deleted') this.#set({ isHidden: isOn });
    else if (word === 'b') this.#set({ isBold: isOn });
    else if (word === 'plain') this.#set({ isHidden: false, isBold: false, font: this.#defaultFont });
    else if (word === 'pard') this.#set(NEW_PARAGRAPH);
    else if (word === 'li') this.#set({ indent: value ?? 0 });
    else if (word === 'fi') this.#set({ firstIndent: value ?? 0 });
    else if (word === 's') this.#set({ style: value ?? 0 });
    else if (word === 'sbasedon') this.#set({ basedOn: value });
    else if (word === 'outlinelevel') this.#set({ outline: value ?? 0 });
    else if (word === 'ilvl') this.#set({ listLevel: value ?? 0 });
    else if (destination === 'styles' && /^[ct]s$/.test(word)) this.#set({ destination: 'none', end: undefined });
  }

  #addStyle(): void {
    const { style, basedOn, outline, isHidden } = this.#group;
    const name = escaped(this.#value.split(';')[0]?.trim() ?? '');
    const parent = basedOn === undefined || basedOn === style ? '' : `<w:basedOn w:val="s${basedOn}"/>`;
    const level = outline === undefined ? '' : `<w:pPr><w:outlineLvl w:val="${outline}"/></w:pPr>`;
    const look = isHidden ? '<w:rPr><w:vanish/></w:rPr>' : '';
    this.#styles += `<w:style w:type="paragraph" w:styleId="s${style}"><w:name w:val="${name}"/>${parent}${level}${look}</w:style>`;
  }
}

function run(content: string, properties = ''): string {
  return `<w:r>${properties && `<w:rPr>${properties}</w:rPr>`}${content}</w:r>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`).replace(/[^\P{Cc}\t\n]/gu, '');
}

import { hex } from 'dingbat-to-unicode';
import type { OmittedText } from '../omitted-text.ts';
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
import { equationText } from './equation-text.ts';
import { isHiddenRun, type Styles } from './styles.ts';

export interface RunContext {
  readonly styles: Styles;
  readonly omitted: OmittedText;
  /** The number of a note, by its kind and id. */
  readonly noteNumber: (key: string) => number;
}

/** What a paragraph holds besides its own text. */
export interface ParagraphText {
  text: string;
  /** Text boxes that are anchored in the paragraph. */
  readonly boxes: XmlElement[];
  /** Keys of the notes that it refers to. */
  readonly notes: string[];
}

/** Reads the text of paragraphs. Fields may begin in one paragraph and end in another. */
export class RunText {
  readonly #context: RunContext;
  /** Instructions of the open fields, and whether their result has begun. */
  readonly #fields: { instruction: string; inResult: boolean }[] = [];

  constructor(context: RunContext) {
    this.#context = context;
  }

  /** Whether the text is in a table of contents. */
  get isInContents(): boolean {
    return this.#fields.some(({ instruction }) => /^\s*TOC\b/i.test(instruction));
  }

  read(paragraph: XmlElement): ParagraphText {
    const result: ParagraphText = { text: '', boxes: [], notes: [] };
    for (const element of elementsOf(paragraph)) this.#add(element, result);
    return result;
  }

  #add(element: XmlElement, into: ParagraphText): void {
    switch (localName(element)) {
      case 'r':
        this.#addRun(element, into);
        return;
      case 'oMath':
        into.text += equationText(element);
        return;
      case 'oMathPara':
        into.text += childrenNamed(element, 'oMath').map(equationText).join('\n');
        return;
      case 'del':
      case 'moveFrom':
        this.#context.omitted.add('hidden', deletedText(element));
        return;
      case 'AlternateContent':
        for (const inner of elementsOf(chosen(element))) this.#add(inner, into);
        return;
      case 'pPr':
      case 'sdtPr':
      case 'smartTagPr':
      case 'customXmlPr':
        return;
      default:
        // hyperlink, ins, moveTo, sdt, sdtContent, smartTag, customXml, fldSimple, bdo, dir…
        for (const inner of elementsOf(element)) this.#add(inner, into);
    }
  }

  #addRun(run: XmlElement, into: ParagraphText): void {
    const properties = child(run, 'rPr');
    const style = attribute(child(properties, 'rStyle'), 'val');
    const own: ParagraphText = { text: '', boxes: into.boxes, notes: into.notes };
    for (const element of elementsOf(run)) this.#addRunContent(element, own);
    if (this.#fields.some(({ inResult }) => !inResult)) return;
    if (isHiddenRun(properties) || (style !== undefined && this.#context.styles.isHidden(style))) {
      this.#context.omitted.add('hidden', own.text);
    } else into.text += own.text;
  }

  #addRunContent(element: XmlElement, into: ParagraphText): void {
    switch (localName(element)) {
      case 't':
        into.text += textOf(element);
        return;
      case 'tab':
      case 'ptab':
        into.text += '\t';
        return;
      case 'br':
      case 'cr':
        into.text += '\n';
        return;
      case 'noBreakHyphen':
        into.text += '-';
        return;
      case 'sym':
        into.text += symbolOf(element);
        return;
      case 'fldChar':
        this.#changeField(attribute(element, 'fldCharType'));
        return;
      case 'instrText': {
        const field = this.#fields.at(-1);
        if (field) field.instruction += textOf(element);
        return;
      }
      case 'footnoteReference':
      case 'endnoteReference':
        this.#addNote(`${localName(element).replace('Reference', '')} ${attribute(element, 'id')}`, into);
        return;
      case 'ruby':
        for (const run of elementsOf(child(element, 'rubyBase'))) this.#add(run, into);
        return;
      case 'drawing':
      case 'pict':
      case 'object':
        this.#addDrawing(element, into);
        return;
      case 'AlternateContent':
        for (const inner of elementsOf(chosen(element))) this.#addRunContent(inner, into);
        return;
      default:
    }
  }

  #changeField(type: string | undefined): void {
    if (type === 'begin') this.#fields.push({ instruction: '', inResult: false });
    else if (type === 'end') this.#fields.pop();
    else if (type === 'separate') {
      const field = this.#fields.at(-1);
      if (field) field.inResult = true;
    }
  }

  #addNote(key: string, into: ParagraphText): void {
    into.notes.push(key);
    into.text += `[${this.#context.noteNumber(key)}]`;
  }

  /** Text boxes are read after the paragraph; a picture is replaced by its description. */
  #addDrawing(drawing: XmlElement, into: ParagraphText): void {
    const boxes = descendantsNamed(drawing, 'txbxContent');
    into.boxes.push(
      ...boxes.filter(
        (box) => !boxes.some((outer) => outer !== box && descendantsNamed(outer, 'txbxContent').includes(box)),
      ),
    );
    if (boxes.length > 0) return;
    const picture = descendantsNamed(drawing, 'docPr')[0];
    into.text += attribute(picture, 'descr') ?? '';
  }
}

/** The arrows of Wingdings have characters of their own, which few fonts and models know. */
const ORDINARY_ARROWS: Readonly<Record<string, string>> = {
  '🡨': '←',
  '🡪': '→',
  '🡩': '↑',
  '🡫': '↓',
  '🡄': '←',
  '🡆': '→',
  '🡅': '↑',
  '🡇': '↓',
};

/** What to read of an element that holds the same content for several programs. */
function chosen(alternatives: XmlElement): XmlElement | undefined {
  return child(alternatives, 'Choice') ?? child(alternatives, 'Fallback');
}

/** A character of a font of symbols. */
function symbolOf(element: XmlElement): string {
  const char = attribute(element, 'char') ?? '';
  const font = attribute(element, 'font') ?? '';
  // Fonts of symbols have their characters at U+F000, in the private use area.
  const found = hex(font, char) ?? (/^F0/i.test(char) ? hex(font, char.slice(2)) : undefined);
  const code = Number.parseInt(char, 16);
  const text = found?.string ?? (code > 0x20 && code < 0xe000 ? String.fromCodePoint(code) : '');
  return ORDINARY_ARROWS[text] ?? text;
}

function deletedText(element: XmlElement): string {
  return [...descendantsNamed(element, 'delText'), ...descendantsNamed(element, 't')].map(textOf).join('');
}

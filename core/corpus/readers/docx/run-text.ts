import { Unreadable } from '../document-content.ts';
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
import { drawnField, formField } from './field-text.ts';
import { hidesRun, isOn, type Styles } from './styles.ts';
import { symbolOf, symbolText } from './symbols.ts';

export interface RunContext {
  readonly styles: Styles;
  readonly omitted: OmittedText;
  /** The number of a note, by its kind and id. */
  readonly noteNumber: (key: string) => number;
}

/** What a paragraph holds besides its own text. */
export interface ParagraphText {
  text: string;
  /** What of it is in a table of contents or an index. */
  contents: string;
  /** Text boxes, diagrams and charts that are anchored in the paragraph. */
  readonly boxes: XmlElement[];
  /** Keys of the notes that it refers to. */
  readonly notes: string[];
}

interface Field {
  instruction: string;
  /** Whether its result has begun. */
  inResult: boolean;
  hasText?: boolean;
  readonly value: string;
}

/** Fields in each other. Word documents have three or four, and each run looks at all that it is in. */
const MAX_FIELDS = 100;

/** Reads the text of paragraphs. Fields may begin in one paragraph and end in another. */
export class RunText {
  readonly #context: RunContext;
  /** Those that are open. */
  readonly #fields: Field[] = [];
  /** Whether the style of the paragraph hides its text. */
  #hidden = false;

  constructor(context: RunContext) {
    this.#context = context;
  }

  get #isInContents(): boolean {
    return this.#fields.some(({ instruction }) => /^\s*(?:TOC|INDEX)\b/i.test(instruction));
  }

  read(paragraph: XmlElement): ParagraphText {
    const result: ParagraphText = { text: '', contents: '', boxes: [], notes: [] };
    this.#hidden = this.#context.styles.paragraph(attribute(child(paragraph, 'pPr', 'pStyle'), 'val')).isHidden;
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
      case 'fldSimple':
        this.#beginField({ instruction: attribute(element, 'instr') ?? '', inResult: true, value: '' });
        for (const inner of elementsOf(element)) this.#add(inner, into);
        this.#fields.pop();
        return;
      case 'pPr':
      case 'sdtPr':
      case 'smartTagPr':
      case 'customXmlPr':
        return;
      default:
        // hyperlink, ins, moveTo, sdt, sdtContent, smartTag, customXml, bdo, dir…
        for (const inner of elementsOf(element)) this.#add(inner, into);
    }
  }

  #addRun(run: XmlElement, into: ParagraphText): void {
    const properties = child(run, 'rPr');
    const style = attribute(child(properties, 'rStyle'), 'val');
    const own: ParagraphText = { text: '', contents: '', boxes: into.boxes, notes: into.notes };
    const fonts = child(properties, 'rFonts');
    for (const element of elementsOf(run)) this.#addRunContent(element, own, fonts);
    if (this.#fields.some(({ inResult }) => !inResult)) return;
    if (own.text !== '') for (const field of this.#fields) field.hasText = true;
    if (hidesRun(properties) ?? this.#context.styles.hides(style) ?? this.#hidden) {
      this.#context.omitted.add('hidden', own.text);
    } else if (this.#isInContents) into.contents += own.text;
    else into.text += own.text;
  }

  #addRunContent(element: XmlElement, into: ParagraphText, fonts: XmlElement | undefined): void {
    switch (localName(element)) {
      case 't':
        into.text += symbolText(textOf(element), fonts);
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
        into.text += this.#changeField(element);
        return;
      case 'instrText': {
        const field = this.#fields.at(-1);
        if (field) field.instruction += textOf(element);
        return;
      }
      case 'footnoteReference':
      case 'endnoteReference':
        this.#addNote(element, into);
        return;
      case 'footnote':
      case 'endnote':
        // Word 2003 has notes where they are referred to.
        into.boxes.push(element);
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
        for (const inner of elementsOf(chosen(element))) this.#addRunContent(inner, into, fonts);
        return;
      default:
    }
  }

  #beginField(field: Field): void {
    if (this.#fields.length === MAX_FIELDS) throw new Unreadable('nested too deeply');
    this.#fields.push(field);
  }

  /** Returns the text of a field that ends without a result. */
  #changeField(mark: XmlElement): string {
    const type = attribute(mark, 'fldCharType');
    if (type === 'begin') this.#beginField({ instruction: '', inResult: false, value: formField(mark) });
    else if (type === 'end') {
      const field = this.#fields.pop();
      if (field && !field.hasText) return field.value || drawnField(field.instruction);
    } else if (type === 'separate') {
      const field = this.#fields.at(-1);
      if (field) field.inResult = true;
    }
    return '';
  }

  #addNote(reference: XmlElement, into: ParagraphText): void {
    const key = `${localName(reference).replace('Reference', '')} ${attribute(reference, 'id')}`;
    into.notes.push(key);
    // A note may have a sign of its own, which follows as text.
    if (!isOn(attribute(reference, 'customMarkFollows') ?? '0')) into.text += `[${this.#context.noteNumber(key)}]`;
  }

  /** Text boxes are read after the paragraph; a picture is replaced by its description. */
  #addDrawing(drawing: XmlElement, into: ParagraphText): void {
    const boxes = descendantsNamed(drawing, 'txbxContent');
    into.boxes.push(
      ...boxes.filter(
        (box) => !boxes.some((outer) => outer !== box && descendantsNamed(outer, 'txbxContent').includes(box)),
      ),
    );
    // The text of diagrams and charts is in other parts.
    const others = [...descendantsNamed(drawing, 'relIds'), ...descendantsNamed(drawing, 'chart')];
    into.boxes.push(...others);
    if (boxes.length > 0) return;
    const drawn = descendantsNamed(drawing, 'textpath').map((path) => attribute(path, 'string') ?? '');
    const description = attribute(descendantsNamed(drawing, 'docPr')[0], 'descr') ?? '';
    into.text += drawn.join(' ') || description.replace(GUESSED_DESCRIPTION, '').trim();
  }
}

/** What Word adds to the descriptions that it makes itself. */
const GUESSED_DESCRIPTION =
  /\s*(?:Description automatically generated(?: with \w+ confidence)?|描述已自动生成|自動產生的描述)\s*$/;

/** What to read of an element that holds the same content for several programs. */
function chosen(alternatives: XmlElement): XmlElement | undefined {
  const choice = child(alternatives, 'Choice');
  return choice && elementsOf(choice).length > 0 ? choice : child(alternatives, 'Fallback');
}

function deletedText(element: XmlElement): string {
  return [...descendantsNamed(element, 'delText'), ...descendantsNamed(element, 't')].map(textOf).join('');
}

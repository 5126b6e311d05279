import { countCharacters } from '../omitted-text.ts';
import { childrenOf, type HtmlElement, type HtmlNode, isElement, isMarkup, nameOf } from './dom.ts';

/** How much text an element has, and how much of it leads elsewhere. Letters and digits are counted. */
export interface Measure {
  readonly letters: number;
  readonly linkLetters: number;
  readonly links: number;
  /** Links to places of the same page. */
  readonly fragmentLinks: number;
}

const NOTHING: Measure = { letters: 0, linkLetters: 0, links: 0, fragmentLinks: 0 };

/** Measures the elements of a page, each once. */
export class Measures {
  readonly #byElement = new Map<HtmlElement, Measure>();

  constructor(body: HtmlElement) {
    this.#measure(body);
  }

  of(element: HtmlElement): Measure {
    return this.#byElement.get(element) ?? NOTHING;
  }

  #measure(node: HtmlNode): Measure {
    if (node.type === 'text') return { ...NOTHING, letters: countCharacters(node.data) };
    if (isMarkup(node)) return NOTHING;
    let { letters, linkLetters, links, fragmentLinks } = NOTHING;
    for (const child of childrenOf(node)) {
      const part = this.#measure(child);
      letters += part.letters;
      linkLetters += part.linkLetters;
      links += part.links;
      fragmentLinks += part.fragmentLinks;
    }
    if (isElement(node) && isLink(node) && letters > 0) {
      const within = Number(/^#./.test(node.attribs.href ?? ''));
      return this.#keep(node, { letters, linkLetters: letters, links: 1, fragmentLinks: within });
    }
    const measure = { letters, linkLetters, links, fragmentLinks };
    return isElement(node) ? this.#keep(node, measure) : measure;
  }

  #keep(element: HtmlElement, measure: Measure): Measure {
    this.#byElement.set(element, measure);
    return measure;
  }
}

function isLink(element: HtmlElement): boolean {
  return nameOf(element) === 'a' && element.attribs.href !== undefined;
}

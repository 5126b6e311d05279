import type { Omission } from '../../../contracts/corpus.ts';
import { countCharacters } from '../omitted-text.ts';
import { ancestorsOf, descendants, elementsOf, type HtmlElement, hintsOf, isBlock, nameOf, textOf } from './dom.ts';
import { isHidden, previousElement, referencesOf } from './hidden.ts';
import { Measures } from './measure.ts';

type Reason = Omission['reason'];

/** Names that authors give to parts of a page that lead elsewhere. */
const NAVIGATION =
  /(?:^|[\s_-])(?:nav|navbar|navigation|menu|menubar|breadcrumbs?|pagination|pager|prev-?next|toc|toctree|table-?of-?contents|sidebar|skip-?links?|skip-to-content|share|social|related|search|tags?)(?:$|[\s_-])/;
const CONTENTS = /(?:^|[\s_-])(?:toc|toctree|table-?of-?contents|doc-toc|contents|outline|on-this-page)(?:$|[\s_-])/;
const MARGINS = new Set(['header', 'footer', 'aside', 'nav']);
const MARGIN_ROLES = new Set(['banner', 'contentinfo', 'complementary', 'navigation', 'search']);
const SECTIONING = new Set(['article', 'main', 'section', 'blockquote', 'li', 'td', 'figure', 'details']);

const CONSENT_TOPIC = /cookie|consent|gdpr|privacy|datenschutz|隐私|隱私|クッキー|쿠키|同意|конфиденц/i;
const CONSENT_NAME = /cookie|consent|gdpr|onetrust|cmp-|cmpbox|ccpa/;
const CONSENT_ANSWER =
  /^\W*(?:i )?(?:accept|agree|allow|got it|ok\b|okay|reject|decline|deny|akzept|zustimm|einverstanden|ablehn|accepter|tout accepter|refuser|aceptar|rechazar|принять|согла|接受|同意|拒绝|拒絕|知道了|許可|受け入れ|동의|수락|alle (?:akzept|cookies))/i;
const CONSENT_LETTERS = 1500;
const WORDS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{2}|[\p{L}\p{N}]+/gu;
/** Names of sites and departments at the margin are shorter. */
const LABEL_LETTERS = 60;
const COPYRIGHT =
  /^\W*(?:©|\(c\)|copyright|版权所有)|all rights reserved|alle rechte vorbehalten|版权所有|保留所有权利|icp备/i;

/**
 * Judges which parts of a page are not its content. Nothing is left out because of its tag alone: what counts is
 * whether the text leads elsewhere (link lists), asks for consent, is never seen, or is a label at the margin.
 */
export class Furniture {
  readonly #measures: Measures;
  readonly #references: ReadonlySet<string>;
  /** Elements that hold the content of the page; what is outside them is at the margin. */
  readonly #content: ReadonlySet<HtmlElement>;
  readonly #consent: ReadonlySet<HtmlElement>;
  /** Whether all is content: of a fragment. */
  readonly #fragment: boolean;
  readonly #body: HtmlElement;
  /** Whether the title of the page is in its content. */
  readonly contentHasTitle: boolean;
  #text: string | undefined;

  constructor(body: HtmlElement, { fragment }: { fragment: boolean }) {
    this.#body = body;
    this.#fragment = fragment;
    this.#measures = new Measures(body);
    const all = [...descendants(body)];
    this.#references = referencesOf(all);
    this.#content = new Set(fragment ? [body] : this.#contentOf(all));
    this.#consent = new Set(fragment ? [] : this.#consentIn(all));
    this.contentHasTitle = all.some(
      (element) => nameOf(element) === 'h1' && this.#isInContent(element) && !this.#isInMargin(element),
    );
  }

  /** Why an element is left out; undefined if it is read. */
  reasonToOmit(element: HtmlElement): Reason | undefined {
    const { letters } = this.#measures.of(element);
    if (isHidden(element, this.#references)) return 'hidden';
    if (nameOf(element) === 'noscript' && this.#repeatsText(element)) return 'hidden';
    if (this.#fragment || letters === 0) return undefined;
    if (this.#consent.has(element)) return 'consent';
    if (!isBlock(element) && !this.#isNamedNavigation(element)) return undefined;
    return this.#leadsElsewhere(element);
  }

  /** Whether an element is outside the content of the page: of its text only what says something is read. */
  isMargin(element: HtmlElement): boolean {
    if (this.#fragment || this.#content.has(element)) return false;
    if (!this.#content.has(this.#body)) return !this.#isInContent(element);
    const margin = MARGINS.has(nameOf(element)) || MARGIN_ROLES.has(element.attribs.role ?? '');
    return margin && !ancestorsOf(element).some((outer) => SECTIONING.has(nameOf(outer)));
  }

  /** Whether an element at the margin, or one in it, is the content of the page. */
  holdsContent(element: HtmlElement): boolean {
    return this.#content.has(element);
  }

  /** Whether a block at the margin says something: a sentence, a number, a long text; not a name or a label. */
  saysSomething(text: string, linkLetters: number): boolean {
    const words = text.match(WORDS)?.length ?? 0;
    const trimmed = text.trim();
    const letters = countCharacters(text);
    const isText = /[.!?:。！？：]["'”’」』)）]?$/.test(trimmed) || /\d/.test(trimmed) || letters >= LABEL_LETTERS;
    return words >= 3 && isText && linkLetters * 2 < letters && !COPYRIGHT.test(trimmed);
  }

  linkLettersOf(element: HtmlElement): number {
    return this.#measures.of(element).linkLetters;
  }

  /** The main elements; else the articles, if they hold most of the text that is not links; else the body. */
  #contentOf(all: readonly HtmlElement[]): HtmlElement[] {
    const shown = all.filter((element) => this.#proseOf(element) > 0);
    const mains = shown.filter((element) => nameOf(element) === 'main' || element.attribs.role === 'main');
    if (mains.length > 0) return mains;
    const articles = shown.filter(
      (element) => nameOf(element) === 'article' && !ancestorsOf(element).some((outer) => nameOf(outer) === 'article'),
    );
    const prose = articles.reduce((sum, article) => sum + this.#proseOf(article), 0);
    return prose > 0.6 * this.#proseOf(this.#body) ? articles : [this.#body];
  }

  #proseOf(element: HtmlElement): number {
    const { letters, linkLetters } = this.#measures.of(element);
    return letters - linkLetters;
  }

  #leadsElsewhere(element: HtmlElement): Reason | undefined {
    const { letters, linkLetters, links, fragmentLinks } = this.#measures.of(element);
    if (links === 0) return undefined;
    const share = linkLetters / letters;
    if (this.#isNamedNavigation(element) && (share > 0.6 || (share > 0.2 && letters - linkLetters < 30)))
      return fragmentLinks * 2 > links || CONTENTS.test(hintsOf(element)) ? 'contents' : 'navigation';
    if (share < 0.9 || links < 2 || this.holdsContent(element)) return undefined;
    if (links >= 3 && fragmentLinks === links) return 'contents';
    const inMargin = !this.#content.has(this.#body) && !this.#isInContent(element);
    if (inMargin) return 'navigation';
    // A list within the content belongs to it, unless nothing leads up to it.
    return this.#content.has(this.#body) && !isIntroduced(element) && !hasHeading(element) ? 'navigation' : undefined;
  }

  #isInMargin(element: HtmlElement): boolean {
    return ancestorsOf(element).some((outer) => this.isMargin(outer));
  }

  #isInContent(element: HtmlElement): boolean {
    return [element, ...ancestorsOf(element)].some((outer) => this.#content.has(outer));
  }

  #isNamedNavigation(element: HtmlElement): boolean {
    const { role = '' } = element.attribs;
    return nameOf(element) === 'nav' || role === 'navigation' || role === 'menu' || NAVIGATION.test(hintsOf(element));
  }

  /** The smallest elements that mention cookies and have a button to accept or decline them. */
  #consentIn(all: readonly HtmlElement[]): HtmlElement[] {
    const answers = all.filter(
      (element) => /^(?:button|a|input)$/.test(nameOf(element)) && CONSENT_ANSWER.test(answerOf(element)),
    );
    const judged = new Map<HtmlElement, boolean>();
    const isConsent = (element: HtmlElement) => {
      const known = judged.get(element) ?? this.#isConsent(element);
      judged.set(element, known);
      return known;
    };
    return answers.flatMap((answer) => {
      const outer = ancestorsOf(answer);
      const around = outer.slice(0, outer.indexOf(this.#body)).filter(isConsent);
      // The largest one whose name says what it is, else the smallest one.
      return around.findLast((element) => CONSENT_NAME.test(hintsOf(element))) ?? around[0] ?? [];
    });
  }

  #isConsent(element: HtmlElement): boolean {
    const named = CONSENT_NAME.test(hintsOf(element));
    if (this.#measures.of(element).letters > CONSENT_LETTERS * (named ? 5 : 1)) return false;
    if (!CONSENT_TOPIC.test(textOf(element))) return false;
    return named || ![...descendants(element)].some((inner) => /^(?:h1|main|article)$/.test(nameOf(inner)));
  }

  /** Whether the text of a noscript element is elsewhere on the page, too. */
  #repeatsText(element: HtmlElement): boolean {
    this.#text ??= squeezed(textOf(this.#body));
    const text = squeezed(textOf(element));
    return this.#text.indexOf(text, this.#text.indexOf(text) + 1) !== -1;
  }
}

function answerOf(element: HtmlElement): string {
  return textOf(element).trim() || (element.attribs.value ?? '');
}

/** Whether a heading or a paragraph leads up to an element, or to the elements that begin with it. */
function isIntroduced(element: HtmlElement): boolean {
  const [first] = [element, ...ancestorsOf(element)].filter((outer) => previousText(outer) !== undefined);
  return first !== undefined && previousText(first) !== '';
}

/** Text that leads up to what follows it; empty if what is before an element does not; undefined if it comes first. */
function previousText(element: HtmlElement): string | undefined {
  const before = previousElement(element);
  if (before === undefined)
    return element.prev?.type === 'text' && element.prev.data.trim() ? element.prev.data : undefined;
  const text = textOf(before).trim();
  return /^(?:h[1-6]|p|dt)$/.test(nameOf(before)) || /[:：]$/.test(text) ? text : '';
}

function hasHeading(element: HtmlElement): boolean {
  return elementsOf(element).some((child) => /^h[1-6]$/.test(nameOf(child)) || hasHeading(child));
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, '');
}

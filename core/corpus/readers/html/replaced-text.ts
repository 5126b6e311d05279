import { descendants, type HtmlElement, nameOf, textOf } from './dom.ts';
import { mathText } from './math-text.ts';

/** Symbols of links from a heading to itself, and from a note back to its place. */
const LINK_SYMBOLS = /^(?:[\s¶#§🔗⚓∞↩↵↑⇧^]|\ufe0e|\ufe0f)*$/u;
const PERMALINK_NAME =
  /(?:^|[\s_-])(?:headerlink|header-?anchor|anchor(?:-?link|js-link)?|hash-?link|permalink|heading-?link)(?:$|[\s_-])/;
const PERMALINK_TEXT =
  /^(?:permalink|permanent link|direct link|link to|link|copy link|anchor|section titled|永久链接|固定链接)\b/i;
/** What wikis and documentation sites add to their headings. */
const HEADING_TOOL =
  /^\[?\s*(?:edit|edit source|edit section|source|permalink|copy link|编辑|編輯|編集|편집|bearbeiten|quelltext bearbeiten|modifier|modifier le code|editar|править|изменить)(?:\s*\|\s*[^\]]*)?\s*\]?$/i;

/** Whether an element is a link of a heading to itself, or of a note back to its place. */
export function isPermalink(element: HtmlElement): boolean {
  if (nameOf(element) !== 'a') return false;
  const text = textOf(element).trim();
  const { href = '' } = element.attribs;
  if (LINK_SYMBOLS.test(text)) return href.includes('#') && text !== '';
  return PERMALINK_TEXT.test(text) && (PERMALINK_NAME.test(element.attribs.class ?? '') || href.startsWith('#'));
}

/** A link to edit a section or to the source of a function, as wikis and Sphinx put them beside headings. */
export function isSectionTool(element: HtmlElement): boolean {
  return /(?:^|\s)(?:mw-editsection|viewcode-link|viewcode-back)(?:\s|$)/.test(element.attribs.class ?? '');
}

/** Whether an element of a heading is a tool, such as `[edit]`, and no part of its text. */
export function isHeadingTool(element: HtmlElement): boolean {
  return (
    isPermalink(element) ||
    isSectionTool(element) ||
    (nameOf(element) !== 'b' && HEADING_TOOL.test(textOf(element).trim()))
  );
}

/** Readings above characters (ruby), and the brackets around them where they cannot be shown above. */
export function isRubyReading(element: HtmlElement): boolean {
  return /^(?:rt|rp|rtc)$/.test(nameOf(element));
}

/** The text that stands for an element whose content is not its text; undefined if its content is. */
export function replacedText(element: HtmlElement): string | undefined {
  const { attribs } = element;
  switch (nameOf(element)) {
    case 'img':
    case 'area':
      return attribs.alt ?? '';
    case 'math':
      return mathText(element);
    case 'svg':
      return svgText(element);
    case 'input':
      if (attribs.type === 'checkbox' && attribs.disabled !== undefined)
        return attribs.checked === undefined ? '[ ] ' : '[x] ';
      return ' ';
    case 'a':
    case 'sup':
      return noteReference(element);
    case 'q':
      return `“${textOf(element).trim()}”`;
    default:
      return formula(element);
  }
}

/** A reference to a note in brackets, so that its number is not taken for a part of the word before. */
function noteReference(element: HtmlElement): string | undefined {
  const text = textOf(element).trim();
  const isNote = ({ attribs }: HtmlElement) =>
    /noteref|footnote-?ref/i.test(`${attribs.role} ${attribs.class} ${attribs['epub:type']}`);
  const links = [...descendants(element)].filter(
    (inner) => nameOf(inner) === 'a' && /#/.test(inner.attribs.href ?? ''),
  );
  const refers = nameOf(element) === 'sup' ? links.length > 0 : isNote(element);
  return refers && /^[\p{L}\p{N}*]{1,4}$/u.test(text) ? `[${text}]` : undefined;
}

/** A formula that scripts have drawn (KaTeX, MathJax, MediaWiki), which holds its source beside the drawing. */
function formula(element: HtmlElement): string | undefined {
  const classes = ` ${element.attribs.class ?? ''} `;
  const drawn = nameOf(element) === 'mjx-container' || /\s(?:katex|mwe-math-element)\s/.test(classes);
  if (drawn) {
    const math = [...descendants(element)].find((inner) => nameOf(inner) === 'math');
    return math && mathText(math);
  }
  if (/\sMathJax_Preview\s/.test(classes)) return '';
  if (/\sMathJax(?:_Display|_SVG|_CHTML)?\s/.test(classes)) return followedByTex(element) ? '' : undefined;
  return undefined;
}

/** TeX source that MathJax keeps in a script beside the formula; undefined for any other script. */
export function texOf(script: HtmlElement): string | undefined {
  return /^math\/tex/.test(script.attribs.type ?? '')
    ? script.children.map((child) => (child.type === 'text' ? child.data : '')).join('')
    : undefined;
}

function followedByTex(element: HtmlElement): boolean {
  let next = element.next;
  while (next && !('attribs' in next)) next = next.next;
  return next !== null && 'attribs' in next && texOf(next as HtmlElement) !== undefined;
}

/** The labels of a drawing, one a line, or what its title says about it. Icons have no text. */
function svgText(svg: HtmlElement): string {
  const all = [...descendants(svg)];
  const texts = all
    .filter((element) => /^(?:text|foreignobject)$/.test(nameOf(element)))
    .map((element) => textOf(element).trim());
  if (texts.some((text) => text !== '')) return `\n${texts.filter((text) => text !== '').join('\n')}\n`;
  if (svg.attribs['aria-hidden'] === 'true' || isIcon(svg)) return '';
  const title = svg.children.find((child) => 'name' in child && /^(?:title|desc)$/.test(child.name));
  const text =
    title && 'children' in title
      ? title.children.map((child) => (child.type === 'text' ? child.data : '')).join('')
      : '';
  return text.trim();
}

function isIcon(svg: HtmlElement): boolean {
  const size = Number.parseFloat(svg.attribs.width ?? svg.attribs.viewbox?.split(/[\s,]+/)[2] ?? '');
  return (
    size <= 32 ||
    /icon/i.test(svg.attribs.class ?? '') ||
    /^(?:a|button|summary)$/.test(svg.parent ? nameOf(svg.parent as HtmlElement) : '')
  );
}

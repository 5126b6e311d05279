import {
  childrenOf,
  elementsOf,
  type HtmlElement,
  type HtmlNode,
  isBlock,
  isElement,
  isMarkup,
  nameOf,
} from './dom.ts';
import { orderedItems } from './list-items.ts';
import { isHeadingTool, isPermalink, isRubyReading, replacedText, texOf } from './replaced-text.ts';

export interface FlatOptions {
  /** Whether an element is left out; it may be noted. */
  readonly omit: (element: HtmlElement) => boolean;
  /** Whether tools such as `[edit]` are left out. */
  readonly heading?: boolean;
}

/** Ends of paragraphs and of list items in a text that is about to be one line. */
const PARAGRAPH = '\u000b';
const ITEM = '\u000c';

/**
 * The text of a heading or cell on one line. Inline elements are joined as they are; the items of lists are separated
 * by semicolons, paragraphs and lines by spaces.
 */
export function flatText(root: HtmlElement, options: FlatOptions): string {
  const text = childrenOf(root)
    .map((child) => flat(child, options))
    .join('');
  const items = text.split(ITEM).map((item) => item.replace(/\s+/g, ' ').trim());
  const joined = items
    .filter((item) => item !== '')
    .reduce(
      (before, item) =>
        before === ''
          ? item
          : `${before}${/[\p{P}]$/u.test(before) && !/[)\]}”」』%]$/.test(before) ? ' ' : '; '}${item}`,
      '',
    );
  return options.heading ? joined.replace(/\s*[¶🔗]+\s*$/u, '') : joined;
}

function flat(node: HtmlNode, options: FlatOptions): string {
  if (node.type === 'text') return collapse(node.data);
  if (!isElement(node)) return '';
  if (nameOf(node) === 'script') return texOf(node) ?? '';
  if (isMarkup(node) || isRubyReading(node)) return '';
  if (options.heading ? isHeadingTool(node) : isPermalink(node)) return '';
  if (options.omit(node)) return '';
  const replaced = replacedText(node);
  if (replaced !== undefined) return replaced;
  const name = nameOf(node);
  if (name === 'br') return PARAGRAPH;
  if (name === 'ol') {
    return orderedItems(node)
      .map(({ node: item, marker }) =>
        marker === undefined ? flat(item, options) : `${ITEM}${marker} ${inside(item, options)}${ITEM}`,
      )
      .join('');
  }
  if (name === 'tr')
    return `${ITEM}${elementsOf(node)
      .map((cell) => inside(cell, options).trim())
      .join(', ')}${ITEM}`;
  const text = inside(node, options);
  if (name === 'li' || name === 'dd' || name === 'option') return `${ITEM}${text}${ITEM}`;
  if (name === 'dt') return `${ITEM}${text.trim()}: `;
  return isBlock(node) || /^(?:button|label|select|textarea)$/.test(name) ? `${PARAGRAPH}${text}${PARAGRAPH}` : text;
}

function inside(node: HtmlElement, options: FlatOptions): string {
  return childrenOf(node)
    .map((child) => flat(child, options))
    .join('');
}

/** Line ends of the source are spaces, except between characters of scripts that are written without spaces. */
export function collapse(text: string): string {
  return text
    .replace(
      /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}。，、；：！？）」』”])[ \t]*\r?\n\s*(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}（「『“])/gu,
      '',
    )
    .replace(/\s+/g, ' ');
}

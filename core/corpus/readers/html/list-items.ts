import { formatNumber, type NumberFormat } from '../list-marker.ts';
import { elementsOf, type HtmlElement, nameOf } from './dom.ts';

/** By the attribute `type`, or the style `list-style-type`. */
const FORMATS: Readonly<Record<string, NumberFormat>> = {
  a: 'lowerLetter',
  'lower-alpha': 'lowerLetter',
  'lower-latin': 'lowerLetter',
  A: 'upperLetter',
  'upper-alpha': 'upperLetter',
  'upper-latin': 'upperLetter',
  i: 'lowerRoman',
  'lower-roman': 'lowerRoman',
  I: 'upperRoman',
  'upper-roman': 'upperRoman',
  'cjk-ideographic': 'chinese',
  'simp-chinese-informal': 'chinese',
  'trad-chinese-informal': 'chinese',
};

/** The elements of an ordered list, each item with its number and a full stop. */
export function orderedItems(list: HtmlElement): { node: HtmlElement; marker?: string }[] {
  const children = elementsOf(list);
  const items = children.filter((child) => nameOf(child) === 'li');
  const reversed = list.attribs.reversed !== undefined;
  const style = /list-style(?:-type)?\s*:\s*([\w-]+)/i.exec(list.attribs.style ?? '')?.[1];
  const format = FORMATS[style?.toLowerCase() ?? ''] ?? FORMATS[list.attribs.type ?? ''] ?? 'decimal';
  let number = integer(list.attribs.start) ?? (reversed ? items.length : 1);
  return children.map((node) => {
    if (nameOf(node) !== 'li') return { node };
    number = integer(node.attribs.value) ?? number;
    const marker =
      style === 'none' ? undefined : `${formatNumber(number, FORMATS[node.attribs.type ?? ''] ?? format)}.`;
    number += reversed ? -1 : 1;
    return marker === undefined ? { node } : { node, marker };
  });
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*[+-]?\d{1,9}\s*$/.test(text) ? Number(text) : undefined;
}

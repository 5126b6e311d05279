import { childrenOf, descendants, elementsOf, type HtmlElement, type HtmlNode, nameOf, textOf } from './dom.ts';

/** A formula in MathML as text: its TeX source if it holds one, else in one line, such as `Q=(V+1)/t^2`. */
export function mathText(math: HtmlElement): string {
  const tex = [...descendants(math)].find(
    (element) => nameOf(element) === 'annotation' && /tex/i.test(element.attribs.encoding ?? ''),
  );
  const source =
    tex &&
    textOf(tex)
      .trim()
      .replace(/^\{\\displaystyle\s+([\s\S]*)\}$/, '$1')
      .trim();
  return source || linear(math).replace(/\s+/g, ' ').trim();
}

function linear(node: HtmlNode): string {
  const parts = elementsOf(node);
  const part = (index: number) => (parts[index] ? linear(parts[index]) : '');
  switch (nameOf(node)) {
    case 'annotation':
    case 'annotation-xml':
      return '';
    case 'mfrac':
      return `${grouped(part(0))}/${grouped(part(1))}`;
    case 'msup':
    case 'mover':
      return `${part(0)}^${grouped(part(1))}`;
    case 'msub':
    case 'munder':
      return `${part(0)}_${grouped(part(1))}`;
    case 'msubsup':
    case 'munderover':
      return `${part(0)}_${grouped(part(1))}^${grouped(part(2))}`;
    case 'msqrt':
      return `√${grouped(parts.map(linear).join(''))}`;
    case 'mroot':
      return `${grouped(part(1))}√${grouped(part(0))}`;
    case 'mfenced':
      return `${attribute(node, 'open') ?? '('}${parts.map(linear).join(attribute(node, 'separators') ?? ',')}${attribute(node, 'close') ?? ')'}`;
    case 'mtr':
    case 'mlabeledtr':
      return `${parts.map(linear).join(', ')}; `;
    case 'mtext':
      return ` ${textOf(node).trim()} `;
    default:
      return node.type === 'text' ? node.data.trim() : childrenOf(node).map(linear).join('');
  }
}

function attribute(node: HtmlNode, name: string): string | undefined {
  return 'attribs' in node ? node.attribs[name] : undefined;
}

/** In parentheses, unless it is a single number, letter or word, or empty. */
export function grouped(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  return /^(?:[\p{L}\p{N}.,']+|.)$/u.test(trimmed) || /^\([^()]*\)$/.test(trimmed) ? trimmed : `(${trimmed})`;
}

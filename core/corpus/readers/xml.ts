import { load } from 'cheerio';
import { decodeText } from '../../primitives/decode-text.ts';

export type XmlNode = ReturnType<ReturnType<ReturnType<typeof load>>['contents']>[number];
export type XmlElement = Extract<XmlNode, { attribs: object }>;

/** The outermost element of an XML file; undefined if there is none. Entities of its own are not replaced. */
export function parseXml(bytes: Uint8Array): XmlElement | undefined {
  const $ = load(decodeText(bytes), { xml: true });
  return $.root().children().get(0);
}

export function isElement(node: XmlNode): node is XmlElement {
  return node.type === 'tag' || node.type === 'script' || node.type === 'style';
}

/** The name of an element without its prefix: programs choose different ones for the same namespace. */
export function localName(node: XmlNode): string {
  return isElement(node) ? local(node.name) : '';
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** An attribute by its name without prefix. */
export function attribute(element: XmlElement | undefined, name: string): string | undefined {
  if (element === undefined) return undefined;
  const direct = element.attribs[name];
  if (direct !== undefined) return direct;
  const key = Object.keys(element.attribs).find((other) => local(other) === name);
  return key === undefined ? undefined : element.attribs[key];
}

export function elementsOf(node: XmlNode | undefined): XmlElement[] {
  return node && 'children' in node ? (node.children as XmlNode[]).filter(isElement) : [];
}

/** The first child of this name, without prefix. */
export function child(node: XmlNode | undefined, ...path: readonly string[]): XmlElement | undefined {
  let at: XmlElement | undefined;
  let parent = node;
  for (const name of path) {
    at = elementsOf(parent).find((element) => localName(element) === name);
    parent = at;
  }
  return at;
}

export function childrenNamed(node: XmlNode | undefined, name: string): XmlElement[] {
  return elementsOf(node).filter((element) => localName(element) === name);
}

/** All elements of this name in a node, in document order. */
export function descendantsNamed(node: XmlNode | undefined, name: string): XmlElement[] {
  return elementsOf(node).flatMap((element) => [
    ...(localName(element) === name ? [element] : []),
    ...descendantsNamed(element, name),
  ]);
}

/** All text in a node. */
export function textOf(node: XmlNode | undefined): string {
  if (node === undefined) return '';
  if (node.type === 'text' || node.type === 'cdata') {
    return node.type === 'text' ? node.data : node.children.map((part) => textOf(part as XmlNode)).join('');
  }
  return 'children' in node ? (node.children as XmlNode[]).map(textOf).join('') : '';
}

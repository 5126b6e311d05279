import { load } from 'cheerio';
import { adapter } from 'parse5-htmlparser2-tree-adapter';
import { Unreadable } from '../document-content.ts';
import { countCharacters } from '../omitted-text.ts';

export type HtmlNode = ReturnType<ReturnType<ReturnType<typeof load>>['contents']>[number];
export type HtmlElement = Extract<HtmlNode, { attribs: object }>;

/** As in Chromium: what is nested deeper becomes children of the element at this depth. */
const MAX_DEPTH = 256;

/**
 * The time that parse5 takes grows with the square of the depth. Real pages that lack end tags are some thousand
 * elements deep.
 */
const MAX_OPEN = 5_000;

/** Elements that hold no text for people. */
const MARKUP = new Set(['script', 'style', 'template', 'head', 'title', 'meta', 'link', 'base', 'col', 'colgroup']);

/** Elements that begin and end a paragraph. */
const BLOCKS = new Set(
  (
    'address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer ' +
    'form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup option p pre search section summary ' +
    'table tbody td tfoot th thead tr ul'
  ).split(' '),
);

/** The body of a page, or of a fragment. @throws Unreadable if it is nested too deeply. */
export function parseHtml(html: string): { title: string; body: HtmlElement | undefined } {
  const $ = load(html, { scriptingEnabled: false, treeAdapter: limitedAdapter() });
  const body = $('body').get(0);
  if (body) limitDepth(body);
  return { title: $('head > title').first().text().trim(), body };
}

/** Cheerio's own, which ends the parsing of a page with too many open elements. */
function limitedAdapter(): typeof adapter {
  let open = 0;
  return {
    ...adapter,
    onItemPush() {
      open += 1;
      if (open > MAX_OPEN) throw new Unreadable('nested too deeply');
    },
    onItemPop() {
      open -= 1;
    },
  };
}

/** Elements of other namespaces may have prefixes or upper case in their names. */
export function nameOf(node: HtmlNode): string {
  return isElement(node) ? node.name.toLowerCase() : '';
}

export function isElement(node: HtmlNode): node is HtmlElement {
  return node.type === 'tag' || node.type === 'script' || node.type === 'style';
}

export function isMarkup(node: HtmlNode): boolean {
  return MARKUP.has(nameOf(node)) && !(nameOf(node) === 'template' && isElement(node) && isShadowRoot(node));
}

function isShadowRoot(template: HtmlElement): boolean {
  return template.attribs.shadowrootmode !== undefined;
}

export function isBlock(node: HtmlNode): boolean {
  if (!isElement(node)) return false;
  return BLOCKS.has(nameOf(node)) || /\bdisplay\s*:\s*(?:block|flex|grid|table)\b/i.test(node.attribs.style ?? '');
}

export function childrenOf(node: HtmlNode): HtmlNode[] {
  return 'children' in node ? (node.children as HtmlNode[]) : [];
}

export function elementsOf(node: HtmlNode): HtmlElement[] {
  return childrenOf(node).filter(isElement);
}

/** The element and all in it, in document order. */
export function* descendants(node: HtmlNode): Generator<HtmlElement> {
  if (isElement(node)) yield node;
  for (const child of childrenOf(node)) yield* descendants(child);
}

export function ancestorsOf(node: HtmlNode): HtmlElement[] {
  const found: HtmlElement[] = [];
  for (let { parent } = node; parent; parent = parent.parent) if (isElement(parent)) found.push(parent);
  return found;
}

/** All text in a node, with spaces between blocks. */
export function textOf(node: HtmlNode): string {
  if (node.type === 'text') return node.data;
  if (isMarkup(node)) return '';
  if (nameOf(node) === 'br') return ' ';
  const text = childrenOf(node).map(textOf).join('');
  return isBlock(node) ? ` ${text} ` : text;
}

/** Letters and digits. */
export function lettersOf(node: HtmlNode): number {
  return countCharacters(textOf(node));
}

/** Id, classes and role as one string in lower case, to look for the names that authors give to parts of pages. */
export function hintsOf({ attribs }: HtmlElement): string {
  const { id = '', role = '' } = attribs;
  return `${id} ${attribs.class ?? ''} ${role} ${attribs['aria-label'] ?? ''}`.toLowerCase();
}

/** Flattens what is nested too deeply for functions that call themselves. */
function limitDepth(root: HtmlElement): void {
  const open: { node: HtmlElement; depth: number }[] = [{ node: root, depth: 0 }];
  for (let at = open.pop(); at; at = open.pop()) {
    const { node, depth } = at;
    if (depth === MAX_DEPTH) node.children = leavesOf(node);
    else for (const child of elementsOf(node)) open.push({ node: child, depth: depth + 1 });
  }
}

function leavesOf(root: HtmlElement): HtmlElement['children'] {
  const leaves: HtmlElement['children'] = [];
  const open: HtmlNode[] = [...root.children].reverse();
  for (let node = open.pop(); node; node = open.pop()) {
    if (isMarkup(node)) continue;
    const children = childrenOf(node);
    if (children.length === 0) leaves.push(node as HtmlElement['children'][number]);
    for (let i = children.length - 1; i >= 0; i -= 1) open.push(children[i] as HtmlNode);
  }
  for (const leaf of leaves) leaf.parent = root;
  return leaves;
}

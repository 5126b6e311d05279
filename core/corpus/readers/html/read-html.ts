import { decode } from '../../../primitives/decode-text.ts';
import type { DocumentContent } from '../document-content.ts';
import { OmittedText } from '../omitted-text.ts';
import { descendants, nameOf, parseHtml } from './dom.ts';
import { flatText } from './flat-text.ts';
import { Furniture } from './furniture.ts';
import { PageText } from './page-text.ts';
import { nameByRole } from './roles.ts';
import { xhtmlAsHtml } from './xhtml.ts';

/** Reads the bytes of a web page. The encoding declared in its head is used if the bytes do not show another one. */
export function readHtmlBytes(bytes: Uint8Array): DocumentContent {
  const head = Buffer.from(bytes.subarray(0, 4096)).toString('latin1');
  const declared = /<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w:-]+)/i.exec(head)?.[1];
  const { text, encoding, doubtful } = decode(bytes, declared);
  return { ...readHtml(xhtmlAsHtml(text)), doubts: doubtful ? [{ kind: 'guessed-encoding', sample: encoding }] : [] };
}

/**
 * Reads the text of a page: headings start sections; lists, tables and code keep their lines. Left out, and reported,
 * are link lists, consent banners, text that is never shown, and labels at the margin of the page.
 * @param options.fragment whether the page is nothing but content, such as rendered Markdown; default: false.
 */
export function readHtml(html: string, { fragment = false }: { fragment?: boolean } = {}): DocumentContent {
  const { title, body } = parseHtml(html);
  const omitted = new OmittedText();
  if (!body) return { title: title || undefined, sections: [] };
  nameByRole(body);
  const text = new PageText(new Furniture(body, { fragment }), omitted);
  text.add(body);
  const first = [...descendants(body)].find((element) => nameOf(element) === 'h1');
  const heading = first && flatText(first, { omit: () => false, heading: true });
  return { title: title || heading || undefined, sections: text.finish(), omitted: omitted.omissions };
}

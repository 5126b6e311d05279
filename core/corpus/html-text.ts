import { load } from 'cheerio';

const DROPPED = 'script, style, template, noscript, svg, iframe, object, form';

/** The text of a scrap of HTML, without scripts, styles and comments. */
export function htmlText(html: string): string {
  if (!/[^<>\s]/.test(html.replace(/<[^<>]*>/g, ''))) return '';
  const $ = load(html, null, false);
  $(DROPPED).remove();
  return $.root().text().replace(/\s+/g, ' ').trim();
}

/** Elements of HTML that have no content. */
const EMPTY = /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/i;
/** A tag of XML that is its own end. */
const SELF_CLOSED = /<([a-z][\w:.-]*)((?:[^<>"']|"[^"]*"|'[^']*'){0,2000})\/>/gi;

/**
 * XHTML as HTML: in HTML, `<title/>` and `<script/>` do not end, and hide the rest of the page. Other text is returned
 * as it is.
 */
export function xhtmlAsHtml(source: string): string {
  if (!/^\s*<\?xml\b|<html\b[^>]*\bxmlns\s*=/i.test(source.slice(0, 2000))) return source;
  return source.replace(SELF_CLOSED, (tag, name: string, attributes: string) =>
    EMPTY.test(name) ? tag : `<${name}${attributes}></${name}>`,
  );
}

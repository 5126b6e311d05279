const FENCE = /^\s{0,3}(?:>\s?)*\s*(?:(?:[-*+]|\d+[.)])\s+)?(`{3,}|~{3,})(.*)$/;
const CONTAINER = /^\s*:{3,}\s*(?:\w[\w-]*)?(?:\[([^\]]*)\])?(?:\{[^}]*\})?\s*(.*)$/;
const ANCHOR = /\s*\{#[^{}\s]+\}\s*(?=#*\s*$)/;
const DIRECTIVE_LINE = /^\s*(?:\[\[toc\]\]|<<<\s+\S+.*|@include\b.*)\s*$/i;

/**
 * Markdown without what site generators (VitePress, Docusaurus, MkDocs) add to it, outside code fences: `::: tip Title`
 * containers become their titles, `{#anchor}` at the end of a heading, `[[toc]]` and `<<< file` lines go.
 */
export function withoutSiteSyntax(source: string): string {
  let fence: string | undefined;
  return source
    .split(/\r\n?|\n/)
    .map((line) => {
      const mark = FENCE.exec(line);
      if (fence !== undefined) {
        if (mark?.[1]?.startsWith(fence) && mark[2]?.trim() === '') fence = undefined;
        return line;
      }
      if (mark?.[1] !== undefined && !(mark[1][0] === '`' && mark[2]?.includes('`'))) {
        fence = mark[1];
        return line;
      }
      const container = CONTAINER.exec(line);
      if (container) return `\n${container[1] ?? container[2] ?? ''}\n`;
      if (DIRECTIVE_LINE.test(line)) return '';
      return line.includes('{#') ? line.replace(ANCHOR, '') : line;
    })
    .join('\n');
}

import type { Nodes, Root, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfm } from 'micromark-extension-gfm';
import { parse as parseYaml } from 'yaml';
import { type DocumentContent, SectionBuilder } from './document-content.ts';
import { htmlText } from './html/read-html.ts';

/**
 * Reads Markdown: CommonMark with GFM tables and front matter. Links and images are replaced by their text, raw HTML by
 * its text without scripts and styles. Code is kept. Syntax of site generators (containers, `{#anchors}`) is removed.
 */
export function readMarkdown(source: string): DocumentContent {
  const tree = fromMarkdown(withoutSiteSyntax(source), {
    extensions: [gfm(), frontmatter(['yaml', 'toml'])],
    mdastExtensions: [gfmFromMarkdown(), frontmatterFromMarkdown(['yaml', 'toml'])],
  });
  const declaredTitle = frontMatterTitle(tree);
  const firstTitle = tree.children.find((node) => node.type === 'heading' && node.depth === 1);
  const sections = new SectionBuilder();
  // Site generators render a title in the front matter as the first heading of the page.
  if (declaredTitle !== undefined && firstTitle === undefined) sections.heading(0, declaredTitle);
  for (const node of tree.children) {
    if (node.type === 'heading') sections.heading(node.depth, inline(node));
    else sections.text(block(node));
  }
  return {
    title: declaredTitle ?? (firstTitle && (inline(firstTitle).trim() || undefined)),
    sections: sections.finish(),
  };
}

/** The title in the front matter; undefined if there is none. */
function frontMatterTitle(tree: Root): string | undefined {
  const [first] = tree.children;
  if (first?.type === 'yaml') {
    try {
      const title: unknown = parseYaml(first.value)?.title;
      return typeof title === 'string' && title.trim() !== '' ? title.trim() : undefined;
    } catch {
      return undefined;
    }
  }
  // TOML front matter (Hugo). One key does not justify a TOML parser.
  const other: { readonly type: string } | undefined = first;
  if (other && isToml(other)) return /^title\s*=\s*["'](.+)["']\s*$/m.exec(other.value)?.[1];
  return undefined;
}

/** `mdast-util-frontmatter` adds this node, but mdast's types know only `yaml`. */
function isToml(node: { readonly type: string }): node is { type: 'toml'; value: string } {
  return node.type === 'toml' && 'value' in node && typeof node.value === 'string';
}

/** A block as text. */
function block(node: RootContent): string {
  switch (node.type) {
    case 'code':
      return node.value;
    case 'html':
      return htmlText(node.value);
    case 'blockquote':
    case 'footnoteDefinition':
      return node.children.map(block).join('\n\n');
    case 'list':
      return node.children
        .map((item, i) => {
          const marker = node.ordered ? `${(node.start ?? 1) + i}. ` : '- ';
          const text = item.children.map(block).join('\n');
          return marker + text.replaceAll('\n', `\n${' '.repeat(marker.length)}`);
        })
        .join('\n');
    case 'table':
      return node.children.map((row) => row.children.map((cell) => inline(cell).trim()).join(' | ')).join('\n');
    case 'heading':
    case 'paragraph':
      return inline(node);
    default:
      return '';
  }
}

/** Inline content as text. */
function inline(node: Nodes): string {
  switch (node.type) {
    case 'text':
    case 'inlineCode':
      return node.value;
    case 'image':
    case 'imageReference':
      return node.alt ?? '';
    case 'break':
      return '\n';
    case 'html':
      return /^<br\b/i.test(node.value) ? '\n' : '';
    default:
      return 'children' in node ? node.children.map(inline).join('') : '';
  }
}

const FENCE = /^\s{0,3}(?:>\s?)*\s*(?:(?:[-*+]|\d+[.)])\s+)?(`{3,}|~{3,})(.*)$/;
const CONTAINER = /^\s*:{3,}\s*(?:\w[\w-]*)?(?:\[([^\]]*)\])?(?:\{[^}]*\})?\s*(.*)$/;
const ANCHOR = /\s*\{#[^{}\s]+\}\s*(?=#*\s*$)/;
const DIRECTIVE_LINE = /^\s*(?:\[\[toc\]\]|<<<\s+\S+.*|@include\b.*)\s*$/i;

/**
 * Removes the syntax of site generators (VitePress, Docusaurus, MkDocs) outside code fences: `::: tip Title` containers
 * are replaced by their titles; `{#anchor}` at the end of a heading, `[[toc]]` and `<<< file` lines are removed.
 */
function withoutSiteSyntax(source: string): string {
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

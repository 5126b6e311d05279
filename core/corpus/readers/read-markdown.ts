import type { Nodes, Root, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { frontmatterFromMarkdown } from 'mdast-util-frontmatter';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { frontmatter } from 'micromark-extension-frontmatter';
import { gfm } from 'micromark-extension-gfm';
import { parse as parseYaml } from 'yaml';
import { htmlText } from './read-html.ts';
import type { Reading } from './reading.ts';
import { SectionBuilder } from './section-builder.ts';
import { withoutSiteSyntax } from './site-syntax.ts';

/**
 * CommonMark with GFM tables and front matter. Links and images become their text, code stays, raw HTML leaves its text
 * without scripts and styles, and what site generators add (containers, `{#anchors}`) goes.
 */
export function readMarkdown(source: string): Reading {
  const tree = fromMarkdown(withoutSiteSyntax(source), {
    extensions: [gfm(), frontmatter(['yaml', 'toml'])],
    mdastExtensions: [gfmFromMarkdown(), frontmatterFromMarkdown(['yaml', 'toml'])],
  });
  const declared = frontMatterTitle(tree);
  const firstTitle = tree.children.find((node) => node.type === 'heading' && node.depth === 1);
  const sections = new SectionBuilder();
  // Generators render a title from the front matter as the page's first heading.
  if (declared !== undefined && firstTitle === undefined) sections.heading(0, declared);
  for (const node of tree.children) {
    if (node.type === 'heading') sections.heading(node.depth, inline(node));
    else sections.text(block(node));
  }
  return {
    title: declared ?? (firstTitle && (inline(firstTitle).trim() || undefined)),
    sections: sections.finish(),
  };
}

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
  // Hugo's TOML front matter; a whole TOML reader for one key would be too much.
  if ((first?.type as string) === 'toml') {
    return /^title\s*=\s*["'](.+)["']\s*$/m.exec((first as unknown as { value: string }).value)?.[1];
  }
  return undefined;
}

/** A block as text; `indent` stands before every line after the first. */
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

import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { parse as parseYaml } from 'yaml';
import type { DocumentContent } from '../document-content.ts';
import { readHtml } from '../html/read-html.ts';
import { blocksOf } from './blocks.ts';
import { InlineContext, rewriteInline } from './inline-syntax.ts';
import { limitNesting } from './limit-nesting.ts';
import { isMdx, withoutModules } from './mdx.ts';

const FRONT_MATTER = /^(---|\+\+\+)[ \t]*\n([\s\S]*?)\n\1[ \t]*(?:\n|$)/;

/**
 * Reads Markdown as its pages are shown: CommonMark with GFM, rendered to HTML and read as such. The syntax of MDX and
 * of site generators (containers, admonitions, shortcodes, wiki links, anchors) is replaced by its text.
 * @param options.mdx whether the file is MDX; default: whether it imports a module.
 * @param options.dialects whether the syntax of other programs than GitHub is replaced, and front matter is read;
 *   default true.
 * @throws Unreadable if it is nested too deeply.
 */
export function readMarkdown(source: string, options: { mdx?: boolean; dialects?: boolean } = {}): DocumentContent {
  const text = source.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  if (options.dialects === false) return readHtml(render(text, false), { fragment: true });
  const matter = FRONT_MATTER.exec(text);
  const body = text.slice(matter?.[0].length ?? 0);
  const declaredTitle = matter ? titleOf(matter[1] as string, matter[2] as string) : undefined;
  const mdx = options.mdx ?? isMdx(body);
  const html = render(plainMarkdown(body, mdx), mdx);
  // Site generators render a title in the front matter as the first heading of the page.
  const heading = declaredTitle !== undefined && !/<h1\b/i.test(html) ? `<h1>${escapeHtml(declaredTitle)}</h1>` : '';
  const content = readHtml(heading + html, { fragment: true });
  return { ...content, title: declaredTitle ?? content.title };
}

/** Markdown without the syntax of MDX and site generators. Code is not changed. */
function plainMarkdown(body: string, mdx: boolean): string {
  const blocks = blocksOf(mdx ? withoutModules(body) : body);
  const prose = blocks.map((block) => (block.code ? '' : block.text)).join('\n');
  const context = new InlineContext(mdx, prose);
  return blocks.map(({ code, text }) => (code ? text : rewriteInline(text, context))).join('\n');
}

function render(markdown: string, mdx: boolean): string {
  return micromark(limitNesting(markdown), {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    // In MDX, what is indented is the content of a component.
    extensions: [gfm(), ...(mdx ? [{ disable: { null: ['codeIndented'] } }] : [])],
    htmlExtensions: [
      gfmHtml(),
      // GFM shows the tags of scripts and styles as text. Their content is none.
      {
        exit: {
          htmlFlowData(token) {
            this.raw(this.sliceSerialize(token));
          },
          htmlTextData(token) {
            this.raw(this.sliceSerialize(token));
          },
        },
      },
    ],
  });
}

/** The title in the front matter; undefined if there is none. */
function titleOf(fence: string, matter: string): string | undefined {
  // TOML front matter (Hugo). One key does not justify a TOML parser.
  if (fence === '+++') return /^title\s*=\s*["'](.+)["']\s*$/m.exec(matter)?.[1];
  try {
    const title: unknown = parseYaml(matter)?.title;
    return typeof title === 'string' && title.trim() !== '' ? title.trim() : undefined;
  } catch {
    return undefined;
  }
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

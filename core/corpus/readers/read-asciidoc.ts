import { convert, NullLogger } from '@asciidoctor/core';
import { load } from 'cheerio';
import { type DocumentContent, Unreadable } from './document-content.ts';
import { readHtml } from './html/read-html.ts';

/** Lists in each other have longer marks, and Asciidoctor takes time that grows with the cube of their depth. */
const DEEP_LIST = /^[ \t]*([*.])\1{100,}[ \t]/m;
/** Formulas, in the marks that MathJax looks for in a page. */
const FORMULA = /\\\$([\s\S]*?)\\\$|\\\(([\s\S]*?)\\\)|\\\[([\s\S]*?)\\\]/g;

/**
 * Reads AsciiDoc, converted to HTML by Asciidoctor without reading any other file (safe mode `secure`).
 * @throws Unreadable if it is nested too deeply.
 */
export async function readAsciiDoc(text: string): Promise<DocumentContent> {
  if (DEEP_LIST.test(text)) throw new Unreadable('nested too deeply');
  const html = await convert(text, {
    safe: 'secure',
    logger: new NullLogger(),
    attributes: { showtitle: true, sectanchors: null, icons: null },
  });
  return readHtml(textOnly(String(html)), { fragment: true });
}

/** The page without what Asciidoctor adds to the text, and with notes where they are referred to. */
function textOnly(html: string): string {
  const $ = load(html, null, false);
  // Instead of files that are not included, and of icons, there are their names.
  $('a.include, span.icon').remove();
  $('img').each((_, image) => {
    const { src = '', alt = '' } = image.attribs;
    const name = src.replace(/^.*\//, '').replace(/\.[^.]*$/, '');
    if (alt.replace(/[-_\s]+/g, ' ') === name.replace(/[-_\s]+/g, ' ')) $(image).removeAttr('alt');
  });
  $('.admonitionblock').each((_, block) => {
    const label = $('> table > tbody > tr > td.icon', block).first().text().trim();
    const content = $('> table > tbody > tr > td.content', block).first();
    // Text without a block around it is a paragraph.
    const isText = content.children('.paragraph, .ulist, .olist, .dlist, .listingblock, .title').length === 0;
    $(block).replaceWith(
      $('<div>').append($('<p>').text(label), isText ? $('<p>').append(content.contents()) : content.contents()),
    );
  });
  // The last first, as each is put right after the paragraph.
  for (const note of $('#footnotes .footnote').get().reverse()) {
    const number = (note.attribs.id ?? '').replace('_footnotedef_', '');
    const text = $(note)
      .text()
      .replace(/^\s*\d+\.\s*/, '')
      .trim();
    const reference = $(`[id="_footnoteref_${number}"]`).first();
    const outer = reference.closest('table');
    const after = outer.length > 0 ? outer : reference.closest('p, dt, h1, h2, h3, h4, h5, h6');
    if (after.length === 0) continue;
    after.after($('<p>').text(`[${number}] ${text}`));
    $(note).remove();
  }
  $('*')
    .not('pre, pre *, code, code *')
    .contents()
    .each((_, node) => {
      if (node.type === 'text') node.data = node.data.replace(FORMULA, (_all, a, b, c) => a ?? b ?? c);
    });
  return $.html();
}

import { describe, expect, test } from 'vitest';
import { makeZip } from './fixtures/zip.ts';
import { openZip } from './open-zip.ts';
import { readOdf } from './read-odf.ts';

const read = (body: string, automatic = '', styles = '') =>
  readOdf(
    openZip(
      makeZip([
        {
          name: 'content.xml',
          content: `<office:document-content><office:automatic-styles>${automatic}</office:automatic-styles><office:body><office:text>${body}</office:text></office:body></office:document-content>`,
        },
        {
          name: 'styles.xml',
          content: `<office:document-styles><office:styles>${styles}</office:styles></office:document-styles>`,
        },
      ]),
    ),
  );
const list = (style: string, items: string, more = '') =>
  `<text:list text:style-name="${style}" ${more}>${items}</text:list>`;
const item = (content: string) => `<text:list-item>${content}</text:list-item>`;
const p = (content: string) => `<text:p>${content}</text:p>`;
const level = (n: number, more: string) => `<text:list-level-style-number text:level="${n}" ${more}/>`;

describe('numbers of OpenDocument', () => {
  const numbered = `<text:list-style style:name="L">${level(1, 'style:num-format="1" style:num-prefix="(" style:num-suffix=")"')}${level(2, 'style:num-format="a" text:display-levels="2" style:num-suffix="."')}</text:list-style>`;

  test('of lists, by styles of the document and of the paragraph', () => {
    const first = list('L', item(`${p('a')}<text:list>${item(p('b')) + item(p('c'))}</text:list>`));
    const body = `${first}${p('Then')}${list('L', item(p('d')), 'text:continue-numbering="true"')}${p('Or')}${list('L', item(p('e')))}`;
    for (const styles of [[numbered], ['', numbered]])
      expect(read(body, ...styles).sections[0]?.text).toBe('(1) a\n  1.a. b\n  1.b. c\n\nThen\n\n(2) d\n\nOr\n\n(1) e');
  });

  test.each([
    ['一, 二, 三, ...', '', '一、 a\n二、 b'],
    ['①, ②, ③, ...', '', '①、 a\n②、 b'],
    ['1', 'text:start-value="3"', '3、 a\n4、 b'],
    ['i', 'loext:num-list-format="[%1%]"', '[i] a\n[ii] b'],
    ['', '', 'a\nb'],
  ])('%s %s', (format, more, expected) => {
    const style = `<text:list-style style:name="L">${level(1, `style:num-format="${format}" style:num-suffix="、" ${more}`)}</text:list-style>`;
    expect(read(list('L', item(p('a')) + item(p('b'))), style).sections[0]?.text).toBe(expected);
  });

  test('of headings', () => {
    const outline = `<text:outline-style><text:outline-level-style text:level="1" style:num-format="一, 二, 三, ..." style:num-prefix="第" style:num-suffix="章"/><text:outline-level-style text:level="2" style:num-format=""/></text:outline-style>`;
    const h = (n: number, text: string) => `<text:h text:outline-level="${n}">${text}</text:h>`;
    expect(read(h(1, '总则') + p('甲') + h(1, '维护') + h(2, '清洗') + p('乙'), '', outline).sections).toEqual([
      { headings: ['第一章 总则'], text: '甲' },
      { headings: ['第二章 维护', '清洗'], text: '乙' },
    ]);
  });
});

test('hidden sections are reported, pictures are their description', () => {
  const picture = '<draw:frame><svg:title>pump.png</svg:title><svg:desc>A pump</svg:desc></draw:frame>';
  const content = read(`<text:section text:display="none">${p('Old.')}</text:section>${p(`See ${picture}`)}${picture}`);
  expect(content.sections).toEqual([{ headings: [], text: 'See  A pump\n\nA pump' }]);
  expect(content.omitted).toEqual([{ reason: 'hidden', characters: 3, sample: 'Old.' }]);
});

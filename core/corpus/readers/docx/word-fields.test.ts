import { describe, expect, test } from 'vitest';
import { p, read, run, sections, style, text } from '../fixtures/word.ts';

const mark = (type: string, more = '') => `<w:r><w:fldChar w:fldCharType="${type}">${more}</w:fldChar></w:r>`;
const instruction = (words: string) => `<w:r><w:instrText xml:space="preserve">${words}</w:instrText></w:r>`;
const drawn = (words: string) => mark('begin') + instruction(words) + mark('end');

describe('fields without a result', () => {
  test.each([
    ['a field that never ends', mark('begin') + instruction('REF a')],
    ['a table of contents that never ends', mark('begin') + instruction('TOC \\o') + mark('separate')],
  ])('%s swallows nothing', (_, field) => {
    expect(text(p(field + run('See')) + p('Next.') + p('Last.'))).toBe('See\n\nNext.\n\nLast.');
  });

  test.each([
    ['EQ \\f(a+b,2)', '(a+b)/2'],
    ['eq \\r(3,x)', '3√x'],
    ['EQ x\\s\\up8(2)+y\\s\\do5(1)', 'x^2+y_1'],
    ['EQ \\i\\su(i=1,n,x)', '∑_(i=1)^n x'],
    ['EQ \\b\\bc\\[(\\f(1;2))', '[1/2]'],
    ['eq \\o\\ac(○,3)', '③'],
    ['EQ \\o\\ac(○,检)', '(检)'],
    ['EQ \\a\\co2(1,2,3,4)', '1, 2; 3, 4'],
    ['SYMBOL 176 \\f "Symbol" \\s 11', '°'],
    ['XE "pump"', ''],
    // Options in two readings each, without the bracket that would end them: each more would double the time.
    [`EQ \\b${'\\lc\\a'.repeat(40)}`, `b${'lca'.repeat(40)}`],
  ])('%s', (words, shown) => {
    expect(text(p(run('A') + drawn(words) + run('Z')))).toBe(`A${shown}Z`);
  });

  test('the chosen entry of a list, and ticked boxes', () => {
    const list = '<w:ddList><w:result w:val="1"/><w:listEntry w:val="bar"/><w:listEntry w:val="MPa"/></w:ddList>';
    const box = '<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>';
    const form = (data: string, name: string) =>
      mark('begin', `<w:ffData>${data}</w:ffData>`) + instruction(name) + mark('end');
    expect(text(p(form(list, 'FORMDROPDOWN') + run(' ') + form(box, 'FORMCHECKBOX')))).toBe('MPa ☒');
  });
});

test('contents and indexes that begin and end in one paragraph are left out, text beside them is not', () => {
  const field = (words: string, result: string) =>
    mark('begin') + instruction(words) + mark('separate') + run(result) + mark('end');
  const content = read(
    p(field('TOC \\c "Figure"', 'Figure 1 Valve 3')) +
      p(`<w:fldSimple w:instr="INDEX">${run('pump, 4')}</w:fldSimple>${run('The end.')}`),
  );
  expect(content.sections).toEqual([{ headings: [], text: 'The end.' }]);
  expect(content.omitted).toEqual([{ reason: 'contents', characters: 18, sample: 'Figure 1 Valve 3' }]);
});

describe('what is shown as one, hidden, or drawn', () => {
  test('paragraphs whose mark is deleted, and large initial letters, go on in the next one', () => {
    const deleted = '<w:rPr><w:del w:id="1"/></w:rPr>';
    expect(text(p('Close the ', deleted) + p('valve.'))).toBe('Close the valve.');
    expect(text(p('W', '<w:framePr w:dropCap="drop"/>') + p('ait for 3 bar.'))).toBe('Wait for 3 bar.');
  });

  test('text is hidden by the style of characters or of its paragraph, unless it says otherwise', () => {
    const styles =
      style('H', 'Hidden', '<w:rPr><w:vanish/></w:rPr>') +
      '<w:style w:type="character" w:styleId="c1"><w:rPr><w:vanish/></w:rPr></w:style>' +
      '<w:style w:type="character" w:styleId="c2"><w:basedOn w:val="c1"/></w:style>';
    const body = p(run('Shown', '<w:vanish w:val="0"/>') + run(' not'), '<w:pStyle w:val="H"/>');
    expect(text(body + p(run('a') + run('b', '<w:rStyle w:val="c2"/>')), { styles })).toBe('Shown\n\na');
  });

  test('runs in fonts of symbols, and text that is drawn', () => {
    const symbols = (font: string, content: string) => run(content, `<w:rFonts w:ascii="${font}" w:hAnsi="${font}"/>`);
    expect(text(p(`${symbols('Symbol', '&#xF06D;')}${run('m ')}${symbols('Wingdings', '&#xF0E0;')}`))).toBe('μm →');
    expect(text(p('<w:r><w:pict><v:shape><v:textpath string="Hot!"/></v:shape></w:pict></w:r>'))).toBe('Hot!');
  });

  test('an alternative that holds nothing is not chosen', () => {
    const choices = '<mc:Choice Requires="x"/><mc:Fallback><w:t>Read me.</w:t></mc:Fallback>';
    expect(text(p(`<w:r><mc:AlternateContent>${choices}</mc:AlternateContent></w:r>`))).toBe('Read me.');
  });

  test('a note with a sign of its own', () => {
    const footnotes = `<w:footnote w:id="2">${p('* With key 7.')}</w:footnote>`;
    const note = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>*</w:t></w:r>';
    expect(sections(p(`${run('Close it')}${note}${run('.')}`), { footnotes })[0]?.text).toBe(
      'Close it*.\n\n* With key 7.',
    );
  });
});

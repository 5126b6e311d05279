import { describe, expect, test } from 'vitest';
import { cell, item, level, list, p, read, run, sections, style, table, text } from '../fixtures/word.ts';

describe('headings of Word', () => {
  test.each([
    ['a name in another language', style('a1', 'Überschrift 2')],
    ['a Chinese name', style('a1', '标题 2')],
    ['an outline level', style('a1', 'Abschnitt', '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>')],
    [
      'a style that it is based on',
      style('a1', 'Mine', '<w:basedOn w:val="x"/>') +
        style('x', 'Base', '<w:basedOn w:val="y"/>') +
        style('y', 'heading 2'),
    ],
  ])('are known by %s', (_, styles) => {
    const body = p('Pump', '<w:pStyle w:val="T"/>') + p('Start', '<w:pStyle w:val="a1"/>') + p('Open it.');
    expect(sections(body, { styles: style('T', 'Title') + styles })).toEqual([
      { headings: ['Pump', 'Start'], text: 'Open it.' },
    ]);
  });

  test('text that a heading style was changed to is no heading', () => {
    const styles =
      style('h', 'heading 1') + style('t', 'Plain', '<w:basedOn w:val="h"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr>');
    expect(sections(p('Not one.', '<w:pStyle w:val="t"/>'), { styles })).toEqual([{ headings: [], text: 'Not one.' }]);
    const circle = style('a', 'A', '<w:basedOn w:val="b"/>') + style('b', 'B', '<w:basedOn w:val="a"/>');
    expect(text(p('Fine.', '<w:pStyle w:val="a"/>'), { styles: circle })).toBe('Fine.');
  });
});

describe('numbers of Word', () => {
  test('each format counts as Word does, and lower levels begin again', () => {
    const numbering = list(
      level(0, 'upperRoman', '%1.') + level(1, 'lowerLetter', '%2)') + level(2, 'decimal', '%1.%2.%3'),
    );
    const body = item('a') + item('b', 1) + item('c', 1) + item('d', 2) + item('e') + item('f', 1);
    expect(text(body, { numbering }).split('\n')).toEqual([
      'I. a',
      '  a) b',
      '  b) c',
      '    I.b.1 d',
      'II. e',
      '  a) f',
    ]);
  });

  test('chapters in Chinese, and numbers that come with the style of a heading', () => {
    const numbering = list(
      level(0, 'chineseCountingThousand', '第%1章', '<w:pStyle w:val="h1"/>') +
        level(1, 'decimal', '%1.%2', '<w:isLgl/><w:pStyle w:val="h2"/>'),
    );
    const styles =
      style('h1', 'heading 1', '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>') +
      style('h2', 'heading 2', '<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr>');
    const h = (n: number, content: string) => p(content, `<w:pStyle w:val="h${n}"/>`);
    expect(sections(h(1, '总则') + h(1, '维护') + h(2, '清洗') + p('每月一次。'), { numbering, styles })).toEqual([
      { headings: ['第一章 总则'], text: '' },
      { headings: ['第二章 维护', '2.1 清洗'], text: '每月一次。' },
    ]);
  });

  test('a list begins again where it is told to, and bullets are dashes', () => {
    const numbering = list(
      level(0, 'decimal', '%1.') + level(1, 'bullet', ''),
      '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>',
    );
    const body = item('a') + item('b', 1) + p('Then') + item('c') + item('d', 0, 2) + item('e', 0, 2) + item('x', 0, 0);
    expect(text(body, { numbering })).toBe('1. a\n  - b\n\nThen\n\n2. c\n5. d\n6. e\n\nx');
  });
});

describe('text of Word', () => {
  test('tracked insertions are text, deletions and hidden text are left out and reported', () => {
    const body = p(
      `${run('Close ')}<w:ins>${run('both valves')}</w:ins><w:del><w:r><w:delText>the valve</w:delText></w:r></w:del>${run('.')}${run(' Draft!', '<w:vanish/>')}${run(' Shown.', '<w:vanish w:val="0"/>')}`,
    );
    const content = read(body);
    expect(content.sections[0]?.text).toBe('Close both valves. Shown.');
    expect(content.omitted).toEqual([{ reason: 'hidden', characters: 13, sample: 'the valve' }]);
  });

  test('results of fields are text, their instructions are not, and contents are left out', () => {
    const field = (instruction: string, result: string) =>
      `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>${instruction}</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>${result}<w:r><w:fldChar w:fldCharType="end"/></w:r>`;
    expect(text(p(run('See ') + field('REF x', run('section 2') + field('PAGE', run(' (p. 3)'))) + run('.')))).toBe(
      'See section 2 (p. 3).',
    );
    expect(text(p(`<w:fldSimple w:instr="DATE">${run('1 May')}</w:fldSimple>`))).toBe('1 May');
    const contents = `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>${run('Start 1')}</w:p>${p('Stop 2')}<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`;
    expect(text(contents + p('Open it.'))).toBe('Open it.');
  });

  test('notes follow their paragraph, text boxes and controls are read once', () => {
    const footnotes = `<w:footnote w:type="separator" w:id="0">${p('x')}</w:footnote><w:footnote w:id="2">${p('With key 7.')}</w:footnote>`;
    expect(
      text(p(`${run('Close it')}<w:r><w:footnoteReference w:id="2"/></w:r>${run(' now.')}`) + p('Wait.'), {
        footnotes,
      }),
    ).toBe('Close it[1] now.\n\n[1] With key 7.\n\nWait.');
    const box = `<w:txbxContent>${p('In a box.')}</w:txbxContent>`;
    expect(
      text(
        `<w:p>${run('Before.')}<w:r><mc:AlternateContent><mc:Choice><w:drawing>${box}</w:drawing></mc:Choice><mc:Fallback><w:pict>${box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`,
      ),
    ).toBe('Before.\n\nIn a box.');
    expect(text(`<w:sdt><w:sdtContent>${p('Controlled.')}</w:sdtContent></w:sdt>`)).toBe('Controlled.');
  });

  test('equations are read in one line', () => {
    const r = (t: string) => `<m:r><m:t>${t}</m:t></m:r>`;
    const math = (content: string) => text(p(`<m:oMath>${content}</m:oMath>`));
    expect(math(`<m:sSup><m:e>${r('x')}</m:e><m:sup>${r('2')}</m:sup></m:sSup>${r('+1')}`)).toBe('x^2+1');
    expect(
      math(`<m:f><m:num>${r('a+b')}</m:num><m:den><m:rad><m:deg/><m:e>${r('c')}</m:e></m:rad></m:den></m:f>`),
    ).toBe('(a+b)/(√c)');
    expect(
      math(
        `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>${r('i=1')}</m:sub><m:sup>${r('n')}</m:sup><m:e>${r('i')}</m:e></m:nary>`,
      ),
    ).toBe('∑_(i=1)^n i');
    expect(math(`<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e>${r('t')}</m:e></m:d>`)).toBe(
      '[t]',
    );
  });

  test('headers and footers are reported as running heads', () => {
    const content = read(p('Open it.'), { header: p('Acme manual'), footer: p('Page 1') });
    expect(content.sections).toEqual([{ headings: [], text: 'Open it.' }]);
    expect(content.omitted).toEqual([{ reason: 'running-head', characters: 15, sample: 'Acme manual' }]);
  });
});

describe('tables of Word', () => {
  test('merged cells have their value in each column and row', () => {
    const body = table(
      [cell('Type', '<w:vMerge w:val="restart"/>'), cell('Pressure', '<w:gridSpan w:val="2"/>')],
      [cell('', '<w:vMerge/>'), cell('min'), cell('max')],
      [cell('P-4'), cell(''), cell('6')],
    );
    expect(text(body).split('\n')).toEqual(['Type | Pressure | Pressure', 'Type | min | max', 'P-4 |  | 6']);
  });

  test('paragraphs and lists of a cell stay in it; header rows are known', () => {
    const numbering =
      '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>';
    const item = (t: string) => p(t, '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>');
    const header = `<w:tr><w:trPr><w:tblHeader/></w:trPr>${cell('Use')}${cell('Steps')}</w:tr>`;
    const body = `<w:tbl>${header}<w:tr>${cell(p('pump') + p('and fan'))}${cell(item('open') + item('wait'))}</w:tr></w:tbl>`;
    const [section] = sections(body, { numbering });
    expect(section?.text).toBe('Use | Steps\npump and fan | 1. open; 2. wait');
    expect(section?.tables).toEqual([{ line: 0, rows: 2, headerRows: 1 }]);
    expect(
      sections(table([cell(p(run('a', '<w:b/>'))), cell(p(run('b', '<w:b/>')))], [cell('1'), cell('2')]))[0]
        ?.tables?.[0]?.headerRows,
    ).toBe(1);
  });

  test('a table that places the parts of a page is none', () => {
    const h = (t: string) => p(t, '<w:pStyle w:val="Heading1"/>');
    expect(sections(table([cell(h('Trains') + p('Room 114.')), cell(h('Flights') + p('Form T-3.'))]))).toEqual([
      { headings: ['Trains'], text: 'Room 114.' },
      { headings: ['Flights'], text: 'Form T-3.' },
    ]);
    expect(text(table([cell(p('A frame.') + p('Around text.'))]))).toBe('A frame.\n\nAround text.');
  });
});

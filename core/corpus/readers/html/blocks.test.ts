import { describe, expect, test } from 'vitest';
import { readHtml } from './read-html.ts';

const textOf = (html: string) =>
  readHtml(html)
    .sections.map((section) => section.text)
    .join('\n');
const rows = (html: string) => textOf(html).split('\n');

describe('tables', () => {
  test('inline elements in cells are joined, blocks and items kept apart', () => {
    expect(
      rows(`<table><tr><td>H<sub>2</sub>O<td>un<b>break</b>able<td>冷<b>却</b>液</tr>
        <tr><td><p>one</p><p>two</p><td>a<br>b<td><ol start="3"><li>c<li>d</ol></table>`),
    ).toEqual(['H2O | unbreakable | 冷却液', 'one two | a b | 3. c; 4. d']);
  });

  test('an empty cell keeps its column', () => {
    expect(rows('<table><tr><th>a<th>b<th>c<tr><td>1<td><td>3<tr><td><td>2<td></table>')).toEqual([
      'a | b | c',
      '1 |  | 3',
      ' | 2 |',
    ]);
  });

  test('a cell over several rows or columns has its value in each', () => {
    expect(
      rows(`<table><tr><th rowspan=2>Type<th colspan=2>Pressure<tr><th>min<th>max
        <tr><td rowspan=2>P-4<td>1<td>6<tr><td colspan=2>see label<tr><td colspan=3>All at 20 °C</table>`),
    ).toEqual([
      'Type | Pressure | Pressure',
      'Type | min | max',
      'P-4 | 1 | 6',
      'P-4 | see label | see label',
      'All at 20 °C',
    ]);
    expect(rows('<table><tr><td>a<td colspan=1000>b<tr><td>c<td colspan=99999999>d</table>')).toEqual([
      'a | b',
      'c | d',
    ]);
  });

  test('the rows that name the columns are known', () => {
    const headerRows = (html: string) => readHtml(html).sections[0]?.tables?.[0]?.headerRows;
    expect(headerRows('<table><thead><tr><td>a<td>b<tbody><tr><td>1<td>2</table>')).toBe(1);
    expect(headerRows('<table><tr><th rowspan=2>t<th colspan=2>p<tr><th>a<th>b<tr><td>1<td>2<td>3</table>')).toBe(2);
    expect(headerRows('<table><tr><th>a<td>1<tr><th>b<td>2</table>')).toBe(0);
    expect(headerRows('<table><tr><td><b>a</b><td><b>b</b><tr><td>x<td>y</table>')).toBe(1);
    expect(headerRows('<table><tr><td>part<td>price<tr><td>x<td>4 €<tr><td>y<td>5 €</table>')).toBe(1);
    expect(headerRows('<table><tr><td>red<td>hot<tr><td>blue<td>cold<tr><td>white<td>warm</table>')).toBe(0);
  });

  test('captions are kept, tfoot comes last, tables in cells stay in their cell', () => {
    expect(
      rows(`<table><caption>Fuses</caption><tfoot><tr><td>sum<td>30<tbody><tr><th>F1<td>10
        <tr><th>F2<td><table><tr><td>day<td>20<tr><td>night<td>10</table></table>`),
    ).toEqual(['Fuses', '', 'F1 | 10', 'F2 | day, 20; night, 10', 'sum | 30']);
  });

  test('tables by role and by style are tables', () => {
    expect(
      rows(`<div role="table"><div role="rowgroup"><div role="row"><span role="columnheader">Part</span><span role="columnheader">Price</span></div></div>
        <div role="rowgroup"><div role="row"><span role="cell">Seal</span><span role="cell">4 €</span></div></div></div>`),
    ).toEqual(['Part | Price', 'Seal | 4 €']);
    const cell = (text: string) => `<div style="display:table-cell">${text}</div>`;
    const row = (...cells: string[]) => `<div style="display:table-row">${cells.map(cell).join('')}</div>`;
    expect(rows(`<div style="display: table">${row('Part', 'Price')}${row('Seal', '4 €')}</div>`)).toEqual([
      'Part | Price',
      'Seal | 4 €',
    ]);
  });

  test('tables that only place the parts of a page are no tables', () => {
    for (const page of [
      '<table><tr><td><h2>Trains</h2><p>Room 114.</p></td><td><h2>Flights</h2><p>Form T-3.</p></td></tr></table>',
      '<table role="presentation"><tr><td><p>Trains</p><p>Room 114.</p><td><p>Flights</p><p>Form T-3.</p></table>',
      '<table><tr><td><table><tr><td>Trains<br>Room 114.</table><td>Flights<br>Form T-3.</table>',
    ]) {
      expect(readHtml(page).sections.some((section) => section.tables)).toBe(false);
      const all = readHtml(page)
        .sections.flatMap(({ headings, text }) => [...headings, text])
        .join('\n');
      expect(all).not.toContain('|');
      for (const part of ['Trains', 'Room 114.', 'Flights', 'Form T-3.']) expect(all.split('\n')).toContain(part);
    }
  });
});

describe('code', () => {
  const code = 'if x:\n  y()\n\nz()';
  test.each([
    [
      'numbers in a cell beside it',
      `<div class="highlight"><table><tr><td class="linenos"><div class="linenodiv"><pre>1\n2\n3\n4</pre></div></td><td class="code"><pre>${code}\n</pre></td></tr></table></div>`,
    ],
    [
      'a row for each line',
      `<table class="highlight tab-size">${code
        .split('\n')
        .map(
          (line, i) =>
            `<tr><td class="blob-num" data-line-number="${i + 1}"></td><td class="blob-code"><span>${line}</span></td></tr>`,
        )
        .join('')}</table>`,
    ],
    [
      'a div for each line',
      `<pre>${code
        .split('\n')
        .map((line) => `<div class="line">${line}</div>`)
        .join('')}</pre>`,
    ],
    [
      'a span for each line, line ends between',
      `<pre><code>${code
        .split('\n')
        .map((line) => `<span class="line">${line}</span>`)
        .join('\n')}</code></pre>`,
    ],
    [
      'a span for each line, no line ends',
      `<pre><code>${code
        .split('\n')
        .map((line) => `<span class="token-line"><span>${line}</span></span>`)
        .join('')}</code></pre>`,
    ],
    [
      'a span and a break for each line',
      `<pre><code>${code
        .split('\n')
        .map((line) => `<span class="line">${line}</span><br>`)
        .join('')}</code></pre>`,
    ],
    [
      'numbers at the lines',
      `<pre>${code
        .split('\n')
        .map((line, i) => `<span class="lineno">${i + 1}</span>${line}`)
        .join('\n')}</pre>`,
    ],
    [
      'items of a list',
      `<pre><ol class="linenums">${code
        .split('\n')
        .map((line) => `<li>${line}</li>`)
        .join('')}</ol></pre>`,
    ],
    [
      'a span with a break for each line',
      `<pre><code>${code
        .split('\n')
        .map((line) => `<span class="token-line"><span>${line}</span><br></span>`)
        .join('')}</code></pre>`,
    ],
    [
      'numbers in a cell beside it, below the name of the file',
      `<table class="highlighttable"><tr><th colspan="2" class="filename"></th></tr><tr><td class="linenos"><pre>1\n2\n3\n4</pre></td><td class="code"><pre>${code}\n</pre></td></tr></table>`,
    ],
    [
      'numbers in an element after it',
      `<pre><code>${code}</code></pre><div class="line-numbers-wrapper"><span>1</span><br><span>2</span><br><span>3</span><br></div>`,
    ],
    [
      'numbers in a list after it',
      `<pre><code>${code}</code><ul class="pre-numbering"><li>1</li><li>2</li><li>3</li><li>4</li></ul></pre>`,
    ],
    ['a button to copy it', `<pre><code>${code}</code><button>Copy</button></pre>`],
    ['numbers in front, without a name', `<pre><span>1\n2\n3\n4\n</span><code>${code}</code></pre>`],
  ])('keeps its lines with %s', (_, html) => {
    expect(textOf(`<article><p>Run this:</p>${html}<p>Done.</p></article>`)).toBe(`Run this:\n\n${code}\n\nDone.`);
  });

  test('output that consists of numbers is kept', () => {
    expect(textOf('<p>Prints:</p><pre><code>1\n2\n3\n</code></pre>')).toBe('Prints:\n\n1\n2\n3');
    expect(textOf('<pre><code>seq 3</code></pre><pre>1\n2\n3</pre>')).toBe('seq 3\n\n1\n2\n3');
  });
});

describe('lists', () => {
  test('ordered lists keep their numbers', () => {
    expect(rows('<ol start="3"><li>c<li>d<li value="9">i</ol>')).toEqual(['3. c', '4. d', '9. i']);
    expect(rows('<ol reversed><li>b<li>a</ol>')).toEqual(['2. b', '1. a']);
    expect(rows('<ol type="a"><li>x<li>y<ol type="i"><li>z<li>w</ol></ol>')).toEqual([
      'a. x',
      'b. y',
      '  i. z',
      '  ii. w',
    ]);
    expect(rows('<ol style="list-style-type: upper-roman" start=4><li>x</ol>')).toEqual(['IV. x']);
    expect(rows('<ol type="A" start="27"><li>x</ol>')).toEqual(['AA. x']);
  });

  test('paragraphs of an item belong to it', () => {
    expect(rows('<ul><li><p>a</p><p>more</p></li><li>b<br>c</li></ul>')).toEqual(['- a', '  more', '- b', '  c']);
  });

  test('definitions follow their terms', () => {
    expect(textOf('<dl><dt>bar</dt><dd>A unit.</dd><dt>valve</dt><dd>Closes.</dd></dl>')).toBe(
      'bar\n  A unit.\n\nvalve\n  Closes.',
    );
  });

  test('lines of Chinese text are joined without spaces', () => {
    expect(textOf('<p>先关阀，\n再停\n  泵。 Then\nwait.</p>')).toBe('先关阀，再停泵。 Then wait.');
  });

  test('references to notes do not join words', () => {
    expect(
      textOf('<p>Close it<sup><a href="#n1">1</a></sup> now.</p><p id="n1">1 With key 7 <a href="#r1">↩</a></p>'),
    ).toBe('Close it[1] now.\n\n1 With key 7');
  });
});

test('elements that are nested without end are read', () => {
  expect(textOf(`${'<div>'.repeat(2000)}deep<p>est</p>`)).toBe('deepest');
});

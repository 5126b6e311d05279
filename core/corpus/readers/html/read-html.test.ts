import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { readHtml, readHtmlBytes } from './read-html.ts';

describe('readHtml', { timeout: 60_000 }, () => {
  test('reads only the main content', () => {
    const page = `<!doctype html><title>Pumps</title><style>p{}</style><header>Logo</header><nav>Home</nav>
      <main><h1>Pump</h1><p>Type <b>A-1</b>
      only.<script>alert(1)</script></p><h2>Start</h2>Open&nbsp;it.<br>Wait.</main><footer>© us</footer>`;
    expect(readHtml(page)).toEqual({
      title: 'Pumps',
      sections: [
        { headings: ['Pump'], text: 'Type A-1 only.' },
        { headings: ['Pump', 'Start'], text: 'Open it.\nWait.' },
      ],
      omitted: [{ reason: 'navigation', characters: 10, sample: 'Logo' }],
    });
  });

  test('reads the article, with its header, or the body if there is no main element', () => {
    expect(
      readHtml('<body><nav>x</nav><article><header><h1>T</h1></header><p>a</p></article></body>').sections,
    ).toEqual([{ headings: ['T'], text: 'a' }]);
    expect(readHtml('<p>just a scrap').sections).toEqual([{ headings: [], text: 'just a scrap' }]);
  });

  test('lists, tables and preformatted text keep their lines', () => {
    const html =
      '<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul><table><tr><th>x<th>y<tr><td>1<td>2</table><pre>if x:\n  y</pre>';
    expect(readHtml(html).sections[0]?.text).toBe('- a\n  - b\n- c\n\nx | y\n1 | 2\n\nif x:\n  y');
  });

  test('uses the declared encoding if the bytes are not UTF-8', () => {
    const page =
      '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body>水泵</body></html>';
    expect(readHtmlBytes(iconv.encode(page, 'gb18030')).sections[0]?.text).toBe('水泵');
    expect(readHtmlBytes(Buffer.from(page)).sections[0]?.text).toBe('水泵');
  });

  test('any markup can be read', () => {
    const part = fc.constantFrom(
      '<p>',
      '</p>',
      '<table>',
      '<tr>',
      '<li>',
      '<h1>',
      '</h',
      '<script>',
      '<!--',
      '&#0;',
      '&x',
      '泵',
      '<pre>',
      '<svg>',
      'a',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => Array.isArray(readHtml(parts.join('')).sections)),
      { numRuns: 100, seed: 1 },
    );
  });
});

import { describe, expect, test } from 'vitest';
import { readHtml } from './read-html.ts';

/** All headings and text, one after the other. */
function textOf(html: string): string {
  return readHtml(html)
    .sections.flatMap(({ headings, text }) => [...headings.slice(-1), text])
    .join('\n');
}
const reasons = (html: string) => readHtml(html).omitted?.map(({ reason, sample }) => `${reason}: ${sample}`) ?? [];

describe('parts of pages', () => {
  test('tabs that are not shown yet are read', () => {
    const page = (panel: string) => `<main><h1>Install</h1><p>Pick a system.</p>${panel}</main>`;
    for (const panel of [
      '<div role="tabpanel" hidden>Open the pkg file.</div>',
      '<div class="tab-pane" style="display: none">Open the pkg file.</div>',
      '<a href="#mac">macOS</a><div id="mac" style="display:none"><p>Open the pkg file.</p></div>',
      '<div aria-hidden="true" class="tabcontent">Open the pkg file.</div>',
      '<input type="radio" id="t1"><label for="t1">macOS</label><div hidden>Open the pkg file.</div>',
    ])
      expect(textOf(page(panel))).toContain('Open the pkg file.');
  });

  test('questions and answers of an accordion are read, in whatever way it is made', () => {
    for (const entry of [
      '<h3><button aria-expanded="false" aria-controls="a1">Is it loud?</button></h3><div id="a1" hidden>No, 40 dB.</div>',
      '<h3>Is it loud?</h3><div style="display:none">No, 40 dB.</div>',
      '<details><summary>Is it loud?</summary>No, 40 dB.</details>',
      '<button class="accordion">Is it loud?</button><div class="panel" style="display:none"><p>No, 40 dB.</p></div>',
      '<div class="question" onclick="show(this)">Is it loud?</div><div hidden>No, 40 dB.</div>',
    ]) {
      const text = textOf(`<body><main><h1>FAQ</h1>${entry}</main></body>`);
      expect(text).toContain('Is it loud?');
      expect(text).toContain('No, 40 dB.');
    }
  });

  test('text that nobody sees is left out and reported', () => {
    const page = `<main><h1>Pump</h1><p>Close the valve.</p>
      <p style="display:none">Draft, ask Robin.</p><span class="sr-only">Skip this part</span>
      <i class="material-icons">expand_more</i><dialog>Saved.</dialog></main>`;
    expect(textOf(page)).toBe('Pump\nClose the valve.');
    expect(reasons(page)).toEqual(['hidden: Draft, ask Robin.']);
  });

  test('what a script shows once the page has loaded is read, as in articles of WeChat', () => {
    const page = `<div id="page"><h1>检查要点</h1><span>设备科</span><div id="js_content" style="visibility: hidden; opacity: 0;">
      <section><p>先关进水阀，再停泵。压力不得超过 12 bar。</p></section></div></div>`;
    expect(textOf(page)).toContain('先关进水阀，再停泵。');
    expect(reasons(page)).toEqual([]);
  });

  test('elements that are headings by their role start sections', () => {
    expect(
      readHtml('<main><div role="heading" aria-level="1">Leave</div><h2>Sick</h2><p>Call.</p></main>').sections,
    ).toEqual([{ headings: ['Leave', 'Sick'], text: 'Call.' }]);
  });

  test('tools of sections beside their headings are no text', () => {
    expect(
      textOf(
        '<main><div class="mw-heading"><h2>历史</h2><span class="mw-editsection">[<a href="?e">编辑</a>]</span></div><p>1698年。</p></main>',
      ),
    ).toBe('历史\n1698年。');
    expect(
      textOf(
        '<dl><dt>pump.start()<a href="s.html"><span class="viewcode-link">[source]</span></a></dt><dd>Starts it.</dd></dl>',
      ),
    ).toBe('pump.start()\n  Starts it.');
  });

  test('notes at the side are read, also outside the main element', () => {
    expect(textOf('<main><h1>A</h1><p>b.</p><aside>Never above 12 bar.</aside></main>')).toContain('12 bar');
    expect(textOf('<main><h1>A</h1><p>b.</p></main><aside><p>The outlet stays under pressure.</p></aside>')).toContain(
      'under pressure',
    );
    expect(
      textOf('<article><h1>A</h1><p>Some text of the article.</p><footer>Valid from 1 May 2024.</footer></article>'),
    ).toContain('Valid from');
  });

  test('the title and the notes in the header and footer of a page are read', () => {
    const page = `<header><a href="/">Portal</a><h1>Leave</h1><p>Applies to all staff.</p></header>
      <main><p>Ask three days ahead.</p></main><footer><p>Form F-12 is in the hall.</p><p>© 2024 Portal Ltd</p></footer>`;
    expect(readHtml(page).sections).toEqual([
      { headings: ['Leave'], text: 'Applies to all staff.\n\nAsk three days ahead.\n\nForm F-12 is in the hall.' },
    ]);
    expect(reasons(page)).toEqual(['navigation: Portal']);
  });

  test('a lone article that is not the content does not replace it', () => {
    const content = '<div id="content"><h1>Boiler</h1><p>It runs up to pressure in twelve minutes.</p></div>';
    for (const teaser of [
      '<article><h3>News</h3><p>Hall B.</p></article>',
      '<article class="card"><p>Ad</p></article>',
    ]) {
      expect(textOf(`<body>${content}${teaser}</body>`)).toContain('twelve minutes');
      expect(textOf(`<body>${teaser}${content}</body>`)).toContain('twelve minutes');
    }
  });

  test('menus, breadcrumbs, contents and pagers are left out and reported', () => {
    const menu = '<li><a href="/a">Home</a></li><li><a href="/b">Products</a></li><li><a href="/c">Contact us</a></li>';
    const page = `<div class="top"><ul>${menu}</ul></div>
      <nav aria-label="breadcrumb"><a href="/">Home</a> &gt; <a href="/p">Pumps</a> &gt; P-4</nav>
      <main><h1>P-4</h1><div class="toc"><p>Contents</p><ul><li><a href="#s">Start</a></li><li><a href="#t">Stop</a></li></ul></div>
      <p>A pump.</p><h2 id="s">Start</h2><p>Open it.</p><h2 id="t">Stop</h2><p>Close it.</p>
      <div class="pagination"><a href="3">Previous: P-3</a><a href="5">Next: P-5</a></div></main>`;
    expect(textOf(page)).toBe('P-4\nA pump.\nStart\nOpen it.\nStop\nClose it.');
    expect(reasons(page)).toEqual(['navigation: Home Products Contact us', 'contents: Contents Start Stop']);
  });

  test('links that a sentence or a heading leads up to are content', () => {
    const list =
      '<ul><li><a href="a.pdf">Manual of the pump</a></li><li><a href="b.pdf">Spare parts</a></li><li><a href="c">Drawing</a></li></ul>';
    for (const page of [
      `<body><h1>Pump</h1><h2>Downloads</h2>${list}<p>Ask us.</p></body>`,
      `<body><h1>Pump</h1><div><p>See also:</p><div>${list}</div></div></body>`,
      `<main><h1>Pump</h1>${list}</main>`,
    ])
      expect(textOf(page)).toContain('- Spare parts');
    expect(textOf(`<body>${list}<h1>Pump</h1><p>Open it.</p></body>`)).not.toContain('Spare parts');
  });

  test('a nav element that holds text is not navigation', () => {
    expect(
      textOf('<body><nav><p>Turn left at the red gate, then follow the yellow line to hall 4.</p></nav></body>'),
    ).toContain('yellow line');
    expect(
      textOf(
        '<main><h1>A</h1><nav><a href="x">x1</a> Only with the key of the shift leader, who signs the list.</nav></main>',
      ),
    ).toContain('shift leader');
  });

  test('consent banners are left out, text about cookies is not', () => {
    const text =
      '<main><h1>Server</h1><h2>Cookies</h2><p>The server sets a cookie named sid; browsers accept it.</p></main>';
    for (const banner of [
      '<div id="cookie-banner"><p>We use cookies to improve your visit.</p><button>Accept all</button><button>Settings</button></div>',
      '<div class="x1"><div><p>Wir verwenden Cookies, auch von Dritten.</p></div><div><a href="#">Alle akzeptieren</a></div></div>',
      '<section role="dialog"><p>本网站使用 Cookie，请阅读隐私政策。</p><button>同意</button></section>',
    ]) {
      expect(textOf(`<body>${banner}${text}</body>`)).toBe(textOf(`<body>${text}</body>`));
      expect(reasons(`<body>${text}${banner}</body>`)[0]).toMatch(/^consent: /);
    }
    expect(textOf(text)).toContain('named sid');
  });

  test('text for browsers without scripts is read once', () => {
    expect(textOf('<main><h1>A</h1><noscript><p>The table of prices is in room 4.</p></noscript></main>')).toContain(
      'room 4',
    );
    expect(textOf('<main><h1>A</h1><noscript>Please enable JavaScript.</noscript></main>')).toBe('A\n');
    const twice = '<main><p>The price is 4 €.</p><noscript><p>The price is 4 €.</p></noscript></main>';
    expect(textOf(twice)).toBe('The price is 4 €.');
  });

  test('buttons that do something are not text, buttons in a sentence are', () => {
    const page =
      '<main><h2>Start</h2><pre>run</pre><button>Copy</button><p>Press <button>Start</button> twice.</p></main>';
    expect(textOf(page)).toBe('Start\nrun\n\nPress Start twice.');
  });

  test('labels and choices of forms are text', () => {
    const form = `<main><h1>Order</h1><form><fieldset><legend>Delivery</legend><label>Street and number</label><input>
      <label>Hall</label><select><option>North</option><option>South</option></select></fieldset></form></main>`;
    expect(textOf(form)).toBe('Order\nDelivery\n\nStreet and number Hall North, South,');
  });

  test('links of headings to themselves and tools of wikis are no part of the heading', () => {
    for (const [heading, text] of [
      ['Wash<a class="headerlink" href="#w">¶</a>', 'Wash'],
      ['<a href="#c" class="anchor" aria-hidden="true">#</a> C#', 'C#'],
      ['History<span class="mw-editsection"><span>[</span><a href="?edit">edit</a><span>]</span></span>', 'History'],
      ['历史<span class="mw-editsection">[<a href="?edit">编辑</a>]</span>', '历史'],
      ['Limits <a href="#l" class="hash-link">Direct link to Limits</a>', 'Limits'],
      ['<a href="#use">How to use it</a>', 'How to use it'],
      ['Edit', 'Edit'],
      ['<b>Source</b>', 'Source'],
    ])
      expect(readHtml(`<main><h2>${heading}</h2><p>x</p></main>`).sections[0]?.headings).toEqual([text]);
  });

  test('characters have no readings', () => {
    expect(textOf('<p><ruby>北京<rp>（</rp><rt>Běijīng</rt><rp>）</rp></ruby>站</p>')).toBe('北京站');
    expect(textOf('<p><ruby><rb>東</rb><rb>京</rb><rtc><rt>とう</rt><rt>きょう</rt></rtc></ruby>駅</p>')).toBe(
      '東京駅',
    );
  });

  test('formulas are read once', () => {
    const math =
      '<math><semantics><mrow><mi>E</mi></mrow><annotation encoding="application/x-tex">E=mc^2</annotation></semantics></math>';
    const katex = `<span class="katex"><span class="katex-mathml">${math}</span><span class="katex-html" aria-hidden="true">E=mc2</span></span>`;
    expect(textOf(`<p>So ${katex} holds.</p>`)).toBe('So E=mc^2 holds.');
    expect(
      textOf(
        '<p><math><mi>Q</mi><mo>=</mo><mfrac><mrow><mi>V</mi><mo>+</mo><mn>1</mn></mrow><msup><mi>t</mi><mn>2</mn></msup></mfrac></math></p>',
      ),
    ).toBe('Q=(V+1)/(t^2)');
    expect(
      textOf(
        '<p><span class="MathJax_Preview">x</span><span class="MathJax">x2</span><script type="math/tex">x^2</script> m</p>',
      ),
    ).toBe('x^2 m');
  });

  test('labels of drawings are text, icons are not', () => {
    const icon = '<svg width="16"><title>Menu</title><path d=""/></svg>';
    const drawing =
      '<svg width="400"><title>Flow</title><style>text{}</style><text>Inlet</text><g><text>Pump</text></g></svg>';
    expect(textOf(`<main><p>${icon}Open it.</p>${drawing}</main>`)).toBe('Open it.\n\nInlet\nPump');
    expect(textOf('<main><svg viewBox="0 0 300 200"><title>Pressure over time</title></svg></main>')).toBe(
      'Pressure over time',
    );
  });
});

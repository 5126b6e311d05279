import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMarkdown } from './read-markdown.ts';

const texts = (source: string) => readMarkdown(source).sections.map((section) => section.text);

describe('readMarkdown', { timeout: 60_000 }, () => {
  test('a heading starts a section, which has its heading path', () => {
    const { title, sections } = readMarkdown(
      'intro\n\n# Pump\n\n## Start\nOpen it.\n\n### Cold\nWait.\n\n## Stop\nClose it.\n',
    );
    expect(title).toBe('Pump');
    expect(sections).toEqual([
      { headings: [], text: 'intro' },
      { headings: ['Pump', 'Start'], text: 'Open it.' },
      { headings: ['Pump', 'Start', 'Cold'], text: 'Wait.' },
      { headings: ['Pump', 'Stop'], text: 'Close it.' },
    ]);
  });

  test('a heading without text is a section unless deeper headings have it in their paths', () => {
    expect(readMarkdown('# A\n\n## B\n\n## C\ntext').sections.map((section) => section.headings)).toEqual([
      ['A', 'B'],
      ['A', 'C'],
    ]);
  });

  test('front matter gives the title and is not text', () => {
    const source = '---\ntitle: 泵手册\ntags: [a]\n---\n\n正文。';
    expect(readMarkdown(source)).toMatchObject({
      title: '泵手册',
      sections: [{ headings: ['泵手册'], text: '正文。' }],
    });
    expect(readMarkdown('+++\ntitle = "Pumps"\n+++\ntext').title).toBe('Pumps');
    expect(readMarkdown('---\ntitle: [broken\n---\ntext').title).toBeUndefined();
  });

  test('links, images and raw HTML are replaced by their text, code is kept', () => {
    expect(texts('See [the *guide*](http://x.y/z "t") and ![a valve](v.png) `x < 1`<sup class="b"/>.')).toEqual([
      'See the guide and a valve x < 1.',
    ]);
    expect(texts('```js\n// ::: kept {#kept}\nif (a) {\n  b()\n}\n```')).toEqual([
      '// ::: kept {#kept}\nif (a) {\n  b()\n}',
    ]);
    expect(texts('<details><summary>Why</summary>\n\nBecause.\n\n</details>')).toEqual(['Why\n\nBecause.']);
    expect(
      texts(
        '<script setup>\nimport x from "y"\n</script>\n\n<style>p { x: 1 }</style>\n\n<!-- hidden\n\nstill -->\n\nshown',
      ),
    ).toEqual(['shown']);
  });

  test('syntax of site generators is removed', () => {
    const source = '# 泵 {#pump}\n\n[[toc]]\n\n::: tip 注意\n先关阀。\n:::\n\n:::warning\n高温\n:::\n';
    expect(readMarkdown(source).sections).toEqual([{ headings: ['泵'], text: '注意\n\n先关阀。\n\n高温' }]);
  });

  test('lists and tables keep their lines', () => {
    expect(texts('- a\n- b\n  - c\n\n3. d\n4. e\n\n| x | y |\n|---|---|\n| 1 | **2** |')).toEqual([
      '- a\n- b\n  - c\n\n3. d\n4. e\n\nx | y\n1 | 2',
    ]);
  });

  const all = (source: string, options?: { mdx: boolean }) =>
    readMarkdown(source, options)
      .sections.flatMap(({ headings, text }) => [...headings.slice(-1), text])
      .join('\n');

  test('imports, exports, expressions and comments of MDX are no text, properties that are shown are', () => {
    const source = `import Tabs from '@theme/Tabs';
import {
  Card,
} from '../card';

export const meta = {
  date: '2024-01-01',

  list: ['x'],
};
export function Price({ value }) {
  return <b>{value}</b>;
}

{/* not yet
done */}

# Pump {props.type}

<Card title="Quiet" style={{ color: 'red' }} onClick={() => alert('}')}>
  Only **40** dB, {'at night'} less.
</Card>

<Price value={4} /> <img src={x} alt="A valve" />

\`\`\`js
import x from 'y';
{/* kept */}
<Card title="kept" />
\`\`\`

Write \`import x from 'y'\` and \`{value}\`.
`;
    expect(all(source)).toBe(
      `Pump\nQuiet\n\nOnly 40 dB, at night less.\n\nA valve\n\nimport x from 'y';\n{/* kept */}\n<Card title="kept" />\n\nWrite import x from 'y' and {value}.`,
    );
  });

  test('Markdown that mentions imports and tags is no MDX', () => {
    const source = 'import duties apply.\n\nA `List` of {id}, as `x`: List<String>, Map<String, Int>, <version>.\n';
    expect(all(source)).toBe(
      'import duties apply.\n\nA List of {id}, as x: List<String>, Map<String, Int>, <version>.',
    );
    expect(all('See <https://example.com/a> and <a@b.c>.')).toBe('See https://example.com/a and a@b.c.');
  });

  test('tables in HTML may have blank lines and indented cells', () => {
    expect(
      all(
        '<table>\n\n  <thead>\n    <tr>\n\n      <th>Slot</th>\n\n      <th>Use</th>\n\n    </tr>\n  </thead>\n\n  <tr>\n    <td>F1</td>\n    <td>\n\n**Heater** and `fan`\n\n    </td>\n  </tr>\n</table>\n\nDone.',
      ),
    ).toBe('Slot | Use\nF1 | Heater and fan\n\nDone.');
  });

  test('shortcodes of Hugo, Jekyll and GitBook are replaced by their text', () => {
    for (const [source, text] of [
      ['{{< note title="Mind" >}}\nClose *it*.\n{{< /note >}}', 'Mind\n\nClose it.'],
      ['{{% expand "How loud?" %}}\n40 dB.\n{{% /expand %}}', 'How loud?\n\n40 dB.'],
      ['See [the list]({{< ref "list.md" >}}) and [this]({{% relref "a" %}}).', 'See the list and this.'],
      ['{{< figure src="/a.png" title="The valve" >}}\n{{< youtube abc123 >}}', 'The valve'],
      ['{{< highlight go >}}\nif a { b() }\n{{< /highlight >}}', 'if a { b() }'],
      ['{% hint style="info" %}\nClose it.\n{% endhint %}', 'Close it.'],
      ['{% tabs %}{% tab title="Linux" %}\nRun it.\n{% endtab %}{% endtabs %}', 'Linux\n\nRun it.'],
      ['{% include note.html content="Mind the gap." %}', 'Mind the gap.'],
      ['`{{< kept >}}` and {{ value }}', '{{< kept >}} and {{ value }}'],
    ] as const)
      expect(all(source)).toBe(text);
  });

  test('admonitions are replaced by their titles and text', () => {
    for (const [source, text] of [
      [
        '!!! warning "Hot"\n    Do not touch.\n\n    ```sh\n    off\n    ```\n\nNext.',
        'Hot\n\nDo not touch.\n\noff\n\nNext.',
      ],
      ['??? tip\n    Wait.\n', 'Wait.'],
      ['=== "Linux"\n\n    Run it.\n\n=== "macOS"\n\n    Open it.\n', 'Linux\n\nRun it.\n\nmacOS\n\nOpen it.'],
      ['> [!NOTE]\n> Close it.', 'Close it.'],
      ['> [!tip]- Why?\n> Because.', 'Why? Because.'],
      [':::info[Mind]\nThe gap.\n:::', 'Mind\n\nThe gap.'],
      [':::: {.callout}\n::: details "More"\nText.\n:::\n::::', 'More\n\nText.'],
    ] as const)
      expect(all(source)).toBe(text);
  });

  test('wiki links, notes, definitions and attributes are replaced by their text', () => {
    for (const [source, text] of [
      ['See [[Pump manual]], [[p4|the P-4]] and ![[valve.png]].', 'See Pump manual, the P-4 and .'],
      ['[[1, 2], [3, 4]] and [[x]](y)', '[[1, 2], [3, 4]] and [x]'],
      [
        'Close it.[^a] Wait.\n\n[^a]: With key 7.\n[^b]: Never used.',
        'Close it.[1] Wait.\n\nNever used.\n\n1. With key 7.',
      ],
      [
        'Bar\n:   A unit of pressure.\n\n    About 1 atm.\n\nValve\n: Closes.',
        'Bar\n\nA unit of pressure.\n\nAbout 1 atm.\n\nValve\n\nCloses.',
      ],
      ['[ref]: http://x.y "Not shown"\n[//]: # (A comment)\n\nSee [this][ref]{: target="_blank"}.', 'See this.'],
      ['## Start {#start .x}\n\nGo. <!-- not\n\nshown -->\n{: .note }', 'Start\nGo.'],
      ['The :abbr[HTML]{title="x"} page, at 10:30.', 'The HTML page, at 10:30.'],
      ['- [x] done\n- [ ] open', '- [x] done\n- [ ] open'],
      ['$a_{1} * b * c$ costs $5 or $6.', '$a_{1} * b * c$ costs $5 or $6.'],
      ['先关阀，\n再停泵。', '先关阀，再停泵。'],
    ] as const)
      expect(all(source)).toBe(text);
  });

  test('lines of DocFX, MyST, MkDocs and Pandoc are replaced by their text', () => {
    for (const [source, text] of [
      ['> [!div class="checklist"]\n> * Open it.', '- Open it.'],
      ['[!INCLUDE [x](a.md)]\n\n:::image type="content" source="a.png" alt-text="The valve":::', 'The valve'],
      [':::row:::\n:::column span="":::\nLeft.\n:::column-end:::\n:::row-end:::', 'Left.'],
      ['```{note} Mind\n:class: x\nHot **now**.\n```', 'Mind\n\nHot now.'],
      [':::{admonition} Mind\n:class: warning\nThe gap.\n:::', 'Mind\n\nThe gap.'],
      ['```{code-block} sh\n:linenos:\nmake\n```\n```{toctree}\nstart\n```', 'make'],
      ['(start)=\n% not shown\nSee {ref}`the start <start>` and {kbd}`Esc`.\n\n+++', 'See the start and Esc.'],
      ['--8<-- "a.md"\n\n*[HTML]: Hyper Text', 'HTML: Hyper Text'],
      [
        '+------+-------+\n| Part | Price |\n+======+=======+\n| seal | 4 €   |\n|      | net   |\n+------+-------+',
        'Part | Price\nseal | 4 € net',
      ],
    ] as const)
      expect(all(source)).toBe(text);
  });

  test('inline marks of note and documentation programs are replaced by their text', () => {
    for (const [source, text] of [
      ['==Mind== it %%not yet%% now. ^block-1', 'Mind it now.'],
      ['%%\nnot\nshown\n%%\n\nshown', 'shown'],
      ['这是==重点==内容。', '这是重点内容。'],
      ['If a==b and c==d, f(x)==g(x).', 'If a==b and c==d, f(x)==g(x).'],
      ['Run for %%i in (*.txt) do echo %%i twice.', 'Run for %%i in (*.txt) do echo %%i twice.'],
      ['Press ++ctrl+r++ :material-check: [here](x){ .md-button }.', 'Press ctrl+r here.'],
      ['{++new++}{--old--} {~~a~>b~~} {>>why<<}', 'new b'],
      ['x^2^ of [small]{.smallcaps}', 'x2 of small'],
      ['{% comment %}no{% endcomment %}yes {{- /* no */ -}}', 'yes'],
      [
        'a == b, c == d, 50%% and 60%% of C++ and a++b++, x^2 and ^y',
        'a == b, c == d, 50%% and 60%% of C++ and a++b++, x^2 and ^y',
      ],
      ['`==x==` and `%%x%%`', '==x== and %%x%%'],
    ] as const)
      expect(all(source)).toBe(text);
  });

  test('any source can be read', () => {
    const mark = fc.constantFrom(
      '#',
      '# ',
      '```',
      '~~~',
      '---\n',
      ':::',
      '<!--',
      '<script>',
      '|',
      '[',
      '](',
      '{#',
      '\n',
      '\0',
      '泵',
      '😀',
      '- ',
    );
    const sources = fc.array(fc.oneof(mark, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 30 });
    fc.assert(
      fc.property(sources, (parts) =>
        readMarkdown(parts.join('')).sections.every((section) => section.text === section.text.trim()),
      ),
      { numRuns: 100, seed: 1 },
    );
  });
});

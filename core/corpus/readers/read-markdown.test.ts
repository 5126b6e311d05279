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
    expect(readMarkdown(source)).toEqual({ title: '泵手册', sections: [{ headings: ['泵手册'], text: '正文。' }] });
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

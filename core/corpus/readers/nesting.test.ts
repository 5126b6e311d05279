import { expect, test } from 'vitest';
import { sha256 } from '../../primitives/hash.ts';
import type { SourceFile } from '../sources/source-file.ts';
import { readCorpus } from './read-corpus.ts';

const N = 100_000;
const HOSTILE = {
  'elements.html': '<div>'.repeat(N),
  'closed-elements.html': `${'<div>'.repeat(N)}x${'</div>'.repeat(N)}`,
  'lists.html': '<ul><li>'.repeat(N),
  'tables.html': '<table><tr><td>'.repeat(N),
  'fonts.html': Array.from({ length: N }, (_, i) => `<font color="${i}">`).join(''),
  'quotes.md': `${'> '.repeat(N)}x`,
  'tight-quotes.md': `${'>'.repeat(N)}x`,
  'list-items.md': `${'- '.repeat(N)}x`,
  'numbers.md': `${'1. '.repeat(N)}x`,
  'footnotes.md': `${'[^a]: '.repeat(N)}x`,
  'brackets.md': `${'['.repeat(N)}x${']'.repeat(N)}`,
  'links.md': `${'['.repeat(N)}x${'](y)'.repeat(N)}`,
  'indented-lists.md': Array.from({ length: 1000 }, (_, i) => `${'  '.repeat(i)}- x`).join('\n'),
  'admonitions.md': Array.from({ length: 1000 }, (_, i) => `${'    '.repeat(i)}!!! note "x"`).join('\n'),
  'notes.rst': Array.from({ length: 1000 }, (_, i) => `${'   '.repeat(i)}.. note:: x\n`).join('\n'),
  'lists.rst': indented(2000, (indent) => `${indent}- x\n`),
  'letters.rst': indented(2000, (indent) => `${indent}(a) x\n`),
  'definitions.rst': indented(2000, (indent) => `${indent}x`),
  'lists.adoc': Array.from({ length: 2000 }, (_, i) => `${'*'.repeat(i + 1)} x`).join('\n'),
  'boxes.rtf': `{\\rtf1 x\\par ${'{\\shp{\\*\\shpinst{\\shptxt x\\par '.repeat(N)}`,
  'fields.rtf': `{\\rtf1 ${'{\\field{\\*\\fldinst REF x}{\\fldrslt x'.repeat(N)}${'}}'.repeat(N)}}`,
  'formulas.rtf': `{\\rtf1 {\\mmath{\\*\\moMath ${'{\\mf{\\mnum '.repeat(N)}x${'}}'.repeat(N)}}}}`,
  'fractions.rtf': `{\\rtf1 {\\field{\\*\\fldinst EQ ${'\\\\f('.repeat(N)}x${',2)'.repeat(N)}}}}`,
  'lines.rst': indented(2000, (indent) => `${indent}| x`),
};

function indented(levels: number, line: (indent: string) => string): string {
  return Array.from({ length: levels }, (_, i) => line('    '.repeat(i))).join('\n');
}

const file = (path: string, text: string): SourceFile => {
  const bytes = new TextEncoder().encode(text);
  return { path, file: `/${path}`, bytes: bytes.length, sha256: sha256(bytes), read: async () => bytes };
};

test('files that are nested without end are skipped by name, long before the limit of time', async () => {
  const files = Object.entries(HOSTILE).map(([path, text]) => file(path, text));
  const { skipped } = await readCorpus(files, { limits: { seconds: 60 } });
  expect(skipped).toEqual(files.map(({ path }) => ({ path, reason: 'nested too deeply' })));
}, 300_000);

test('what people write is not nested too deeply', async () => {
  const quotes = Array.from({ length: 20 }, (_, i) => `${'> '.repeat(i + 1)}Reply ${i}.`).join('\n');
  const lists = Array.from({ length: 20 }, (_, i) => `${'  '.repeat(i)}- Item ${i}.`).join('\n');
  const rules = `Before.\n\n${'- '.repeat(300)}\n\n${'*'.repeat(500)}\n\nAfter.`;
  const log = Array.from({ length: 1000 }, (_, i) => `[${i} of [1000] [open`).join('\n');
  const paragraphs = '<p>No end tag.<li>None here.'.repeat(10_000);
  const rst = indented(20, (indent) => `${indent}(a) Letter.\n`);
  const files = Object.entries({ quotes, lists, rules, log }).map(([name, text]) => file(`${name}.md`, text));
  const others = [file('paragraphs.html', paragraphs), file('letters.rst', rst)];
  const { documents, skipped } = await readCorpus([...files, ...others]);
  expect(skipped).toEqual([]);
  expect(documents.map(({ sections }) => sections[0]?.text)).toEqual([
    expect.stringContaining('Reply 19.'),
    expect.stringContaining('Item 19.'),
    expect.stringMatching(/Before\.[\s\S]*After\./),
    expect.stringContaining('[999 of [1000] [open'),
    expect.stringContaining('None here.'),
    expect.stringContaining('Letter.'),
  ]);
});

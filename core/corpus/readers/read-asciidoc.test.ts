import { expect, test } from 'vitest';
import { readAsciiDoc } from './read-asciidoc.ts';

const sectionsOf = async (source: string) => (await readAsciiDoc(source)).sections;
const textOf = async (source: string) => (await sectionsOf(source)).map(({ text }) => text).join('\n\n');

test('admonitions are blocks, with the paragraphs and lists in them', async () => {
  expect(await textOf('NOTE: Close it.\n\n[WARNING]\n.Hot\n====\nSurface is hot.\n\n* gloves\n* mask\n====')).toBe(
    'Note\n\nClose it.\n\nWarning\n\nHot\n\nSurface is hot.\n\n- gloves\n- mask',
  );
  expect((await sectionsOf('NOTE: Close it.'))[0]?.tables).toBeUndefined();
});

test('footnotes are in the section that refers to them, in order, also those of tables', async () => {
  const source =
    '= Doc\n\n== One\n\nA.footnote:[First.] B.footnote:[Second.]\n\n|===\n|x.footnote:[Third.] |y\n|===\n\n== Two\n\nEnd.';
  expect(await sectionsOf(source)).toEqual([
    {
      headings: ['Doc', 'One'],
      text: 'A.[1] B.[2]\n\n[1] First.\n\n[2] Second.\n\nx.[3] | y\n\n[3] Third.',
      tables: [{ line: 6, rows: 1, headerRows: 0 }],
    },
    { headings: ['Doc', 'Two'], text: 'End.' },
  ]);
});

test('files that are not included, icons and pictures without a description leave no names behind', async () => {
  expect(
    await textOf('A.\n\ninclude::chapter-1.adoc[]\n\nicon:fire[] B image:img/the_pump.png[] C image:x.png[the valve]'),
  ).toBe('A.\n\nB C the valve');
});

test('formulas are without the marks of MathJax, code keeps its own', async () => {
  expect(await textOf('stem:[x_1] and latexmath:[y^2]\n\n[stem]\n++++\na + b\n++++\n\n----\necho \\$x\\$\n----')).toBe(
    'x_1 and y^2\n\na + b\n\necho \\$x\\$',
  );
});

test('tables: spans, other separators, values separated by commas, tables in cells', async () => {
  expect(
    await textOf(
      '[%header]\n|===\n|a |b\n2+|wide\n.2+|high |1\n|2\n|===\n\n[separator=¦]\n|===\n¦a|b ¦c\n|===\n\n,===\n"x, y",z\n,===\n\n[cols="1a"]\n|===\n|\n!===\n!in !out\n!===\n|===',
    ),
  ).toBe('a | b\nwide\nhigh | 1\nhigh | 2\n\na|b | c\n\nx, y | z\n\nin | out');
});

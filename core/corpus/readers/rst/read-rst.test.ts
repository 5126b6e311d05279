import { describe, expect, test } from 'vitest';
import { readRst } from './read-rst.ts';

const textOf = (source: string) =>
  readRst(source)
    .sections.map(({ text }) => text)
    .join('\n\n');
const tablesOf = (source: string) => readRst(source).sections.flatMap(({ tables = [] }) => tables);

describe('tables', () => {
  test('cells of a grid that span columns and rows have their value in each', () => {
    const source = `
+------------+------------+-----------+
| Header 1   | Header 2   | Header 3  |
+============+============+===========+
| body row 1 | Cells may span columns.|
+------------+------------+-----------+
| body row 2 | Cells may  | - Cells   |
+------------+ span rows. | - contain |
| body row 3 |            | - blocks. |
+------------+------------+-----------+
`;
    expect(textOf(source)).toBe(
      'Header 1 | Header 2 | Header 3\nbody row 1 | Cells may span columns. | Cells may span columns.\nbody row 2 | Cells may span rows. | Cells; contain; blocks.\nbody row 3 | Cells may span rows. | Cells; contain; blocks.',
    );
    expect(tablesOf(source)[0]?.headerRows).toBe(1);
  });

  test('a bar in a cell, and Chinese, whose signs are two columns wide, lose nothing', () => {
    expect(
      textOf(
        '+----------+------+\n| ``a | b``| x    |\n+----------+------+\n| 中文单元 | 内容 |\n+----------+------+\n',
      ),
    ).toBe('a | b | x\n中文单元 | 内容');
    expect(textOf('======  ====\n名称    价格\n======  ====\n密封圈  12\n======  ====\n')).toBe(
      '名称 | 价格\n密封圈 | 12',
    );
  });

  test('a grid whose borders are no longer below each other', () => {
    expect(textOf('+------+-----+\n| Part | Price |\n+======+=====+\n| Screw M8 | 4 |\n+------+-----+\n')).toBe(
      'Part | Price\nScrew M8 | 4',
    );
  });

  test('simple tables with two header rows, spans, long and empty cells', () => {
    const source = `
=====  =====  ======
   Inputs     Output
------------  ------
  A      B    A or B
=====  =====  ======
False  False  beyond the end
\\      True   True
       goes
=====  =====  ======
`;
    expect(textOf(source)).toBe(
      'Inputs | Inputs | Output\nA | B | A or B\nFalse | False | beyond the end\n | True goes | True',
    );
    expect(tablesOf(source)[0]?.headerRows).toBe(2);
  });

  test('csv-table: quotes, commas and line breaks in cells, headers and other delimiters', () => {
    expect(
      textOf(`
.. csv-table:: Sweets
   :header: "Treat", "Note"
   :widths: 15, 30

   "Frog, crunchy", "without
   bones"
   Gannet, "on ""a"" stick"
`),
    ).toBe('Sweets\n\nTreat | Note\nFrog, crunchy | without bones\nGannet | on "a" stick');
    expect(tablesOf('.. csv-table::\n   :delim: ;\n   :header-rows: 1\n\n   a;b\n   1;2\n')[0]?.headerRows).toBe(1);
  });

  test('list-table: only the rows that it says name the columns', () => {
    const rows = '\n   * - a\n     - b\n   * -\n     - c\n\n       d\n';
    expect(textOf(`.. list-table::\n${rows}`)).toBe('a | b\n | c d');
    expect(tablesOf(`.. list-table::\n${rows}`)[0]?.headerRows).toBe(0);
    expect(tablesOf(`.. list-table::\n   :header-rows: 1\n${rows}`)[0]?.headerRows).toBe(1);
  });

  test('thousands of tables below each other are tables of their own', () => {
    const border = '+---+---+';
    const source = Array.from({ length: 3000 }, (_, i) => `${border}\n| ${i % 10} | b |\n${border}\n`).join('\n');
    expect(tablesOf(source)).toHaveLength(3000);
  }, 120_000);
});

describe('inline markup', () => {
  test('substitutions are their text, also of characters and pictures', () => {
    expect(
      textOf(
        'Use |product| |v| with |OK|. |copy| |unknown| stays.\n\n.. |product| replace:: Pump *Master*\n.. |v| replace:: 4.2\n.. |copy| unicode:: 0xA9 .. sign\n.. |OK| image:: ok.png\n   :alt: the OK button\n',
      ),
    ).toBe('Use Pump Master 4.2 with the OK button. © unknown stays.');
  });

  test.each([
    ['H\\ :sub:`2`\\ O', 'H2O'],
    ['see :ref:`the long\ntext <label>` here', 'see the long text here'],
    [':guilabel:`&Save` in :menuselection:`&File --> Open`', 'Save in File --> Open'],
    [':rfc:`2822` and :py:class:`!pump.Pump`', 'RFC 2822 and pump.Pump'],
    ['``a ` b`` and _`target`', 'a ` b and target'],
    ['http://example.com/a_b_c and file_name_x', 'http://example.com/a_b_c and file_name_x'],
    [
      '100 %% of ==all== {{ names }} in {a} and ~x~ ^y^ &amp;',
      '100 %% of ==all== {{ names }} in {a} and ~x~ ^y^ &amp;',
    ],
  ])('%j is %j', (source, shown) => {
    expect(textOf(source)).toBe(shown);
  });
});

describe('blocks', () => {
  test('fields, options of commands and lines of verse are a line each', () => {
    expect(
      textOf(':Author: Ann\n:Long: spans\n   lines\n\n.. f:: x\n\n   :param int speed: in rpm\n   :returns: nothing'),
    ).toBe('Author: Ann\nLong: spans lines\n\nx\n\nspeed: in rpm\nreturns: nothing');
    expect(textOf('-a          all of it\n--long FILE  a file\n/V          of DOS')).toBe(
      '-a all of it\n--long FILE a file\n/V of DOS',
    );
    expect(textOf('| One\n|   two\n| three')).toBe('One\ntwo\nthree');
    expect(textOf(':orphan:\n\nText.')).toBe('Text.');
  });

  test('items keep their letters and count on after code', () => {
    expect(textOf('a. one\nb. two\n\n#. first\n\n   .. code:: sh\n\n      run\n\n#. second')).toBe(
      'a. one\nb. two\n\n1. first\n\nrun\n\n2. second',
    );
  });

  test('literals that are quoted by a sign, sessions of Python, and two colons after a space', () => {
    expect(textOf('See ::\n\n> a\n> b\n\n>>> print(1)\n1\n\nAfter.')).toBe(
      'See\n\n> a\n> b\n\n>>> print(1)\n1\n\nAfter.',
    );
  });

  test('what a version brought is said with its words, who wrote a page is not', () => {
    expect(textOf('.. versionadded:: 2.1\n   Drain.\n\n.. deprecated:: 3\n\n.. sectionauthor:: Ann')).toBe(
      'New in version 2.1\n\nDrain.\n\nDeprecated since version 3',
    );
  });

  test('a heading of two letters is below the one before it', () => {
    expect(readRst('Part\n####\n\nAb\n==\n\nText.').sections[0]?.headings).toEqual(['Part', 'Ab']);
  });
});

test('long lines of one sign are read in linear time', () => {
  const [dashes, spaces, signs] = ['-', ' ', '<'].map((sign) => sign.repeat(300_000));
  expect(textOf(`Before.\n\n${dashes}x\n\n\`a${spaces}b\` and \`${signs}b\`\n\nAfter.`)).toMatch(
    /^Before\.\n\n-+x\n\na b and <+b\n\nAfter\.$/,
  );
});

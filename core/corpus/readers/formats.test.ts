import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeZip } from './fixtures/zip.ts';
import { parseDocument } from './parse-document.ts';
import { readRst } from './rst/read-rst.ts';
import { readCsv } from './sheets/read-csv.ts';

const read = (folder: string, file: string) =>
  parseDocument(readFileSync(join(import.meta.dirname, 'fixtures', folder, file)), file);
const textOf = ({ sections }: { sections: readonly { headings: readonly string[]; text: string }[] }) =>
  sections.map(({ headings, text }) => [...headings.slice(-1), text].join('\n')).join('\n');
const parse = (content: string | Uint8Array, path: string) => parseDocument(Buffer.from(content), path);

describe('files that programs have written', { timeout: 60_000 }, () => {
  test.each(['pump.docx', 'pump.odt', 'pump.epub', 'pump.ipynb', 'pump.rst', 'pump.adoc'])(
    '%s, by Pandoc',
    async (file) => {
      const document = await read('formats', file);
      const text = textOf(document);
      expect(document.sections.map(({ headings }) => headings.at(-1))).toEqual(
        expect.arrayContaining(['Steps', '维护']),
      );
      for (const part of [
        'Close the valve before you open the housing.',
        '1. Open valve A.\n2. Wait for 3 bar.\n',
        'twice in winter\n',
        '每月第一个星期一清洗过滤器。',
        'Part | Interval | Price\nfilter | monthly | 12 €\nseal | yearly | 4 €',
        'pumpctl drain --all\n  # wait',
        'The drain key.',
        'Never run dry.',
        'With key no. 7.',
      ])
        expect(text).toContain(part);
      expect(text.replace(/[\s$\\()]/g, '')).toContain('TheflowisQ=V/t.');
      expect(document.sections.flatMap(({ tables = [] }) => tables.map(({ headerRows }) => headerRows))).toEqual([1]);
    },
  );

  test('prices.xlsx, by openpyxl: what cells show, merged cells, hidden sheets', async () => {
    const document = await read('formats', 'prices.xlsx');
    expect(document.sections).toEqual([
      {
        headings: ['Prices'],
        text: 'Price list 2024\n\nArticle | Use | Since | Price | Share\nK-0 | valve seal | 2024-01-01 | 1.1 | 25%\nK-1 | 密封 | 2024-01-02 | 1.2 | 25%\nK-2 | 密封 | 2024-01-03 | 1.3 | 25%',
        tables: [{ line: 2, rows: 4, headerRows: 1 }],
      },
      {
        headings: ['Hours'],
        text: 'Day | Opens\nMon | 08:30\nTue | 2024-05-01 09:15',
        tables: [{ line: 0, rows: 3, headerRows: 1 }],
      },
    ]);
    expect(document.reading.omitted).toEqual([{ reason: 'hidden', characters: 6, sample: 'secret' }]);
  });

  test('prices.ods, by odfpy: a million empty rows are nothing', async () => {
    expect(textOf(await read('formats', 'prices.ods'))).toBe('Prices\nPart | Price\nfilter | 12 €\nseal | 4 €');
  });

  test('slides.pptx, by python-pptx: titles, levels, tables, notes', async () => {
    const document = await read('formats', 'slides.pptx');
    expect(document.title).toBe('Pump P-4');
    expect(textOf(document)).toBe(
      'Pump P-4\nClose the valve\n  - twice in winter\n\nTell them about key 7.\nParts\nPart | Interval | Price\nfilter | monthly | 12 €\nseal | yearly | yearly\n\n每年一次',
    );
  });

  test('steps.docx, by python-docx: numbers of built-in styles, running heads', async () => {
    const document = await read('formats', 'steps.docx');
    expect(textOf(document)).toBe('Steps\n1. Open valve A.\n2. Wait.\n- twice\n\nPart | Price\nfilter | 12 €');
    expect(document.reading.omitted).toEqual([{ reason: 'running-head', characters: 10, sample: 'Acme manual' }]);
  });

  test('mail.eml and prices.csv', async () => {
    expect(textOf(await read('formats', 'mail.eml'))).toBe(
      'Wartung der Pumpe\nEva eva@example.com\n2024-05-06T08:00:00.000Z\nWartung der Pumpe\nBitte Ventil schließen.\n\nTeil | Preis\nFilter | 12 €',
    );
    const csv = await read('formats', 'prices.csv');
    expect(textOf(csv)).toBe('零件 | 用途 | 价格\nK-1 | 密封, 阀门 | 12\nK-2 |  | 4');
    expect(csv.reading.doubts).toEqual([{ kind: 'guessed-encoding', sample: 'gb18030' }]);
  });
});

describe('inputs that came out wrong', { timeout: 60_000 }, () => {
  test.each([
    [
      '01-html-inline-in-cells-a.html',
      [
        'H2O with C2H6O2',
        'Refillable | yes',
        '冷却液 | 每两年更换一次',
        'pumps; radiators; heat exchangers',
        'Kitchen: never',
      ],
    ],
    ['02-html-hidden-tabs-a.html', ['Run the deb', 'Start the MSI', 'Open the pkg file', 'Use brimctl status.']],
    ['03-html-aside-note-a.html', ['Caution', 'under 12 bar', 'drain key is no. 7']],
    ['05-html-code-gutter-a.html', ['set -e\ncd /srv/data\ntar czf', 'first_step --dry-run\nsecond_step --commit']],
    [
      '06-html-layout-table-a.html',
      ['Booking\nTrains are booked', 'Refunds\nHand in receipts', '- Taxi only after 22:00'],
    ],
    ['07-html-headerlinks-a.html', ['Sensors\nA sensor has an id.', 'Calibrate\nHold']],
    ['08-html-ruby-a.html', ['避難の手順', '火災のときは非常口から出てください。']],
    ['10-encodings-ja-iso2022.html', ['点検\n毎月第二火曜日に空調設備を点検します。']],
    ['10-encodings-ko-cp949.txt', ['똠방각하 펲시콜라 문의는 총무과로.']],
    ['10-encodings-ru-koi8-long.txt', ['Во время проверки отопление не работает.']],
    ['10-encodings-th-874-long.txt', ['การตรวจสอบอุปกรณ์จะมีขึ้นทุกวันอังคารที่สองของเดือน']],
    ['11-html-more-header.html', ['Applying for leave\nApplies to all staff', 'Form F-12 is in the hall.']],
    ['11-html-more-onearticle.html', ['Guide to the boiler\nThe boiler is started', 'Daily care\nDrain the glass']],
    [
      '20-md-mdx-install.mdx',
      [
        'Install version as follows.',
        'Linux\n\nRun brim setup',
        'Windows\n\nStart the MSI as an administrator. See the list.',
        'Green means ready after',
        'Proxy\n\nSet BRIM_PROXY first.',
      ],
    ],
    [
      '21-md-html-table-a.md',
      ['Slot | Ampere\nF1 | Heater | 16\nF2 | Light | 10', 'Which fuse for the pump?\n\nUse slot F7', 'Press Ctrl+R'],
    ],
    ['23-md-table-cut-a.md', ['K-089 | valve seal | 99 mm | 23.75 €']],
    [
      '30-docx-house-headings-a.docx',
      ['Filter care\nClean', 'Pressure test\nPump up', 'Storage\nKeep it dry', 'Disposal\nTake it'],
    ],
    [
      '31-docx-auto-numbers-a.docx',
      ['1. Contract\n1.1 The supplier', '1.2 If clause 1.1', '2. Open valve A.\n3. Wait for 3 bar'],
    ],
    ['32-docx-equation-a.docx', ['The flow is Q=V/t litres a minute, at most 40 of them.']],
    [
      '34-docx-fields-a.docx',
      [
        'Valid for 36 months from 1 May, see the e-mail.',
        'Send the pump back to → depot 4.\nSecond line.',
        'See section 2 first.',
      ],
    ],
  ])('%s', async (file, parts) => {
    const text = textOf(await read('cases', file));
    for (const part of parts) expect(text).toContain(part);
    expect(text).not.toMatch(/import |TODO|ひなん|¶|\[Author|Home|\ufffd/);
  });
});

describe('kinds of tables and text', { timeout: 60_000 }, () => {
  test('separators of CSV are recognised, and lines before and between tables', () => {
    for (const separator of [',', ';', '\t', '|']) {
      const rows = [
        ['part', 'use'],
        ['seal', 'a "b"'],
        ['hose', ''],
      ];
      const csv = rows.map((row) => row.join(separator)).join('\n');
      expect(readCsv(csv).sections[0]?.text).toBe('part | use\nseal | a "b"\nhose |');
    }
    expect(readCsv('Prices of May\n\na,b\n1,2\n\nc,d\n3,4').sections[0]).toEqual({
      headings: [],
      text: 'Prices of May\n\na | b\n1 | 2\n\nc | d\n3 | 4',
      tables: [
        { line: 2, rows: 2, headerRows: 1 },
        { line: 5, rows: 2, headerRows: 1 },
      ],
    });
    expect(readCsv('name;price\nseal;1,75\nhose;2,50').sections[0]?.text).toBe(
      'name | price\nseal | 1,75\nhose | 2,50',
    );
  });

  test('directives, roles, literal blocks and tables of reStructuredText', () => {
    const source = `=====
Pumps
=====

See :ref:\`the list <parts>\`, :func:\`~pump.start\`, \`Docs <http://x.y>\`_ and \`\`a*b\`\`::

    if a:
      b()

.. note:: Close it.

   Then wait.

.. toctree::
   :maxdepth: 2

   start

.. a comment
   of two lines

.. _target:

.. code-block:: python
   :caption: Start

   x = {1: '*'}

.. list-table:: Fuses
   :header-rows: 1

   * - Slot
     - Use
   * - F1
     - Heater

+------+-------+
| Part | Price |
+======+=======+
| seal | 4 €   |
+------+-------+
`;
    expect(textOf(readRst(source))).toBe(
      `Pumps\nSee the list, pump.start, Docs and a*b:\n\nif a:\n  b()\n\nClose it.\n\nThen wait.\n\nStart\n\nx = {1: '*'}\n\nFuses\n\nSlot | Use\nF1 | Heater\n\nPart | Price\nseal | 4 €`,
    );
  });

  test('AsciiDoc includes no other file', async () => {
    const source = '= Pump\n\nNOTE: Close it.\n\ninclude::/etc/passwd[]\n\n|===\n|Part |Price\n\n|seal |4 €\n|===\n';
    const text = textOf(await parse(source, 'a.adoc'));
    expect(text).toContain('Close it.');
    expect(text).toContain('Part | Price\nseal | 4 €');
    expect(text).not.toContain('root:');
  });

  test('outputs of notebooks are text, their pictures are not', async () => {
    const notebook = {
      cells: [
        { cell_type: 'markdown', source: ['# Load\n', 'Reads `a.csv`.'] },
        {
          cell_type: 'code',
          source: 'df',
          outputs: [
            {
              data: {
                'text/html': '<table><tr><th>a</th></tr>\n\n<tr><th>x</th><td>1</td></tr></table>',
                'image/png': 'AAAA',
              },
            },
            { text: ['4 rows\n'] },
          ],
        },
      ],
    };
    expect(textOf(await parse(JSON.stringify(notebook), 'a.ipynb'))).toBe(
      'Load\nReads a.csv.\n\ndf\n\na\nx | 1\n\n4 rows',
    );
    await expect(parse('{"cells": 1}', 'a.ipynb')).rejects.toThrow('a damaged Jupyter notebook');
  });

  test.each([
    ['a.epub', [{ name: 'META-INF/container.xml', content: '<container/>' }], 'a damaged e-book'],
    ['a.odt', [{ name: 'content.xml', content: 'x' }], 'a damaged OpenDocument file'],
    [
      'a.odt',
      [
        { name: 'content.xml', content: '<a><body/></a>' },
        { name: 'META-INF/manifest.xml', content: '<m><file-entry><encryption-data/></file-entry></m>' },
      ],
      'encrypted',
    ],
    ['a.pptx', [{ name: 'ppt/presentation.xml', content: '' }], 'a damaged PowerPoint presentation'],
    ['a.xlsx', [{ name: 'xl/workbook.bin', content: 'x' }], 'a binary Excel workbook'],
  ])('%s with %j is refused', async (path, files, reason) => {
    await expect(parse(makeZip(files), path)).rejects.toThrow(reason);
  });
});

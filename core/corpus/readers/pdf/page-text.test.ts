import { describe, expect, test } from 'vitest';
import { drawn, drawPdf, makePdf } from '../fixtures/pdf.ts';
import { readPdf } from '../read-pdf.ts';

async function read(content: string, options: Parameters<typeof drawPdf>[1] & { entries?: string } = {}) {
  const { entries = '' } = options;
  const result = await readPdf(drawPdf([{ content, entries }], options));
  const text = result.sections.map((section) => [...section.headings, section.text].join('\n')).join('\n');
  return { ...result, text };
}

const IMAGE = {
  dictionary: '/Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8',
  stream: 'x'.repeat(64),
};

describe('text that is drawn twice', { timeout: 60_000 }, () => {
  const copies = (offsets: readonly [number, number][], text: string) =>
    offsets.map(([x, y]) => drawn({ text, x: 50 + x, y: 700 + y, size: 12 })).join('\n');

  test.each<[string, [number, number][]]>([
    [
      'a little to the right',
      [
        [0, 0],
        [0.3, 0],
      ],
    ],
    [
      'as a shadow',
      [
        [1, -1],
        [0, 0],
      ],
    ],
    [
      'four times around',
      [
        [0, 0],
        [0.4, 0],
        [0, 0.4],
        [0.4, 0.4],
      ],
    ],
    [
      'at the same place',
      [
        [0, 0],
        [0, 0],
      ],
    ],
  ])('%s, is read once', async (_, offsets) => {
    expect((await read(copies(offsets, 'Close all valves fully'))).text).toBe('Close all valves fully');
  });

  test('letter by letter, is read once, and double letters stay', async () => {
    let x = 50;
    const letters = [...'Fill all jars'].flatMap((letter) => {
      const at = x;
      x += letter === ' ' ? 3.3 : 'il'.includes(letter) ? 2.7 : letter === 'r' ? 4 : letter === 'j' ? 2.7 : 6.7;
      return [drawn({ text: letter, x: at, y: 700, size: 12 }), drawn({ text: letter, x: at + 0.3, y: 700, size: 12 })];
    });
    expect((await read(letters.join('\n'))).text).toBe('Fill all jars');
  });

  test('a whole page that is drawn twice is read once', async () => {
    const page = ['Open the valve.', 'Start the pump.'].map((text, i) => drawn({ text, y: 700 - 40 * i })).join('\n');
    expect((await read(`${page}\n${page}`)).text).toBe('Open the valve.\n\nStart the pump.');
  });
});

describe('spaces and letters', { timeout: 60_000 }, () => {
  test.each([
    [
      'words that are placed one by one',
      `${drawn({ text: 'Close', x: 50, y: 700 })} ${drawn({ text: 'it', x: 78, y: 700 })}`,
      'Close it',
    ],
    ['gaps instead of spaces', 'BT /F1 10 Tf 50 700 Td [(Close)-300(all)-300(valves)] TJ ET', 'Close all valves'],
    ['kerning', 'BT /F1 10 Tf 50 700 Td [(T)80(o)-20(day V)60(alve)] TJ ET', 'Today Valve'],
    [
      'spaced letters',
      'BT /F1 10 Tf 50 700 Td [(D)-300(A)-300(N)-300(G)-300(E)-300(R)-900(Z)-300(O)-300(N)-300(E)] TJ ET',
      'DANGER ZONE',
    ],
    ['letter spacing', 'BT /F1 10 Tf 4 Tc 50 700 Td (DANGER) Tj ET', 'DANGER'],
    [
      'a superscript',
      `${drawn({ text: '5 m', y: 700 })} BT /F1 6 Tf 66.7 704 Td (2) Tj ET ${drawn({ text: 'of floor', x: 73, y: 700 })}`,
      '5 m2 of floor',
    ],
    ['a ligature', 'BT /F2 10 Tf 50 700 Td (\\001lter) Tj ET', 'filter'],
    [
      'an accent over its letter',
      'BT /F1 10 Tf 50 700 Td (caf) Tj 1.1 0 Td ET BT /F1 10 Tf 63.5 700 Td (e) Tj ET BT /F1 10 Tf 64.5 700 Td (\\264) Tj ET',
      'café',
    ],
  ])('%s', async (_, content, text) => {
    const fonts = {
      F2: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [1 /fi] >> >>',
    };
    expect((await read(content, { fonts })).text).toBe(text);
  });
});

describe('what is not seen', { timeout: 60_000 }, () => {
  const seen = drawn({ text: 'Seen by all', y: 700 });

  test('the text layer of a scanned page is read', async () => {
    const { text } = await read(`q 612 0 0 792 0 0 cm /X1 Do Q BT 3 Tr /F1 10 Tf 50 700 Td (Recognised words) Tj ET`, {
      objects: {
        X1: IMAGE,
      },
    });
    expect(text).toBe('Recognised words');
  });

  test('white text is kept', async () => {
    expect((await read(`0 0 0 rg 40 690 200 30 re f 1 1 1 rg ${seen}`)).text).toBe('Seen by all');
  });

  test.each([
    ['outside of the page', `${seen} ${drawn({ text: 'Printer mark', x: 700, y: 700 })}`, {}],
    [
      'outside of the crop box',
      `${seen} ${drawn({ text: 'Printer mark', y: 100 })}`,
      { entries: '/CropBox [0 400 612 792]' },
    ],
    ['outside of the clipping path', `${seen} q 40 600 10 10 re W n ${drawn({ text: 'Printer mark', y: 300 })} Q`, {}],
    [
      'on a layer that is off',
      `${seen} /OC /L1 BDC ${drawn({ text: 'Printer mark', y: 650 })} EMC`,
      {
        resources: '/Properties << /L1 4 0 R >>',
        objects: { L1: '<< /Type /OCG /Name (Layer) >>' },
        catalog: '/OCProperties << /OCGs [4 0 R] /D << /OFF [4 0 R] >> >>',
      },
    ],
  ])('text %s is left out and said', async (_, content, options) => {
    const { text, omitted } = await read(content, options);
    expect(text).toBe('Seen by all');
    expect(omitted).toEqual([{ reason: 'hidden', characters: 11, sample: 'Printer mark' }]);
  });

  test('a line that runs off the page is kept whole', async () => {
    const line = 'A command line that is longer than the page is wide and so runs off its right edge somewhere';
    expect((await read(drawn({ text: line, x: 300, y: 700 }))).text).toBe(line);
  });
});

describe('pages and fonts that cannot be read', { timeout: 60_000 }, () => {
  const image = {
    X1: IMAGE,
  };
  const scan = { content: 'q 612 0 0 792 0 0 cm /X1 Do Q' };
  const text = (n: number) => ({
    content: drawn({ text: `${['Valves', 'Pumps', 'Seals', 'Hoses'][n]} on a page`, y: 400 }),
  });

  test('scanned pages among others are named', async () => {
    const { doubts } = await readPdf(drawPdf([text(0), scan, text(1), scan, scan], { objects: image }));
    expect(doubts).toEqual([{ kind: 'pages-without-text', sample: '2, 4–5' }]);
  });

  test('a scanned page that has only a page number is named, an empty page is not', async () => {
    const numbered = (page: { content: string }, n: number) => ({
      content: `${page.content}\n${drawn({ text: `${n}`, y: 30 })}`,
    });
    const pages = [text(0), text(1), { content: '' }, text(2), scan, text(3)].map((page, i) => numbered(page, i + 1));
    const { doubts } = await readPdf(drawPdf(pages, { objects: image }));
    expect(doubts).toEqual([{ kind: 'pages-without-text', sample: '5' }]);
  });

  const glyphNumbers = (name: string) =>
    `<< /Type /Font /Subtype /Type0 /BaseFont /${name} /Encoding /Identity-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /${name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 500 >>] >>`;

  test('letters of a font that gives only glyph numbers are not made up', async () => {
    const { sections } = await readPdf(
      drawPdf(
        [
          {
            content: `${drawn({ text: 'A heading that can be read', y: 700 })} BT /F2 10 Tf 50 660 Td <0024000300250026> Tj ET`,
          },
        ],
        {
          fonts: { F2: glyphNumbers('Subset') },
        },
      ),
    );
    expect(sections[0]?.text).toContain('A heading that can be read');
    expect(sections[0]?.text).toMatch(/\ufffd/);
    expect(sections[0]?.text).not.toMatch(/[$%&]/);
  });

  test('glyphs whose numbers are their characters by chance are read, as the spaces of fpdf2', async () => {
    const toUnicode = [...'Vave 4br'].map(
      (letter, i) => [letter === ' ' ? 0x20 : letter === '4' ? 0x34 : i + 1, letter] as const,
    );
    const hex = (n: number) => n.toString(16).padStart(4, '0');
    const entries = toUnicode.map(([code, letter]) => `<${hex(code)}> <${hex(letter.charCodeAt(0))}>`).join('\n');
    const codes = [...'Vave 4 bar']
      .map((letter) => hex(toUnicode.find(([, one]) => one === letter)?.[0] ?? 0))
      .join('');
    const { sections, doubts } = await readPdf(
      drawPdf([{ content: `BT /F2 10 Tf 50 660 Td <${codes}> Tj ET` }], {
        fonts: { F2: glyphNumbers('Subset').replace('/Type0', '/Type0 /ToUnicode 4 0 R') },
        objects: {
          M1: {
            dictionary: '',
            stream: `/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n${toUnicode.length} beginbfchar\n${entries}\nendbfchar\nendcmap end end`,
          },
        },
      }),
    );
    expect(sections[0]?.text).toBe('Vave 4 bar');
    expect(doubts).toEqual([]);
  });

  test('a document of which most is such letters is refused with the reason', async () => {
    const content = 'BT /F2 10 Tf 50 660 Td <0024000300250026> Tj ET';
    await expect(readPdf(drawPdf([{ content }], { fonts: { F2: glyphNumbers('Subset') } }))).rejects.toThrow(
      'its fonts do not say which letters they draw',
    );
  });
});

describe('tables of contents', { timeout: 60_000 }, () => {
  const entries = ['Safety', 'Start', 'Care'].map((title, i) => ({
    text: `${title} ${'. '.repeat(30)}${i + 3}`,
    y: 700 - 14 * i,
  }));

  test('entries whose titles follow are left out and said', async () => {
    const chapters = ['Safety', 'Start', 'Care'].map((text, i) => ({ text, y: 600 - 100 * i, size: 16 }));
    const words = chapters.map(({ y }) => ({ text: 'Some words about it that make up most of the page.', y: y - 30 }));
    const { sections, omitted } = await readPdf(
      makePdf([[...entries, ...chapters, ...words].sort((a, b) => b.y - a.y)]),
    );
    expect(sections.map(({ headings }) => headings)).toEqual([['Safety'], ['Start'], ['Care']]);
    expect(omitted).toEqual([{ reason: 'contents', characters: 18, sample: expect.stringMatching(/^Safety/) }]);
  });

  test('leaders of Chinese programs are dots, too', async () => {
    const content = `BT /F2 12 Tf 50 700 Td <${Buffer.from(`总则${'⋯'.repeat(20)}2`, 'utf16le')
      .swap16()
      .toString('hex')}> Tj ET`;
    const F2 =
      '<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /UniGB-UCS2-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 >>] >>';
    expect((await read(content, { fonts: { F2 } })).text).toBe('总则 … 2');
  });

  test('other lines with dots are kept without them', async () => {
    const { sections, omitted } = await readPdf(makePdf([entries]));
    expect(sections[0]?.text).toBe('Safety … 3\nStart … 4\nCare … 5');
    expect(omitted).toEqual([]);
  });
});

describe('footnotes', { timeout: 60_000 }, () => {
  test('stand after the paragraph that they interrupt', async () => {
    const { sections } = await readPdf(
      makePdf([
        [
          { text: 'The valve is opened by the crew of the night before the pump is started, and the', y: 700 },
          { text: 'pressure', y: 688 },
          { text: '1', x: 88, y: 692, size: 6 },
          { text: 'is written into the log book that hangs beside the door of the hall, by the', x: 94, y: 688 },
          { text: '1 In bar, by the gauge', y: 60, size: 8 },
          { text: 'of the hall.', y: 50, size: 8 },
        ],
        [{ text: 'first of them who is there.', y: 700 }],
      ]),
    );
    expect(sections[0]?.text).toMatch(/by the first of them who is there\.\n\n1 In bar, by the gauge of the hall\.$/);
  });
});

test('a large initial belongs to the first line beside it', { timeout: 60_000 }, async () => {
  const { text } = await read(
    [
      drawn({ text: 'T', x: 50, y: 676, size: 36 }),
      drawn({ text: 'he night crew checks every pump before', x: 76, y: 700 }),
      drawn({ text: 'the line is started and writes the', x: 76, y: 688 }),
      drawn({ text: 'pressure into the log book of the hall', x: 76, y: 676 }),
      drawn({ text: 'so that the day crew can find it at any time.', x: 50, y: 664 }),
    ].join('\n'),
  );
  expect(text).toMatch(/^The night crew checks every pump before\s/);
});

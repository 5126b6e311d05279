import { describe, expect, test } from 'vitest';
import { makePdf } from './fixtures/pdf.ts';
import { readPdf } from './read-pdf.ts';

const WIDE = 'The pump must be filled with clean water before it is started for the first';

describe('readPdf', { timeout: 60_000 }, () => {
  test('lines are joined to paragraphs, larger lines are headings', async () => {
    const pdf = makePdf(
      [
        [
          { text: 'Starting the pump', y: 740, size: 16 },
          { text: WIDE, y: 710 },
          { text: 'time, and the valve has to stay open for as long as the installa-', y: 698 },
          { text: 'tion runs.', y: 686 },
          { text: 'A new paragraph.', y: 650 },
        ],
      ],
      'Pump manual (2024)',
    );
    expect(await readPdf(pdf)).toMatchObject({
      title: 'Pump manual (2024)',
      sections: [
        {
          headings: ['Starting the pump'],
          text: `${WIDE} time, and the valve has to stay open for as long as the installation runs.\n\nA new paragraph.`,
        },
      ],
    });
  });

  test('running heads and page numbers are removed, a sentence continues across pages', async () => {
    const page = (n: number, text: string) => [
      { text: 'Acme Pumps', y: 770 },
      { text, y: 700 },
      { text: `Page ${n} of 3`, y: 30 },
    ];
    const pdf = makePdf([page(1, `${WIDE} and`), page(2, 'second time. Then stop.'), page(3, 'Last words.')]);
    expect((await readPdf(pdf)).sections).toEqual([
      { headings: [], text: `${WIDE} and second time. Then stop.\n\nLast words.` },
    ]);
  });

  test('a scan is refused because it has no text layer', async () => {
    await expect(readPdf(makePdf([[], []]))).rejects.toThrow('no readable text layer');
  });

  test('a truncated or garbled file is refused or read, and does not crash', async () => {
    const whole = makePdf([[{ text: WIDE, y: 700 }]]);
    for (const length of [8, 60, 200, 400, whole.length - 40]) {
      const outcome = await readPdf(whole.slice(0, length)).catch((error: Error) => error);
      expect(outcome instanceof Error ? outcome.name : 'read').toMatch(/^(Unreadable|read)$/);
    }
    await expect(readPdf(Buffer.from('%PDF-1.7 nothing of the kind'))).rejects.toThrow('damaged PDF (Invalid');
  });
});

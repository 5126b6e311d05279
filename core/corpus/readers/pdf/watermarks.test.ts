import { describe, expect, test } from 'vitest';
import { drawn, drawPdf } from '../fixtures/pdf.ts';
import { readPdf } from '../read-pdf.ts';

const TEXT = [
  'The pump is started only after the valve',
  'has been opened by the crew of the night',
  'and the pressure is written into the log.',
];
const body = TEXT.map((text, i) => drawn({ text, y: 500 - 14 * i })).join('\n');
const across = (text: string, size: number, color = '0 g') =>
  `q ${color} BT /F1 ${size} Tf 0.7071 0.7071 -0.7071 0.7071 180 350 Tm (${text}) Tj ET Q`;

async function read(contents: readonly string[], resources = '') {
  const { sections, omitted = [] } = await readPdf(
    drawPdf(
      contents.map((content) => ({ content })),
      { resources },
    ),
  );
  return { text: sections.map((section) => [...section.headings, section.text].join('\n')).join('\n'), omitted };
}

describe('watermarks', { timeout: 60_000 }, () => {
  test.each([
    ['large, across the page', across('DRAFT', 80), ''],
    ['light, across the page', across('Internal use only', 14, '0.8 g'), ''],
    [
      'translucent, across the page',
      `/G1 gs ${across('Internal use only', 14)} /G0 gs`,
      '/ExtGState << /G1 << /ca 0.2 >> /G0 << /ca 1 >> >>',
    ],
    ['large and light, under the text', `q 0.85 g ${drawn({ text: 'COPY', x: 60, y: 480, size: 60 })} Q`, ''],
  ])('%s', async (_, watermark, resources) => {
    const { text, omitted } = await read([`${watermark}\n${body}`], resources);
    expect(text).toBe(TEXT.join(' '));
    expect(omitted).toEqual([
      {
        reason: 'watermark',
        characters: expect.any(Number),
        sample: expect.stringMatching(/^(DRAFT|Internal use only|COPY)$/),
      },
    ]);
  });

  test('small, dark, across every page', async () => {
    const { text, omitted } = await read([1, 2, 3].map(() => `${across('Issued to Acme', 12)}\n${body}`));
    expect(text).not.toContain('Issued');
    expect(omitted[0]).toEqual({ reason: 'watermark', characters: 36, sample: 'Issued to Acme' });
  });

  test('labels across a drawing and light headings are kept', async () => {
    const { text, omitted } = await read([
      `${across('Pressure hose', 9)}\nq 0.7 g ${drawn({ text: 'Chapter 1', y: 700, size: 24 })} Q\n${body}`,
    ]);
    expect(text).toContain('Pressure hose');
    expect(text).toContain('Chapter 1');
    expect(omitted).toEqual([]);
  });
});

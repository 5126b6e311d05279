import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeLines, encodeLines } from './text-lines.ts';

it('decodes what it encodes, whatever the lines hold', async () => {
  const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\n\ufeff]/.test(text));
  await fc.assert(
    fc.asyncProperty(fc.array(line), async (lines) => {
      expect([...decodeLines(await encodeLines(lines))]).toEqual(lines);
    }),
  );
});

it('encodes more than one block', async () => {
  const lines = Array.from({ length: 40 }, (_, i) => String(i).repeat(50_000));
  const bytes = await encodeLines(lines);
  expect(bytes.length).toBeGreaterThan(2 ** 21);
  expect([...decodeLines(bytes)]).toEqual(lines);
});

it('decodes a last line without a line feed', () => {
  expect([...decodeLines(new TextEncoder().encode('a\n\nb'))]).toEqual(['a', '', 'b']);
});

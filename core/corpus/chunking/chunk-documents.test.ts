import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Document, Section } from '../../contracts/corpus.ts';
import type { TokenCounter } from '../../contracts/model.ts';
import { contentId } from '../../primitives/hash.ts';
import { chunkDocuments } from './chunk-documents.ts';

/** Counts words and Han characters as one token each, also very long words, and two special tokens per text. */
function counter(maxTokens: number): TokenCounter {
  return { maxTokens, count: (text) => 2 + (text.match(/\p{Script=Han}|[^\s\p{Script=Han}]+/gu)?.length ?? 0) };
}

/** Counts more tokens for a text than for its parts, as SentencePiece does. */
function superadditive(maxTokens: number): TokenCounter {
  const words = counter(maxTokens);
  return { maxTokens, count: (text) => (text === '' ? 2 : Math.ceil(words.count(text) * 1.2)) };
}

function document(sections: Section[], path = 'a.md'): Document {
  const reading = { characters: 1, omitted: [], doubts: [] };
  return { id: contentId(path), path, title: path, media: 'md', language: 'en', sections, reading };
}
const words = (count: number, word = 'word') => Array.from({ length: count }, (_, i) => `${word}${i}`).join(' ');
const section = (headings: string[], text: string): Section => ({ headings, text });
const chunk = async (sections: Section[], maxTokens: number, overlap = 0) =>
  (await chunkDocuments([document(sections)], counter(maxTokens), { overlap })).chunks;

describe('chunkDocuments', { timeout: 60_000 }, () => {
  test('a chunk begins with its nearest heading and has the full heading path', async () => {
    const text = `Open the valve. ${words(20)}.`;
    expect(await chunk([section(['Pump', 'Start'], text)], 64)).toEqual([
      {
        id: contentId(`Start\n\n${text}`),
        documentId: contentId('a.md'),
        path: 'a.md',
        headings: ['Pump', 'Start'],
        text: `Start\n\n${text}`,
        tokens: 26,
        language: 'en',
      },
    ]);
  });

  test('chunks of a section have whole sentences, about equal lengths, and all the heading', async () => {
    const sentences = Array.from({ length: 7 }, (_, i) => `Sentence ${i} has exactly six words.`);
    const chunks = await chunk([section(['H'], sentences.join(' '))], 33);
    expect(chunks.map((c) => c.text.startsWith('H\n\nSentence') && c.text.endsWith('words.'))).toEqual([true, true]);
    expect(chunks.map((c) => c.tokens)).toEqual([27, 21]);
  });

  test('tiny neighbouring sections with the same parent share a chunk, which has their headings', async () => {
    const faq = [
      section(['FAQ'], 'Ask us.'),
      section(['FAQ', 'Noise?'], 'Normal.'),
      section(['FAQ', 'Heat?'], 'Stop.'),
    ];
    const [only, ...more] = await chunk(faq, 80);
    expect(more).toEqual([]);
    expect(only?.headings).toEqual(['FAQ']);
    expect(only?.text).toBe('FAQ\n\nAsk us.\n\nNoise?\n\nNormal.\n\nHeat?\n\nStop.');
  });

  test('larger sections, and tiny ones with different parents, do not share a chunk', async () => {
    const sections = [section(['A', 'x'], words(30)), section(['A', 'y'], 'tiny'), section(['B', 'y'], 'tiny too')];
    expect((await chunk(sections, 80)).map((c) => c.headings)).toEqual([
      ['A', 'x'],
      ['A', 'y'],
      ['B', 'y'],
    ]);
  });

  test('each chunk of a table begins with its header rows, and rows are not cut', async () => {
    const row = (i: number) => `K-${i} | valve seal | ${i} mm`;
    const rows = Array.from({ length: 40 }, (_, i) => row(i));
    const text = `All seals in stock.\n\nArticle | Use | Diameter\n${rows.join('\n')}\n\nAsk us. Or order.`;
    const table = { line: 2, rows: 41, headerRows: 1 };
    for (const overlap of [0, 12]) {
      const chunks = await chunk([{ headings: ['Seals'], text, tables: [table] }], 64, overlap);
      expect(chunks.length).toBeGreaterThan(5);
      for (const { text: chunked } of chunks) {
        const lines = chunked.split('\n').filter((line) => line.includes('|'));
        if (lines.length > 0) expect(lines[0]).toBe('Article | Use | Diameter');
        expect(lines.filter((line) => line === 'Article | Use | Diameter').length).toBeLessThan(2);
        expect(lines.slice(1).every((line) => rows.includes(line))).toBe(true);
      }
      for (const whole of rows)
        expect(chunks.some(({ text: chunked }) => chunked.split('\n').includes(whole))).toBe(true);
      expect(chunks.at(-1)?.text).toMatch(/Ask us\. Or order\.$/);
    }
  });

  test('a header that is too long is not repeated, and a row longer than a chunk is cut', async () => {
    const long = words(70, 'column');
    const table = { line: 0, rows: 4, headerRows: 1 };
    const chunks = await chunk(
      [{ headings: [], text: `${long}\na | 1\nb | 2\nc | ${words(80, 'cell')}`, tables: [table] }],
      32,
    );
    expect(chunks.filter(({ text }) => text.includes('column0 ')).length).toBe(1);
    expect(
      chunks
        .map(({ text }) => text)
        .join(' ')
        .match(/cell\d+/g)?.length,
    ).toBe(80);
    const wide = await chunk(
      [{ headings: [], text: `name | use\na | ${words(27)}\nb | 2`, tables: [{ line: 0, rows: 3, headerRows: 1 }] }],
      32,
    );
    expect(wide.map(({ text }) => text.split('\n').length)).toEqual([1, 1, 2]);
  });

  test('header rows are repeated for a tokenizer that counts more for the whole than for its parts', async () => {
    const text = `a | b\n${Array.from({ length: 60 }, (_, i) => `${i} | ${words(3)}`).join('\n')}`;
    const documents = [document([{ headings: ['T'], text, tables: [{ line: 0, rows: 61, headerRows: 1 }] }])];
    const { chunks } = await chunkDocuments(documents, superadditive(40), { overlap: 0 });
    expect(chunks.every((c) => c.tokens <= 40 && c.text.startsWith('T\n\na | b\n'))).toBe(true);
  });

  test('a chunk repeats the last sentences of the chunk before, up to `overlap` tokens', async () => {
    const sentences = Array.from({ length: 6 }, (_, i) => `Sentence ${i} has exactly six words.`);
    const chunks = await chunk([section([], sentences.join(' '))], 20, 7);
    expect(chunks.length).toBeGreaterThan(2);
    for (const [i, next] of chunks.slice(1).entries()) {
      expect(next.text.startsWith(chunks[i]?.text.split(/(?<=\.) /).at(-1) ?? '-')).toBe(true);
    }
  });

  test('chunks with the same text are one chunk', async () => {
    const same = document([section(['H'], 'The same.')]);
    const { chunks, duplicates } = await chunkDocuments([same, { ...same, path: 'b.md' }], counter(64), { overlap: 0 });
    expect(chunks.map((c) => c.path)).toEqual(['a.md']);
    expect(duplicates).toBe(1);
  });

  test('a sentence longer than a chunk is cut between clauses, else words, else characters', async () => {
    expect((await chunk([section([], `${words(12)}, ${words(12)}`)], 16)).map((c) => c.text)).toEqual([
      `${words(12)},`,
      words(12),
    ]);
    const han = String.fromCodePoint(...Array.from({ length: 50 }, (_, i) => 0x5000 + i));
    expect((await chunk([section([], han)], 22)).map((c) => c.text.length)).toEqual([20, 20, 10]);
    const faces = String.fromCodePoint(...Array.from({ length: 5000 }, (_, i) => 0x20000 + i)).replaceAll(
      /../gu,
      '$&x',
    );
    const giant = await chunk([section([], faces)], 16);
    expect(giant.map((c) => c.text).join('')).toBe(faces);
    expect(giant.every((c) => c.text.isWellFormed() && c.text.length <= 16 * 16)).toBe(true);
  });

  test('a megabyte in one line does not take forever', async () => {
    const chunks = await chunk([section([], 'a'.repeat(2 ** 20))], 256);
    // 258 equal pieces, of which one is kept, and a shorter one. The long word counts as one token, but is cut anyway.
    expect(chunks.map((c) => c.text.length)).toEqual([254 * 16, 2 ** 20 - 258 * 254 * 16]);
    expect((await chunk([section([], words(200_000))], 256)).length).toBeGreaterThan(700);
  });

  test('for any document: no chunk is too long or empty, and no word is lost', async () => {
    const part = fc.constantFrom(
      '泵',
      '停机。',
      'valve ',
      'Stop. ',
      'e.g. ',
      '\n',
      '\n\n',
      '- item\n',
      '，',
      '😀',
      'x'.repeat(90),
      '```\n',
      ' ',
    );
    const texts = fc.array(part, { maxLength: 80 }).map((parts) => parts.join('').trim());
    const headings = fc.array(fc.constantFrom('A', 'B', '章', 'a long heading of several words here'), {
      maxLength: 3,
    });
    const sections = fc.array(fc.record({ headings, text: texts }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        sections,
        fc.constantFrom(counter, superadditive),
        fc.integer({ min: 16, max: 60 }),
        fc.integer({ min: 0, max: 8 }),
        async (all, by, max, overlap) => {
          const { chunks } = await chunkDocuments([document(all)], by(max), { overlap });
          const kept = chunks
            .map((c) => c.text)
            .join('\n')
            .replace(/\s/g, '');
          for (const c of chunks) {
            expect(c.tokens).toBe(by(max).count(c.text));
            expect(c.tokens).toBeLessThanOrEqual(max);
            expect(c.text).toBe(c.text.trim());
            expect(c.text).not.toBe('');
          }
          for (const { text } of all) {
            for (const word of text.match(/valve|Stop\.|停机|泵|😀/gu) ?? []) expect(kept).toContain(word);
          }
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });

  test('the same documents give the same chunks, and progress is reported', async () => {
    const sections = [section(['A'], words(100)), section(['B'], words(40))];
    const calls: number[][] = [];
    const run = () => chunkDocuments([document(sections)], counter(32), { overlap: 4 }, (...at) => calls.push(at));
    const first = await run();
    expect(await run()).toEqual(first);
    expect(calls[0]).toEqual([1, first.chunks.length]);
  });

  test('impossible options are faults that name them', async () => {
    await expect(chunkDocuments([], counter(256), { maxTokens: 512, overlap: 0 })).rejects.toMatchObject({
      kind: 'input',
      message: 'chunks.maxTokens is 512, but the model reads only 256 tokens at once.',
    });
    await expect(chunkDocuments([], counter(256), { overlap: 129 })).rejects.toMatchObject({
      message: 'chunks.overlap is 129, more than half of the 256 tokens a chunk may have.',
    });
  });
});

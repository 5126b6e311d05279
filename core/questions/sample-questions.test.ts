import { expect, it } from 'vitest';
import type { Chunk } from '../contracts/corpus.ts';
import { readSample, sampleAsMarkdown, sampleQuestions } from './sample-questions.ts';

const chunks = Array.from({ length: 10 }, (_, i): Chunk => {
  return {
    id: `c${i}`,
    documentId: 'd',
    path: 'pumps.md',
    headings: ['Pumps'],
    text: `Passage ${i}.`,
    tokens: 3,
    language: 'en',
  };
});
const questions = chunks.flatMap(({ id }) =>
  [0, 1].map((n) => ({ id: `${id}-${n}`, chunkId: id, text: `${id}-${n}?` })),
);

it('samples questions from all over the corpus, each under its passage', () => {
  const sampled = sampleQuestions(questions, chunks, 5);
  expect(sampled.map(({ chunk }) => chunk.id)).toEqual(['c0', 'c2', 'c4', 'c6', 'c8']);
  const page = sampleAsMarkdown(sampled, questions.length);
  expect(page).toContain('# 5 of 20 questions');
  expect(page).toContain('## pumps.md › Pumps\n\n> Passage 2.\n\n- c2-0?');
});

it('shows all questions where there are no more, grouped by passage', () => {
  const sampled = sampleQuestions(questions, chunks, 200);
  expect(sampled).toHaveLength(10);
  expect(sampled[3]?.questions).toEqual(['c3-0?', 'c3-1?']);
});

it('removes control characters of documents', () => {
  const [first] = chunks as [Chunk];
  const hostile = [{ ...first, text: 'one\u001b[2J\ntwo', headings: ['a\nb'] }];
  const page = sampleAsMarkdown(sampleQuestions(questions, hostile, 1), 1);
  expect(page).toContain('> one [2J\n> two');
  expect(page).toContain('## pumps.md › a b\n');
  expect(page).not.toContain('\u001b');
});

it('reads what it wrote, whatever a passage or a question looks like', () => {
  const [first] = chunks as [Chunk];
  const text = '# 9 of 9 questions\n\n## heading\n> quote\n- item\u2028## no heading\n<b>';
  const asked = [
    { id: 'a', chunkId: 'c0', text: '- ## Why?' },
    { id: 'b', chunkId: 'c0', text: 'a\n## b\u2028- c' },
  ];
  const { passages, ...counts } = readSample(
    sampleAsMarkdown(sampleQuestions(asked, [{ ...first, text, path: '## x', headings: [] }], 2), 7),
  );
  expect(counts).toEqual({ shown: 2, total: 7 });
  expect(passages).toEqual([{ source: '## x', text, questions: ['- ## Why?', 'a ## b\u2028- c'] }]);
});

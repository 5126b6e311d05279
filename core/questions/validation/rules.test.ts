import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validateAnswer } from './validate-answer.ts';
import type { QuestionFault } from './validate-question.ts';

/** Answers as language models give them, and questions as people type them, all written by hand for this test. */
function lines<T>(name: string): T[] {
  const text = readFileSync(new URL(`../../../tests/questions/${name}.jsonl`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

const PASSAGES = new Map(
  lines<{ passage: string; language: string; text: string }>('passages').map((entry) => [entry.passage, entry]),
);
const BAD = lines<{ passage: string; answer: string; fault: QuestionFault; kept?: string[]; cut?: true }>('bad');
const GOOD = lines<{ passage: string; question: string }>('good');

const validate = (passage: string, answer: string, cut?: true) =>
  validateAnswer(
    answer,
    PASSAGES.get(passage) as { language: string; text: string },
    { perChunk: 20, prompt: undefined, language: undefined },
    cut,
  );

test('the lists are long and hold every language', () => {
  expect(BAD.length).toBeGreaterThanOrEqual(220);
  expect(GOOD.length).toBeGreaterThanOrEqual(220);
  for (const list of [BAD, GOOD]) {
    const languages = new Set(list.map(({ passage }) => PASSAGES.get(passage)?.language));
    expect([...languages].sort()).toEqual(['de', 'en', 'es', 'fr', 'ja', 'ko', 'zh']);
  }
});

describe('a bad answer is refused with its fault', () => {
  test.each(BAD)('$fault: $answer', ({ passage, answer, fault, kept = [], cut }) => {
    const { accepted, refused } = validate(passage, answer, cut);
    expect({ accepted, faults: refused.map((one) => one.fault) }).toEqual({
      accepted: kept,
      faults: expect.arrayContaining([fault]),
    });
  });
});

describe('a question that people may type is kept unchanged, in any format of the answer', () => {
  test.each(GOOD)('$question', ({ passage, question }) => {
    for (const answer of [JSON.stringify({ questions: [question] }), question, `1. ${question}`, `- ${question}`]) {
      expect(validate(passage, answer)).toEqual({ accepted: [question], refused: [] });
    }
  });
});

test('of any answer, no more questions are kept than asked for, and only texts of the answer', () => {
  const [passage] = PASSAGES.values();
  const line = fc.oneof(
    fc.constantFrom(...BAD.map(({ answer }) => answer), ...GOOD.map(({ question }) => question)),
    fc.string({ unit: 'grapheme' }),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.integer({ min: 1, max: 3 }), (lines, perChunk) => {
      const answer = lines.join('\n');
      const options = { perChunk, prompt: undefined, language: undefined };
      const { accepted, refused } = validateAnswer(answer, passage as { language: string; text: string }, options);
      expect(accepted.length).toBeLessThanOrEqual(perChunk);
      expect(accepted.length + refused.length).toBeGreaterThan(0);
      for (const text of accepted) expect(answer.replace(/\s+/g, ' ')).toContain(text);
    }),
  );
});

test('an answer of a hundred thousand words is validated like any other', () => {
  for (const piece of ['A. B. C. ', 'How A) B) ', '| a ', '（ ', 'a? ', '"questions": ["', '根据文中', 'the ', '_'])
    expect(validate('en-filter', piece.repeat(100_000)).accepted.length).toBeLessThanOrEqual(20);
  const many = Array.from(
    { length: 20_000 },
    (_, i) => `Why is valve ${i} closed before cartridge ${i * 7} is opened?`,
  );
  expect(validate('en-filter', many.join('\n')).accepted).toEqual(many.slice(0, 20));
});

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDataset } from '../dataset/parse-dataset.ts';
import { validateAnswer } from './validation/validate-answer.ts';
import type { QuestionFault } from './validation/validate-question.ts';

const DATA = resolve(import.meta.dirname, '../../../shared/data');
const NO_LIMIT = { perChunk: 1000, prompt: undefined, language: undefined };

/** Refused questions of a dataset by fault, with the questions of each passage as one answer. */
function refusedIn(name: string, language: string) {
  const { queries, corpus, relevant_docs } = parseDataset(readFileSync(join(DATA, `${name}.json`), 'utf8'), name);
  const asked = Map.groupBy(Object.keys(queries), (id) => relevant_docs[id]?.[0] as string);
  const refused: Partial<Record<QuestionFault, number>> = {};
  for (const [passage, ids] of asked) {
    const answer = JSON.stringify(ids.map((id) => queries[id]));
    for (const { fault } of validateAnswer(answer, { text: corpus[passage] as string, language }, NO_LIMIT).refused)
      refused[fault] = (refused[fault] ?? 0) + 1;
  }
  return { questions: Object.keys(queries).length, refused };
}

describe.skipIf(!existsSync(join(DATA, 'covidqa.train.json')))(
  'questions of real datasets (../shared/data; skipped where it is absent)',
  () => {
    test.each([
      ['covidqa.train', 'en'],
      ['covidqa.val', 'en'],
      ['xquad_zh.train', 'zh'],
      ['xquad_zh.val', 'zh'],
    ])('of %s, which people wrote: at most one in a hundred is refused', (name, language) => {
      const { questions, refused } = refusedIn(name, language);
      const count = Object.values(refused).reduce((sum, n) => sum + n, 0);
      expect(count / questions, JSON.stringify(refused)).toBeLessThan(0.01);
    });

    test.each(['nvidia_sec.train', 'nvidia_sec.val'])(
      'of %s, which a model wrote: those that mention “the context information” and those that are too long are refused, and no others',
      (name) => {
        const { questions, refused } = refusedIn(name, 'en');
        expect(Object.keys(refused).sort()).toEqual(['speaks of the passage', 'too long']);
        expect((refused['speaks of the passage'] as number) / questions).toBeGreaterThan(0.1);
        expect((refused['too long'] as number) / questions).toBeLessThan(0.1);
      },
    );
  },
);

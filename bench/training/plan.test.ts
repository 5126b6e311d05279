import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { planTraining } from './plan.ts';

const folder = temporaryFolder();

test('plans batches in which every pair occurs in each epoch', async () => {
  const names = Array.from({ length: 9 }, (_, i) => `${i}`);
  const file = folder.join('train.json');
  const dataset = {
    queries: Object.fromEntries(names.map((i) => [`q${i}`, `question ${i}`])),
    corpus: Object.fromEntries(names.map((i) => [`c${i}`, `passage ${i}`])),
    relevant_docs: Object.fromEntries(names.map((i) => [`q${i}`, [`c${i}`]])),
  };
  await writeFile(file, JSON.stringify(dataset));
  const plan = await planTraining(file, { epochs: 2, batchSize: 4, seed: 1 });
  // The last of nine pairs would be alone in its batch, so others are repeated with it.
  expect(plan.map((batch) => batch.length)).toEqual([4, 4, 4, 4, 4, 4]);
  for (const [query, passage] of plan.flat()) expect(passage.split(' ')[1]).toBe(query.split(' ')[1]);
  for (const epoch of [plan.slice(0, 3), plan.slice(3)]) expect(new Set(epoch.flat().map(String)).size).toBe(9);
});

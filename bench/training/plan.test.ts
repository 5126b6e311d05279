import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planTraining } from './plan.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-plan-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('every pair stands once an epoch, in batches that the other side can be given', async () => {
  const names = Array.from({ length: 9 }, (_, i) => `${i}`);
  const file = join(folder, 'train.json');
  const dataset = {
    queries: Object.fromEntries(names.map((i) => [`q${i}`, `question ${i}`])),
    corpus: Object.fromEntries(names.map((i) => [`c${i}`, `passage ${i}`])),
    relevant_docs: Object.fromEntries(names.map((i) => [`q${i}`, [`c${i}`]])),
  };
  await writeFile(file, JSON.stringify(dataset));
  const plan = await planTraining(file, { epochs: 2, batchSize: 4, seed: 1 });
  // One of nine would stand alone, with nothing to be told from.
  expect(plan.map((batch) => batch.length)).toEqual([4, 4, 4, 4]);
  for (const [query, passage] of plan.flat()) expect(passage.split(' ')[1]).toBe(query.split(' ')[1]);
  expect(new Set(plan.slice(0, 2).flat().map(String)).size).toBe(8);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { MiningOptions } from '../../core/contracts/mining.ts';
import { putJson, readDataset } from '../runtime/artifacts.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { resolveModel } from '../training/resolve-model.ts';
import { mineHardNegatives } from './mine.ts';

const SUBJECTS = ['pumps', 'valves', 'filters', 'seals'];

// The embedding process has to start, on however busy a machine.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-mine-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('adds hard negatives of the base model’s own finding to the training data, once', async () => {
  const context = await contextIn(folder);
  const { store } = context;
  const { output: base } = await resolveModel(context, { model: './tiny-bert' });
  const dataset = await putJson(store, {
    queries: Object.fromEntries(SUBJECTS.map((s, i) => [`q${i}`, `who checks ${s}?`])),
    corpus: Object.fromEntries(SUBJECTS.map((s, i) => [`c${i}`, `the ${s} of hall ${i}.`])),
    relevant_docs: Object.fromEntries(SUBJECTS.map((_, i) => [`q${i}`, [`c${i}`]])),
  });
  const options = MiningOptions.parse({ perQuery: 2, margin: null });
  const job = { base, dataset, options, training: { seed: 1, prompts: { query: 'ask: ' } } };
  const { output, summary, reused } = await mineHardNegatives(context, job);
  const mined = await readDataset(store, output.dataset);
  for (const [query, negatives] of Object.entries(mined.hard_negatives ?? {})) {
    expect(negatives).toHaveLength(2);
    expect(negatives).not.toContain(query.replace('q', 'c'));
  }
  expect(summary).toBe('8 hard negatives for 4 questions; 0 % of those looked at were too near the answer');
  expect(reused).toBe(false);
  expect((await mineHardNegatives(context, job)).reused).toBe(true);
});

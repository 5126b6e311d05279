import { expect, it, vi } from 'vitest';
import { MiningOptions } from '../../core/contracts/mining.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { putJson, readDataset } from '../runtime/artifacts.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { resolveModel } from '../training/resolve-model.ts';
import { mineHardNegatives } from './mine-hard-negatives.ts';

const TOPICS = ['pumps', 'valves', 'filters', 'seals'];

// The embedding process may start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folder = temporaryFolder();

it('adds hard negatives that the base model finds to the training data, and reuses the result', async () => {
  const context = await contextIn(folder.path);
  const { store } = context;
  const { output: base } = await resolveModel(context, { model: './tiny-bert' });
  const dataset = await putJson(store, {
    queries: Object.fromEntries(TOPICS.map((s, i) => [`q${i}`, `who checks ${s}?`])),
    corpus: Object.fromEntries(TOPICS.map((s, i) => [`c${i}`, `the ${s} of hall ${i}.`])),
    relevant_docs: Object.fromEntries(TOPICS.map((_, i) => [`q${i}`, [`c${i}`]])),
  });
  const options = MiningOptions.parse({ perQuery: 2, margin: null });
  const job = { base, dataset, options, training: { seed: 1, prompts: { query: 'ask: ' } } };
  const { output, summary, reused } = await mineHardNegatives(context, job);
  const mined = await readDataset(store, output.dataset);
  for (const [query, negatives] of Object.entries(mined.hard_negatives ?? {})) {
    expect(negatives).toHaveLength(2);
    expect(negatives).not.toContain(query.replace('q', 'c'));
  }
  expect(summary).toBe('8 hard negatives for 4 questions; 0 % of the candidates were too similar to the answer');
  expect(reused).toBe(false);
  expect((await mineHardNegatives(context, job)).reused).toBe(true);
});

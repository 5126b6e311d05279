import { doStep } from '../core/artifacts/step.ts';
import type { Activities } from '../core/contracts/activities.ts';
import { QADataset } from '../core/contracts/dataset.ts';
import { Comparison, Ranking } from '../core/contracts/evaluation.ts';
import { gainInWords } from '../core/release/gate.ts';
import { compareSystems } from '../core/retrieval/compare.ts';
import { readJson } from './artifacts.ts';
import type { StepContext } from './context.ts';

/** The figure a run is decided by. */
const DECIDING_METRIC = 'hit@5';

/** How much better the tuned model is than the base, query by query. */
export async function compare(
  { store }: StepContext,
  { dataset, base, tuned }: Parameters<Activities['compare']>[0],
): ReturnType<Activities['compare']> {
  const inputs = { dataset: dataset.sha256, base: base.sha256, tuned: tuned.sha256 };
  const step = { name: 'compare', version: 1, inputs, options: DECIDING_METRIC };
  const outcome = await doStep(store, step, Comparison, async () =>
    compareSystems(
      await readJson(store, dataset, QADataset),
      await readJson(store, base, Ranking.array()),
      await readJson(store, tuned, Ranking.array()),
      DECIDING_METRIC,
    ),
  );
  return { ...outcome, summary: gainInWords(outcome.output) };
}

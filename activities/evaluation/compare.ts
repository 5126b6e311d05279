import { doStep } from '../../core/artifacts/step.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Comparison, Ranking } from '../../core/contracts/evaluation.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { gainInWords } from '../../core/release/gate.ts';
import { compareSystems, rankingsOfUnseenPassages } from '../../core/retrieval/compare.ts';
import { readDataset, readJson } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';

/** The figure a run is decided by. */
const DECIDING_METRIC = 'hit@5';

/** How much better the tuned model is than the base (or another), query by query. */
export async function compare(
  { store }: StepContext,
  {
    dataset,
    base,
    tuned,
    trainedOn,
    over,
  }: {
    dataset: ArtifactRef;
    base: ArtifactRef;
    tuned: ArtifactRef;
    trainedOn?: ArtifactRef;
    /** What the summary calls `base`. */
    over?: string;
  },
): Promise<StepResult<Comparison>> {
  const inputs: Record<string, string> = { dataset: dataset.sha256, base: base.sha256, tuned: tuned.sha256 };
  if (trainedOn) inputs.trainedOn = trainedOn.sha256;
  const step = { name: 'compare', version: 1, inputs, options: DECIDING_METRIC };
  const outcome = await doStep(store, step, Comparison, async () => {
    const asked = await readDataset(store, dataset);
    const seen = trainedOn ? (await readDataset(store, trainedOn)).corpus : {};
    const read = async (ref: ArtifactRef) => {
      const all = await readJson(store, ref, Ranking.array());
      const unseen = rankingsOfUnseenPassages(asked, all, seen);
      // With nothing else to judge by, what it was trained on speaks for it: a new model has to be better still.
      return unseen.length > 0 ? unseen : all;
    };
    return compareSystems(asked, await read(base), await read(tuned), DECIDING_METRIC);
  });
  return { ...outcome, summary: gainInWords(outcome.output, over) };
}

import { doStep } from '../../core/artifacts/step.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Comparison, Ranking } from '../../core/contracts/evaluation.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { describeGain } from '../../core/release/gate.ts';
import { compareSystems, rankingsOfUnseenPassages } from '../../core/retrieval/compare.ts';
import { questionGroups } from '../../core/retrieval/question-groups.ts';
import { documentsOf, readDataset, readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';

/** The metric by which runs and retrainings are decided. */
const DECIDING_METRIC = 'hit@5';

type Input = {
  /** JSON of `QADataset`, which both systems were evaluated on. */
  dataset: ArtifactRef;
  /** JSON Lines of `Ranking`: those of the system to compare with. */
  base: ArtifactRef;
  /** JSON Lines of `Ranking`: those of the tuned model. */
  tuned: ArtifactRef;
  /** JSON of `QADataset` that one of the systems was trained on; questions about its passages are left out. */
  trainedOn?: ArtifactRef | undefined;
  /** As in `evaluate`. */
  chunks?: ArtifactRef | undefined;
  /** Name of the system to compare with, for the summary; default: `base`. */
  comparedWith?: string | undefined;
  /** Name of the dataset, for the summary; default: the validation set, which is not named. */
  on?: string | undefined;
};

/**
 * Compares the tuned model with another system, paired by query. Reused for the same rankings and datasets.
 * @returns the difference in hit@5, tuned minus base.
 */
export async function compare(
  { store }: StepContext,
  { dataset, base, tuned, trainedOn, chunks, comparedWith, on }: Input,
): Promise<StepResult<Comparison>> {
  const inputs: Record<string, string> = { dataset: dataset.sha256, base: base.sha256, tuned: tuned.sha256 };
  if (trainedOn) inputs.trainedOn = trainedOn.sha256;
  if (chunks) inputs.chunks = chunks.sha256;
  const step = { name: 'compare', version: 2, inputs, options: DECIDING_METRIC };
  const outcome = await doStep(store, step, Comparison, async () => {
    const data = await readDataset(store, dataset);
    const seen = trainedOn ? (await readDataset(store, trainedOn)).corpus : {};
    const read = async (ref: ArtifactRef) => {
      const all = await readJsonLines(store, ref, Ranking);
      const unseen = rankingsOfUnseenPassages(data, all, seen);
      // Without unseen passages all questions count. This favours the system that was trained on them, so a new model
      // has to be better still.
      return unseen.length > 0 ? unseen : all;
    };
    const before = await read(base);
    const groups = questionGroups(data, before, chunks && (await documentsOf(store, chunks)));
    return compareSystems(data, before, await read(tuned), DECIDING_METRIC, groups);
  });
  const gain = describeGain(outcome.output, comparedWith);
  return { ...outcome, summary: on === undefined ? gain : `${gain} on ${on}` };
}

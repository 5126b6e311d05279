import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Ranking } from '../../core/contracts/evaluation.ts';
import type { Release } from '../../core/contracts/release.ts';
import type { CurrentReleaseEvaluation } from '../../core/contracts/retrain.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { rankingsOfUnseenPassages } from '../../core/retrieval/compare.ts';
import { DEFAULT_CUTOFFS, summarise } from '../../core/retrieval/metrics.ts';
import { questionGroups } from '../../core/retrieval/question-groups.ts';
import { measureRelease } from '../release/measure-release.ts';
import { documentsOf, readDataset, readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';
import { evaluate } from './evaluate.ts';

type Input = {
  /** The published name, for the summary. */
  name: string;
  /** The current release of the name. */
  release: Release;
  /** JSON of `QADataset`: today's validation data. */
  validation: ArtifactRef;
  /** As in `evaluate`. */
  chunks?: ArtifactRef | undefined;
};

/**
 * Evaluates the current release on today's validation data, and separately on the questions about passages that it has
 * not seen. Reused as `evaluate`. @throws Fault as `evaluate`
 */
export async function evaluateCurrentRelease(
  context: StepContext,
  { name, release, validation, chunks }: Input,
): Promise<StepResult<CurrentReleaseEvaluation>> {
  const { store, measure } = context;
  const { output, ...rest } = await evaluate(context, {
    system: { kind: 'tuned', model: release.model },
    dataset: validation,
    chunks,
  });
  const dataset = await readDataset(store, validation);
  const rankings = await readJsonLines(store, output.rankings, Ranking);
  // The corpus of its validation data holds all passages of that time, the training passages included.
  const { corpus } = await readDataset(store, release.validation);
  const unseenRankings = rankingsOfUnseenPassages(dataset, rankings, corpus);
  const { groups } = questionGroups(dataset, unseenRankings, chunks && (await documentsOf(store, chunks)));
  const unseen =
    unseenRankings.length > 0
      ? { queries: unseenRankings.length, metrics: summarise(dataset, unseenRankings, DEFAULT_CUTOFFS, groups) }
      : undefined;
  measureRelease(measure, name, release.version, output.metrics['hit@5']);
  const hitRate = ({ metrics }: Pick<typeof output, 'metrics'>) => metrics['hit@5']?.value.toFixed(3);
  const onUnseen = unseen
    ? `, ${hitRate(unseen)} on ${counted(unseen.queries, 'question')} about new passages`
    : ', none about new passages';
  return {
    ...rest,
    output: { version: release.version, evaluation: output, unseen },
    summary: `${name} v${release.version} hit rate @5 ${hitRate(output)} on ${counted(output.queries, 'question')}${onUnseen}`,
  };
}

import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Ranking } from '../../core/contracts/evaluation.ts';
import type { Release } from '../../core/contracts/release.ts';
import type { CurrentReleaseEvaluation } from '../../core/contracts/retrain.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { rankingsOfUnseenPassages } from '../../core/retrieval/compare.ts';
import { DEFAULT_CUTOFFS, summarise } from '../../core/retrieval/metrics.ts';
import { readDataset, readJson } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';
import { evaluate } from './evaluate.ts';

/** How the model in production does on the documents of today, and on what is new to it among them. */
export async function evaluateCurrentRelease(
  context: StepContext,
  {
    name,
    release,
    validation,
    maxLength,
  }: {
    name: string;
    release: Release;
    validation: ArtifactRef;
    maxLength?: number;
  },
): Promise<StepResult<CurrentReleaseEvaluation>> {
  const { store } = context;
  const { output, ...outcome } = await evaluate(context, {
    system: { kind: 'tuned', model: release.model },
    dataset: validation,
    ...(maxLength === undefined ? {} : { maxLength }),
  });
  const dataset = await readDataset(store, validation);
  const rankings = await readJson(store, output.rankings, Ranking.array());
  // Its validation set held every passage there was, those trained on included.
  const { corpus } = await readDataset(store, release.validation);
  const beyond = rankingsOfUnseenPassages(dataset, rankings, corpus);
  const unseen =
    beyond.length > 0 ? { queries: beyond.length, metrics: summarise(dataset, beyond, DEFAULT_CUTOFFS) } : undefined;
  const hit = ({ metrics }: Pick<typeof output, 'metrics'>) => metrics['hit@5']?.value.toFixed(3);
  const onUnseen = unseen
    ? `, ${hit(unseen)} on ${counted(unseen.queries, 'unseen question')}`
    : ', none of them unseen';
  return {
    ...outcome,
    output: { version: release.version, evaluation: output, ...(unseen ? { unseen } : {}) },
    summary: `${name} v${release.version} hit rate @5 ${hit(output)} on ${counted(output.queries, 'question')}${onUnseen}`,
  };
}

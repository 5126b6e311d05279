import { workflowInfo } from '@temporalio/workflow';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { Comparison } from '../../core/contracts/evaluation.ts';
import type { TunedModel } from '../../core/contracts/model.ts';
import type { Release, TrainedCandidate } from '../../core/contracts/release.ts';
import type { RetrainResult } from '../../core/contracts/retrain.ts';
import type { ParsedRetrainInput } from '../../core/run/parse-input.ts';
import { cpu } from '../activity-proxies.ts';
import type { RunProgress, RunStep } from './run-progress.ts';

/** The run that trained the new model, and its result. */
export type TrainingRun = NonNullable<RetrainResult['run']>;

type Decision = Pick<RetrainResult, 'decision' | 'reason' | 'version' | 'gain' | 'general'>;
type Comparisons = { gain: Comparison; general?: Comparison };

/**
 * Compares the new model with the current release, asks a person if the input says so, and promotes the new model or
 * keeps the current release. Starts again if the current version changes meanwhile.
 * @param currentRelease undefined if nothing is published under the name.
 * @param chunks JSON Lines of `Chunk`: today's, by whose documents intervals go.
 */
export async function decidePromotion(
  run: RunProgress,
  runStep: RunStep,
  input: ParsedRetrainInput,
  currentRelease: Release | undefined,
  { workflowId, result }: TrainingRun,
  chunks: ArtifactRef | undefined,
): Promise<Decision> {
  const { name } = input.publish;
  const { documents, dataset, base, model, evaluations, recipe } = result;
  const [evaluation] = evaluations;
  const candidate: TrainedCandidate = {
    workflowId,
    base,
    model,
    evaluation,
    dataset,
    documents,
    baseIsBetter: recipe?.search?.baseIsBetter,
  };
  const requestId = workflowInfo().runId;
  let release = currentRelease;
  for (;;) {
    const current = release;
    const comparisons = current
      ? await compareWithRelease(runStep, input, current, candidate, chunks)
      : { gain: evaluation.gain };
    const label = current ? `${name} v${current.version}` : 'base';
    const rejected = input.approvals.promotion
      ? await run.approval('promotion', describeDifference(comparisons.gain, label))
      : undefined;
    const { decision, ...rest } = await runStep(() =>
      cpu.promoteOrKeep({
        name,
        candidate,
        requestId,
        ...comparisons,
        expected: current?.version ?? 0,
        // Nothing to protect yet: the first model has to pass the gate against its base.
        options: current ? input.retrain : { ...input.retrain, gate: input.publish.gate },
        rejected,
      }),
    );
    if (decision !== 'conflict') return { decision, ...rest, ...comparisons };
    ({ release } = await runStep(() => cpu.currentRelease({ name })));
  }
}

/**
 * Compares the new model with the current release on today's validation set, and on the general set if there is one.
 */
async function compareWithRelease(
  runStep: RunStep,
  input: ParsedRetrainInput,
  release: Release,
  { model, dataset: { validation } }: TrainedCandidate,
  chunks: ArtifactRef | undefined,
): Promise<Comparisons> {
  const compareOn = async (dataset: ArtifactRef, chunks?: ArtifactRef): Promise<Comparison> => {
    const evaluate = (model: TunedModel) =>
      runStep(() => cpu.evaluate({ system: { kind: 'tuned', model }, dataset, chunks }));
    const { rankings: base } = await evaluate(release.model);
    const { rankings: tuned } = await evaluate(model);
    const comparedWith = `${input.publish.name} v${release.version}`;
    return runStep(() => cpu.compare({ dataset, base, tuned, trainedOn: release.train, chunks, comparedWith }));
  };
  const gain = await compareOn(validation, chunks);
  const { generalSet: location } = input.retrain;
  if (location === undefined) return { gain };
  const { dataset } = await runStep(() => cpu.importDataset({ location }));
  return { gain, general: await compareOn(dataset) };
}

/** `hit@5 +1.4 points compared with handbook v1 (95 % CI -3.5 to 6.3)`, for the person who approves. */
function describeDifference({ metric, difference: { value, low, high } }: Comparison, label: string): string {
  const points = (share: number) => (100 * share).toFixed(1);
  const sign = value > 0 ? '+' : '';
  return `${metric} ${sign}${points(value)} points compared with ${label} (95 % CI ${points(low)} to ${points(high)})`;
}

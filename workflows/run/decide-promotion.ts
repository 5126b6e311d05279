import { workflowInfo } from '@temporalio/workflow';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { Comparison } from '../../core/contracts/evaluation.ts';
import type { TunedModel } from '../../core/contracts/model.ts';
import type { Release, TrainedCandidate } from '../../core/contracts/release.ts';
import type { RetrainResult } from '../../core/contracts/retrain.ts';
import type { DatasetEvaluation } from '../../core/contracts/run-result.ts';
import type { parseRetrainInput } from '../../core/run/parse-input.ts';
import { cpu } from '../activity-proxies.ts';
import type { RunProgress, Step } from './run-progress.ts';

/** The checked input of a retraining. */
export type NamedInput = ReturnType<typeof parseRetrainInput>;

/** The run that trained, and what it came to. */
export type Trained = NonNullable<RetrainResult['run']>;

type Verdict = Pick<RetrainResult, 'decision' | 'reason' | 'version' | 'gain' | 'general'>;

/** Has the new model promoted or refused; once more whenever the name was moved meanwhile, as there is another to beat. */
export async function decidePromotion(
  run: RunProgress,
  step: Step,
  input: NamedInput,
  released: Release | undefined,
  { workflowId, result }: Trained,
): Promise<Verdict> {
  const { name } = input.publish;
  const { documents, dataset, base, model, evaluations } = result;
  const [evaluation] = evaluations as [DatasetEvaluation];
  const candidate: TrainedCandidate = {
    workflowId,
    base,
    model,
    evaluation,
    dataset,
    ...(documents ? { documents } : {}),
  };
  const requestId = workflowInfo().runId;
  for (let release = released; ; { release } = await step(() => cpu.currentRelease({ name }))) {
    const found = release ? await beside(step, input, release, candidate) : { gain: evaluation.gain };
    const over = release ? `${name} v${release.version}` : 'base';
    const rejected = input.approvals.promotion ? await run.approval('promotion', inShort(found.gain, over)) : undefined;
    const decided = {
      ...{ name, candidate, requestId, ...found },
      expected: release?.version ?? 0,
      options: release ? input.retrain : { ...input.retrain, gate: input.publish.gate },
      ...(rejected === undefined ? {} : { rejected }),
    };
    const { decision, ...rest } = await step(() => cpu.promoteOrKeep(decided));
    if (decision !== 'conflict') return { decision, ...rest, ...found };
  }
}

/** The new model beside the one in production, on today's validation set and on the general one, if there is one. */
async function beside(
  step: Step,
  input: NamedInput,
  release: Release,
  { model, dataset }: TrainedCandidate,
): Promise<Pick<Verdict, 'general'> & { gain: Comparison }> {
  const { maxLength } = input.training;
  const compared = async (on: ArtifactRef) => {
    const measured = (model: TunedModel) =>
      step(() => cpu.evaluate({ system: { kind: 'tuned', model }, dataset: on, ...(maxLength && { maxLength }) }));
    const { rankings: base } = await measured(release.model);
    const { rankings: tuned } = await measured(model);
    const over = `${input.publish.name} v${release.version}`;
    return step(() => cpu.compare({ dataset: on, base, tuned, trainedOn: release.train, over }));
  };
  const gain = await compared(dataset.validation);
  const { generalSet: location } = input.retrain;
  if (location === undefined) return { gain };
  const { dataset: general } = await step(() => cpu.importDataset({ location }));
  return { gain, general: await compared(general) };
}

function inShort({ metric, difference: { value, low, high } }: Comparison, over: string): string {
  const points = (share: number) => (100 * share).toFixed(1);
  return `${metric} ${points(value)} points above ${over} (95 % CI ${points(low)} to ${points(high)})`;
}

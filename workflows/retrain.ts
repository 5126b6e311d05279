import {
  allHandlersFinished,
  condition,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { ArtifactRef } from '../core/contracts/artifact.ts';
import type { PreparedDataset } from '../core/contracts/prepared-dataset.ts';
import { RETRAIN_STAGES } from '../core/contracts/progress.ts';
import type { Release } from '../core/contracts/release.ts';
import type { CurrentReleaseEvaluation, RetrainRequest, RetrainResult } from '../core/contracts/retrain.ts';
import type { RunResult } from '../core/contracts/run-result.ts';
import { toCost } from '../core/contracts/spending.ts';
import type { StepResult } from '../core/contracts/step-result.ts';
import { withModelPrompts } from '../core/run/model-prompts.ts';
import { type ParsedRetrainInput, parseRetrainInput } from '../core/run/parse-input.ts';
import { cpu } from './activity-proxies.ts';
import type { fineTune } from './fine-tune.ts';
import { progressQuery } from './messages.ts';
import { decidePromotion, type TrainingRun } from './run/decide-promotion.ts';
import { documentsBy } from './run/evaluate-models.ts';
import { parseOrFail } from './run/failure.ts';
import { measure } from './run/measure.ts';
import { prepareDataset, readDocuments } from './run/prepare-dataset.ts';
import { rerunOnLostArtifact } from './run/rerun-on-lost-artifact.ts';
import { resolveModel } from './run/resolve-model.ts';
import { RunProgress } from './run/run-progress.ts';

/**
 * Compares the documents with those of the current release. If enough have changed, evaluates the current release on
 * today's data, trains a new model, and promotes the better of the two. The decision and its reason are the result;
 * they are also in the memo, for lists.
 */
export async function retrain(request: RetrainRequest): Promise<RetrainResult> {
  const input = parseOrFail(parseRetrainInput, request);
  const title = input.title ?? input.publish.name;
  const run = new RunProgress(title, input.model, RETRAIN_STAGES);
  setHandler(progressQuery, () => run.progress, { description: 'Progress of the retraining, stage by stage' });
  const ended = (decision: RetrainResult['decision'] | 'failed') =>
    measure('hone_retrainings', 1, { name: input.publish.name, schedule: ownSchedule(), decision });
  const result = await rerunOnLostArtifact(run, () => runStages(run, input, title)).catch((error: unknown) => {
    if (!isCancellation(error)) ended('failed');
    throw error;
  });
  const { decision, reason } = result;
  ended(decision);
  upsertMemo({ decision, reason });
  // An update that was accepted last is answered before the workflow ends.
  await condition(allHandlersFinished);
  return result;
}

/** The schedule that started this workflow; empty if none did. */
function ownSchedule(): string {
  const [schedule = ''] = workflowInfo().searchAttributes.TemporalScheduledById ?? [];
  return String(schedule);
}

async function runStages(run: RunProgress, given: ParsedRetrainInput, title: string): Promise<RetrainResult> {
  const { name } = given.publish;
  const { workflowId } = workflowInfo();
  const ingest = await readDocuments(run, given);
  const { release, changes, skipReason } = await run.stage('changes', async (runStep) => {
    const { release } = await runStep(() => cpu.currentRelease({ name }));
    const options = given.retrain;
    const compared = await runStep(() => cpu.documentChanges({ name, documents: ingest.documents, options, release }));
    return { release, ...compared };
  });
  if (release && skipReason !== undefined) {
    run.skip('model', 'chunks', 'split', 'questions', 'dataset', 'release', 'train', 'decision');
    return { name, decision: 'unchanged', reason: skipReason, version: release.version, changes, cost: toCost() };
  }

  const base = await resolveModel(run, given);
  const input = withModelPrompts(given, base);
  const prepared = await prepareDataset(run, input, base, ingest);
  const { dataset, chunks: chunked, split, questions } = prepared;
  const chunks = documentsBy(chunked, split);
  const currentRelease = await evaluateRelease(run, input, release, { validation: dataset.validation, chunks });
  const trainingRun = await train(run, given, title, prepared);
  return run.stage('decision', async (runStep) => {
    const decision = await decidePromotion(run, runStep, input, release, trainingRun, chunks);
    const cost = toCost(questions?.spending);
    const result: RetrainResult = { name, changes, currentRelease, cost, ...decision, run: trainingRun };
    return { ...result, ...(await runStep(() => cpu.reportDecision({ workflowId, result }))) };
  });
}

/** Evaluates the current release before a new model is trained; undefined if nothing is published. */
async function evaluateRelease(
  run: RunProgress,
  { publish: { name } }: ParsedRetrainInput,
  release: Release | undefined,
  data: { validation: ArtifactRef; chunks: ArtifactRef | undefined },
): Promise<CurrentReleaseEvaluation | undefined> {
  if (!release) {
    run.skip('release');
    return undefined;
  }
  return run.stage('release', (runStep) => runStep(() => cpu.evaluateCurrentRelease({ name, release, ...data })));
}

/**
 * Trains in a run of its own, from the base model. That run publishes nothing: `decidePromotion` does. Invariant: it
 * trains on `prepared`, which was paid for within the budget and approved, whatever the documents are by then.
 */
async function train(
  run: RunProgress,
  { retrain: _, ...input }: ParsedRetrainInput,
  title: string,
  prepared: PreparedDataset,
): Promise<TrainingRun> {
  const workflowId = `${workflowInfo().workflowId}-train`;
  const fineTuneRun = async (): Promise<StepResult<RunResult>> => {
    const started = Date.now();
    const output = await executeChild<typeof fineTune>('fineTune', {
      workflowId,
      // The retraining itself has asked for approval of the questions, and will ask for that of the promotion.
      args: [{ ...input, title, publish: { gate: 'none' }, approvals: {} }, prepared],
      memo: { title },
      staticSummary: title,
      // If this workflow is terminated, the run still writes its checkpoint.
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    });
    const seconds = (Date.now() - started) / 1000;
    return { output, reused: false, seconds, summary: `run ${workflowId}, ${output.training.steps} steps` };
  };
  return { workflowId, result: await run.stage('train', (runStep) => runStep(fineTuneRun)) };
}

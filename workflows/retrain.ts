import {
  allHandlersFinished,
  condition,
  executeChild,
  ParentClosePolicy,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { ArtifactRef } from '../core/contracts/artifact.ts';
import { RETRAIN_STAGES } from '../core/contracts/progress.ts';
import type { Release } from '../core/contracts/release.ts';
import type { CurrentReleaseEvaluation, RetrainRequest, RetrainResult } from '../core/contracts/retrain.ts';
import type { RunResult } from '../core/contracts/run-result.ts';
import type { StepResult } from '../core/contracts/step-result.ts';
import { parseRetrainInput } from '../core/run/parse-input.ts';
import { cpu } from './activity-proxies.ts';
import type { fineTune } from './fine-tune.ts';
import { progressQuery } from './messages.ts';
import { decidePromotion, type NamedInput, type Trained } from './run/decide-promotion.ts';
import { parseOrFail } from './run/parse-or-fail.ts';
import { prepareDataset, readDocuments } from './run/prepare-dataset.ts';
import { rerunOnLostArtifact } from './run/rerun-on-lost-artifact.ts';
import { RunProgress } from './run/run-progress.ts';

/**
 * Looks at what has changed in the documents since the model in currentRelease was promoted; if it is enough, measures that
 * model on what is new, trains another, and promotes the better one. What it decided and why is its result and its memo.
 */
export async function retrain(request: RetrainRequest): Promise<RetrainResult> {
  const input = parseOrFail(parseRetrainInput, request);
  const title = input.title ?? input.publish.name;
  const run = new RunProgress(title, input.model, RETRAIN_STAGES);
  setHandler(progressQuery, () => run.progress, { description: 'How far the retraining is, stage by stage' });
  const result = await rerunOnLostArtifact(run, () => consider(run, input, title));
  const { decision, reason } = result;
  upsertMemo({ decision, reason });
  // Whoever asked for something in the last moment gets an answer.
  await condition(allHandlersFinished);
  return result;
}

async function consider(run: RunProgress, input: NamedInput, title: string): Promise<RetrainResult> {
  const { name } = input.publish;
  const { workflowId } = workflowInfo();
  const ingest = await readDocuments(run, input);
  const { release, changes, stay } = await run.stage('changes', async (step) => {
    const { release } = await step(() => cpu.currentRelease({ name }));
    const seen = { name, documents: ingest.documents, options: input.retrain, ...(release ? { release } : {}) };
    return { release, ...(await step(() => cpu.documentChanges(seen))) };
  });
  if (release && stay !== undefined) {
    run.skip('model', 'chunks', 'split', 'questions', 'dataset', 'current-release', 'train', 'decision');
    return { name, decision: 'unchanged', reason: stay, version: release.version, changes };
  }

  const base = await run.stage('model', (step) => step(() => cpu.resolveModel({ model: input.model })));
  const { dataset } = await prepareDataset(run, input, base, ingest);
  const currentRelease = await measure(run, input, release, dataset.validation);
  const trained = await train(run, input, title);
  return run.stage('decision', async (step) => {
    const verdict = await decidePromotion(run, step, input, release, trained);
    const decided = { name, changes, ...(currentRelease ? { currentRelease } : {}), ...verdict, run: trained };
    return { ...decided, ...(await step(() => cpu.reportDecision({ workflowId, result: decided }))) };
  });
}

/** What currentRelease is worth today, before anything is trained. */
async function measure(
  run: RunProgress,
  input: NamedInput,
  release: Release | undefined,
  validation: ArtifactRef,
): Promise<CurrentReleaseEvaluation | undefined> {
  if (!release) {
    run.skip('current-release');
    return undefined;
  }
  const { maxLength } = input.training;
  const measured = { name: input.publish.name, release, validation, ...(maxLength && { maxLength }) };
  return run.stage('current-release', (step) => step(() => cpu.evaluateCurrentRelease(measured)));
}

/** A run of its own, from the base model and under no name: what becomes of its model is decided here. */
async function train(run: RunProgress, { retrain: _, ...input }: NamedInput, title: string): Promise<Trained> {
  const workflowId = `${workflowInfo().workflowId}-train`;
  const child = async (): Promise<StepResult<RunResult>> => {
    const started = Date.now();
    const output = await executeChild<typeof fineTune>('fineTune', {
      workflowId,
      // The questions have been approved by now, and promotion is asked about later.
      args: [{ ...input, title, publish: { gate: 'none' }, approvals: {} }],
      memo: { title },
      staticSummary: title,
      // Should this workflow be terminated, the run still writes its checkpoint.
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    });
    const seconds = (Date.now() - started) / 1000;
    return { output, reused: false, seconds, summary: `run ${workflowId}, ${output.training.steps} steps` };
  };
  return { workflowId, result: await run.stage('train', (step) => step(child)) };
}

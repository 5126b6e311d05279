import {
  allHandlersFinished,
  condition,
  executeChild,
  ParentClosePolicy,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { Outcome } from '../core/contracts/activities.ts';
import type { ArtifactRef } from '../core/contracts/artifact.ts';
import type { Comparison } from '../core/contracts/evaluation.ts';
import type { TunedModel } from '../core/contracts/model.ts';
import { RETRAIN_STAGES } from '../core/contracts/progress.ts';
import type { Made, Release } from '../core/contracts/release.ts';
import {
  type ProductionMeasured,
  parseRetrainInput,
  type RetrainInput,
  type RetrainRequest,
  type RetrainResult,
} from '../core/contracts/retrain.ts';
import type { Judgement, RunResult } from '../core/contracts/run-result.ts';
import { checked } from './checked.ts';
import { makeData, readDocuments } from './data.ts';
import type { fineTune } from './fine-tune.ts';
import { progressQuery } from './messages.ts';
import { StageBoard, type Step } from './stage-board.ts';
import { cpu } from './steps.ts';

/**
 * Looks at what has changed in the documents since the model in production was promoted; if it is enough, measures that
 * model on what is new, trains another, and promotes the better one. What it decided and why is its result and its memo.
 */
export async function retrain(request: RetrainRequest): Promise<RetrainResult> {
  const input = checked(parseRetrainInput, request);
  const { name } = input.publish;
  const { workflowId } = workflowInfo();
  const title = input.title ?? name;
  const board = new StageBoard(title, input.model, RETRAIN_STAGES);
  setHandler(progressQuery, () => board.progress, { description: 'How far the retraining is, stage by stage' });

  const ingest = await readDocuments(board, input);
  const { release, changes, stay } = await board.run('changes', async (step) => {
    const { release } = await step(() => cpu.production({ name }));
    const seen = { name, documents: ingest.documents, options: input.retrain, ...(release ? { release } : {}) };
    return { release, ...(await step(() => cpu.changes(seen))) };
  });
  if (release && stay !== undefined) {
    board.skip('model', 'chunks', 'split', 'questions', 'dataset', 'production', 'train', 'decision');
    return concluded({ name, decision: 'unchanged', reason: stay, version: release.version, changes });
  }

  const base = await board.run('model', (step) => step(() => cpu.resolveModel({ model: input.model })));
  const { dataset } = await makeData(board, input, base, ingest);
  const production = await measure(board, input, release, dataset.validation);
  const run = await train(board, input, title);
  const result = await board.run('decision', async (step) => {
    const verdict = await decide(board, step, input, release, run);
    const decided = { name, changes, ...(production ? { production } : {}), ...verdict, run };
    return { ...decided, ...(await step(() => cpu.reportDecision({ workflowId, result: decided }))) };
  });
  return concluded(result);
}

type NamedInput = ReturnType<typeof parseRetrainInput>;
type Trained = NonNullable<RetrainResult['run']>;
type Verdict = Pick<RetrainResult, 'decision' | 'reason' | 'version' | 'gain' | 'general'>;

/** What production is worth today, before anything is trained. */
async function measure(
  board: StageBoard,
  input: NamedInput,
  release: Release | undefined,
  validation: ArtifactRef,
): Promise<ProductionMeasured | undefined> {
  if (!release) {
    board.skip('production');
    return undefined;
  }
  const measured = { name: input.publish.name, release, validation, ...maxLengthOf(input) };
  return board.run('production', (step) => step(() => cpu.measureProduction(measured)));
}

/** A run of its own, from the base model and under no name: what becomes of its model is decided here. */
async function train(board: StageBoard, { retrain: _, ...input }: NamedInput, title: string): Promise<Trained> {
  const workflowId = `${workflowInfo().workflowId}-train`;
  const run = async (): Promise<Outcome<RunResult>> => {
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
  return { workflowId, result: await board.run('train', (step) => step(run)) };
}

/** Has the new model promoted or refused; once more whenever the name was moved meanwhile, as there is another to beat. */
async function decide(
  board: StageBoard,
  step: Step,
  input: NamedInput,
  released: Release | undefined,
  { workflowId, result }: Trained,
): Promise<Verdict> {
  const { name } = input.publish;
  const { documents, dataset, base, model, judgements } = result;
  const [judgement] = judgements as [Judgement];
  const made: Made = { workflowId, base, model, judgement, dataset, ...(documents ? { documents } : {}) };
  const id = workflowInfo().runId;
  for (let release = released; ; { release } = await step(() => cpu.production({ name }))) {
    const found = release ? await beside(step, input, release, made) : { gain: judgement.gain };
    const rejected = input.approvals.promotion ? await board.approval('promotion', inShort(found.gain)) : undefined;
    const decided = {
      ...{ name, made, id, ...found },
      expected: release?.version ?? 0,
      options: release ? input.retrain : { ...input.retrain, gate: input.publish.gate },
      ...(rejected === undefined ? {} : { rejected }),
    };
    const { decision, ...rest } = await step(() => cpu.conclude(decided));
    if (decision !== 'overtaken') return { decision, ...rest, ...found };
  }
}

/** The new model beside the one in production, on today's validation set and on the general one, if there is one. */
async function beside(
  step: Step,
  input: NamedInput,
  release: Release,
  { model, dataset }: Made,
): Promise<Pick<Verdict, 'general'> & { gain: Comparison }> {
  const compared = async (on: ArtifactRef) => {
    const measured = (model: TunedModel) =>
      step(() => cpu.evaluate({ system: { kind: 'tuned', model }, dataset: on, ...maxLengthOf(input) }));
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

function inShort({ metric, difference: { value, low, high } }: Comparison): string {
  const points = (share: number) => (100 * share).toFixed(1);
  return `${metric} ${points(value)} points above what is there (95 % CI ${points(low)} to ${points(high)})`;
}

function maxLengthOf({ training: { maxLength } }: RetrainInput): { maxLength?: number } {
  return maxLength === undefined ? {} : { maxLength };
}

async function concluded(result: RetrainResult): Promise<RetrainResult> {
  const { decision, reason } = result;
  upsertMemo({ decision, reason });
  // Whoever asked for something in the last moment gets an answer.
  await condition(allHandlersFinished);
  return result;
}

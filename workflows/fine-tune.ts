import { allHandlersFinished, condition, setHandler, workflowInfo } from '@temporalio/workflow';
import type { RunRecord, System } from '../core/contracts/activities.ts';
import type { ArtifactRef } from '../core/contracts/artifact.ts';
import type { DatasetResult } from '../core/contracts/dataset.ts';
import { Fault } from '../core/contracts/fault.ts';
import type { MiningOptions } from '../core/contracts/mining.ts';
import type { BaseModel } from '../core/contracts/model.ts';
import { parseRunInput, type RunInput, type RunRequest } from '../core/contracts/run-input.ts';
import type { Judgement, RunResult } from '../core/contracts/run-result.ts';
import type { TrainResult } from '../core/contracts/training.ts';
import { questionsFor } from './ask-questions.ts';
import { asFailure } from './failure.ts';
import { progressQuery } from './messages.ts';
import { StageBoard } from './stage-board.ts';
import { cpu, gpu } from './steps.ts';

/** documents -> chunks -> questions -> dataset -> train -> evaluate -> publish -> report, as one durable run. */
export async function fineTune(request: RunRequest): Promise<RunResult> {
  const input = checked(request);
  const { workflowId } = workflowInfo();
  const title = input.title ?? input.publish.name ?? workflowId;
  const board = new StageBoard(title, input.model);
  setHandler(progressQuery, () => board.progress, { description: 'How far the run is, stage by stage' });

  const base = await board.run('model', (step) => step(() => cpu.resolveModel({ model: input.model })));
  const data = input.dataset ? await importData(board, input.dataset) : await makeData(board, input, base);
  const { training, mining } = await board.run('train', async (step) => {
    const mined = input.mining && miningOf(input, input.mining, base, data.dataset);
    const mining = mined && (await step(() => cpu.mine(mined)));
    const dataset = mining?.dataset ?? data.dataset.train;
    return { training: await step(() => gpu.train({ base, dataset, options: input.training })), mining };
  });
  const { judgements, judgedOn } = await judge(board, input, base, training, data.dataset);
  const [judgement] = judgements as [Judgement];
  board.hitRate(hitRate(judgement.tuned));
  const refusal = input.approvals.promotion ? await board.approval('promotion', inShort(judgement)) : undefined;
  const { modelUri, published } = await board.run('publish', (step) =>
    step(() =>
      cpu.publish({
        workflowId,
        model: training.model,
        judgement,
        options: input.publish,
        ...(refusal === undefined ? {} : { refusal }),
      }),
    ),
  );
  const record: RunRecord = {
    workflowId,
    input,
    base,
    training,
    ...data,
    ...(mining ? { mining } : {}),
    judgements,
    judgedOn,
    ...(published ? { published } : {}),
    stages: board.progress.stages,
  };
  const { report, reportUri } = await board.run('report', (step) => step(() => cpu.report(record)));

  // Whoever asked for something in the last moment gets an answer.
  await condition(allHandlersFinished);
  const { samples, seconds, samplesPerSecond, steps } = training;
  return {
    base,
    model: training.model,
    modelUri,
    report,
    reportUri,
    judgements,
    training: { samples, seconds, samplesPerSecond, steps },
    corpus: {
      documents: data.ingest?.read ?? 0,
      skipped: (data.ingest?.skipped.length ?? 0) + (data.ingest?.skippedMore ?? 0),
      chunks: data.chunks?.count ?? data.dataset.validationPassages,
      questions: data.dataset.trainQueries + data.dataset.validationQueries,
    },
    ...(published ? { published } : {}),
  };
}

type Data = Pick<RunRecord, 'dataset' | 'ingest' | 'chunks' | 'split' | 'questions' | 'roundTrip'>;

async function makeData(board: StageBoard, input: RunInput, model: BaseModel): Promise<Data> {
  const ingest = await board.run('documents', (step) => step(() => cpu.ingest({ documents: input.documents ?? [] })));
  const chunks = await board.run('chunks', (step) =>
    step(() => cpu.chunk({ documents: ingest.documents, model, options: input.chunks })),
  );
  const split = await board.run('split', (step) =>
    step(() => cpu.split({ chunks: chunks.chunks, options: input.split })),
  );
  const questions = await board.run('questions', (step) =>
    step(() => questionsFor({ chunks: chunks.chunks, options: input.questions })),
  );
  const { dataset, roundTrip } = await board.run('dataset', async (step) => {
    if (input.approvals.questions) {
      const { workflowId } = workflowInfo();
      const some = { workflowId, chunks: chunks.chunks, questions: questions.questions, count: input.approvals.sample };
      const { sampleUri } = await step(() => cpu.sampleQuestions(some));
      board.note('questions', { see: sampleUri });
      refuseIf(await board.approval('questions', `${questions.count} of them`));
    }
    const { maxLeakage } = input.split;
    const parts = { chunks: chunks.chunks, split: split.split, questions: questions.questions, maxLeakage };
    const assembled = await step(() => cpu.assemble(parts));
    const { roundTrip: options } = input.questions;
    if (!options) return { dataset: assembled };
    const { maxLength, prompts } = input.training;
    const training = { ...(maxLength && { maxLength }), ...(prompts && { prompts }) };
    const checked = await step(() => cpu.checkRoundTrip({ base: model, dataset: assembled, options, training }));
    return { dataset: checked.dataset, roundTrip: checked.report };
  });
  return { ingest, chunks, split, questions, dataset, ...(roundTrip && { roundTrip }) };
}

async function importData(board: StageBoard, { train, validation }: NonNullable<RunInput['dataset']>): Promise<Data> {
  board.skip('documents', 'chunks', 'split', 'questions');
  return board.run('dataset', async (step) => {
    const trained = await step(() => cpu.importDataset({ location: train }));
    const judged = await step(() => cpu.importDataset({ location: validation }));
    const dataset: DatasetResult = {
      train: trained.dataset,
      validation: judged.dataset,
      trainQueries: trained.queries,
      validationQueries: judged.queries,
      validationPassages: judged.passages,
    };
    return { dataset };
  });
}

function refuseIf(reason: string | undefined): void {
  if (reason === undefined) return;
  const advice =
    'Change the prompt, the model or the documents, and run it again: what stays the same is not paid again.';
  throw asFailure(new Fault('refused', `The questions were rejected: ${reason}`, advice));
}

function miningOf(
  { training: { maxLength, prompts, seed } }: RunInput,
  options: MiningOptions,
  base: BaseModel,
  { train: dataset }: DatasetResult,
) {
  const training = { seed, ...(maxLength && { maxLength }), ...(prompts && { prompts }) };
  return { base, dataset, options, training };
}

/** Base and tuned on the validation set, beside BM25 and hosted models, then on every further data set. */
async function judge(board: StageBoard, input: RunInput, base: BaseModel, training: TrainResult, data: DatasetResult) {
  const { bm25, compareWith, profile, alsoOn } = input.evaluation;
  const { maxLength } = input.training;
  const beside: System[] = [
    ...(bm25 ? [{ kind: 'bm25' as const }] : []),
    ...compareWith.map((model) => ({ kind: 'hosted' as const, model, profile })),
  ];
  return board.run('evaluate', async (step) => {
    const on = async (name: string, dataset: ArtifactRef, others: System[]): Promise<Judgement> => {
      const measure = (system: System) =>
        step(() => cpu.evaluate({ system, dataset, ...(maxLength === undefined ? {} : { maxLength }) }));
      // One after another: each uses every core of the machine.
      const judged: Judgement['others'] = [];
      for (const system of others) judged.push(await measure(system));
      const before = await measure({ kind: 'base', model: base });
      const after = await measure({ kind: 'tuned', model: training.model });
      const gain = await step(() => cpu.compare({ dataset, base: before.rankings, tuned: after.rankings }));
      return { dataset: name, base: before, tuned: after, others: judged, gain };
    };
    const judgedOn = [data.validation];
    const judgements = [await on('validation', data.validation, beside)];
    for (const location of alsoOn) {
      const { dataset } = await step(() => cpu.importDataset({ location }));
      judgedOn.push(dataset);
      judgements.push(await on(location, dataset, []));
    }
    return { judgements, judgedOn };
  });
}

function hitRate({ metrics }: Judgement['tuned']): number {
  return metrics['hit@5']?.value ?? 0;
}

function inShort({ base, tuned }: Judgement): string {
  return `hit rate @5 ${hitRate(base).toFixed(3)} before, ${hitRate(tuned).toFixed(3)} after`;
}

function checked(request: RunRequest): RunInput {
  try {
    return parseRunInput(request);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw asFailure(error);
  }
}

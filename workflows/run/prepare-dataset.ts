import { workflowInfo } from '@temporalio/workflow';
import type { ChunkResult, IngestResult, SplitResult } from '../../core/contracts/corpus.ts';
import type { DatasetResult } from '../../core/contracts/dataset.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { BaseModel } from '../../core/contracts/model.ts';
import type { PreparedDataset } from '../../core/contracts/prepared-dataset.ts';
import type { QuestionsResult } from '../../core/contracts/questions.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { cpu } from '../activity-proxies.ts';
import { cancellingBatchJobs } from '../ask-batch-api.ts';
import { questionsFor } from '../ask-questions.ts';
import { asFailure } from './failure.ts';
import type { RunProgress, RunStep } from './run-progress.ts';
import { stateCost, statingCost } from './state-cost.ts';

interface ChunkedDocuments {
  ingest: IngestResult;
  chunks: ChunkResult;
  split: SplitResult;
}

/**
 * documents -> chunks -> split -> questions -> dataset.
 * @param ingested the documents, if the caller has read them already.
 */
export async function prepareDataset(
  run: RunProgress,
  input: RunInput,
  model: BaseModel,
  ingested?: IngestResult,
): Promise<PreparedDataset> {
  const chunked = await makeChunks(run, input, model, ingested);
  const { chunks } = chunked.chunks;
  const asked = { chunks, options: input.questions };
  const questions = await statingCost(run, asked, () =>
    cancellingBatchJobs(input.questions, () =>
      run.stage('questions', (runStep) => runStep(() => questionsFor(asked, run.askingTime))),
    ),
  );
  stateCost(run, questions.spending);
  return run.stage('dataset', async (runStep) => {
    if (input.approvals.questions) await approveQuestions(run, runStep, input, chunked.chunks, questions);
    const { split } = chunked.split;
    const built = await runStep(() => cpu.buildDataset({ chunks, split, questions: questions.questions }));
    const { roundTrip: options } = input.questions;
    if (!options) return { ...chunked, questions, dataset: built };
    const { maxLength, prompts } = input.training;
    const { dataset, report } = await runStep(() =>
      cpu.checkRoundTrip({ base: model, dataset: built, options, training: { maxLength, prompts } }),
    );
    return { ...chunked, questions, dataset, roundTrip: report };
  });
}

/** Shows a sample of the questions and waits for approval. A rejection fails the run. */
async function approveQuestions(
  run: RunProgress,
  runStep: RunStep,
  { approvals }: RunInput,
  { chunks }: ChunkResult,
  { questions, count }: QuestionsResult,
): Promise<void> {
  const { workflowId } = workflowInfo();
  const sample = { workflowId, chunks, questions, count: approvals.sample };
  const { sampleUri } = await runStep(() => cpu.sampleQuestions(sample));
  run.update('questions', { resultUri: sampleUri });
  const reason = await run.approval('questions', `${count} of them`, questions.sha256);
  if (reason === undefined) return;
  const advice =
    'Change the prompt, the model or the documents, and start the run again: unchanged steps are not paid for again.';
  throw asFailure(new Fault('refused', `The questions were rejected: ${reason}`, advice));
}

/** documents -> chunks -> split. */
export async function makeChunks(
  run: RunProgress,
  input: RunInput,
  model: BaseModel,
  ingested?: IngestResult,
): Promise<ChunkedDocuments> {
  const ingest = ingested ?? (await readDocuments(run, input));
  const chunks = await run.stage('chunks', (runStep) =>
    runStep(() => cpu.chunk({ documents: ingest.documents, model, options: input.chunks })),
  );
  const split = await run.stage('split', (runStep) =>
    runStep(() => cpu.split({ chunks: chunks.chunks, options: input.split })),
  );
  return { ingest, chunks, split };
}

export function readDocuments(run: RunProgress, { documents = [] }: RunInput): Promise<IngestResult> {
  return run.stage('documents', (runStep) => runStep(() => cpu.ingest({ documents })));
}

/** Imports a ready-made dataset; the stages that would make one are skipped. */
export async function importData(
  run: RunProgress,
  { train, validation }: NonNullable<RunInput['dataset']>,
): Promise<{ dataset: DatasetResult }> {
  run.skip('documents', 'chunks', 'split', 'questions');
  return run.stage('dataset', async (runStep) => {
    const training = await runStep(() => cpu.importDataset({ location: train }));
    const validating = await runStep(() => cpu.importDataset({ location: validation }));
    const dataset: DatasetResult = {
      train: training.dataset,
      validation: validating.dataset,
      trainQueries: training.queries,
      validationQueries: validating.queries,
      validationPassages: validating.passages,
    };
    return { dataset };
  });
}

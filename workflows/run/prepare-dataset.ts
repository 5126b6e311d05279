import { workflowInfo } from '@temporalio/workflow';
import type { IngestResult } from '../../core/contracts/corpus.ts';
import type { DatasetResult } from '../../core/contracts/dataset.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { BaseModel } from '../../core/contracts/model.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import type { RunRecord } from '../../core/contracts/run-record.ts';
import { cpu } from '../activity-proxies.ts';
import { cancellingBatchJobs } from '../ask-batch-api.ts';
import { questionsFor } from '../ask-questions.ts';
import { RunSpending } from '../questions/spending.ts';
import { asFailure } from './failure.ts';
import type { RunProgress } from './run-progress.ts';

/** What there is to train on and to judge by, and how it came to be. */
export type Data = Pick<RunRecord, 'dataset' | 'ingest' | 'chunks' | 'split' | 'questions' | 'roundTrip'>;

/** documents -> chunks -> split -> questions -> dataset. @param read the documents, where they are read already. */
export async function prepareDataset(
  run: RunProgress,
  input: RunInput,
  model: BaseModel,
  read?: IngestResult,
): Promise<Data> {
  const { ingest, chunks, split } = await makeChunks(run, input, model, read);
  const spending = new RunSpending();
  const questions = await cancellingBatchJobs(input.questions, () =>
    run.stage('questions', (step) =>
      step(() => questionsFor({ chunks: chunks.chunks, options: input.questions }, spending)),
    ),
  );
  const { dataset, roundTrip } = await run.stage('dataset', async (step) => {
    if (input.approvals.questions) {
      const { workflowId } = workflowInfo();
      const some = { workflowId, chunks: chunks.chunks, questions: questions.questions, count: input.approvals.sample };
      const { sampleUri } = await step(() => cpu.sampleQuestions(some));
      run.note('questions', { resultUri: sampleUri });
      refuseIf(await run.approval('questions', `${questions.count} of them`));
    }
    const { maxLeakage } = input.split;
    const parts = { chunks: chunks.chunks, split: split.split, questions: questions.questions, maxLeakage };
    const assembled = await step(() => cpu.buildDataset(parts));
    const { roundTrip: options } = input.questions;
    if (!options) return { dataset: assembled };
    const { maxLength, prompts } = input.training;
    const training = { ...(maxLength && { maxLength }), ...(prompts && { prompts }) };
    const checked = await step(() => cpu.checkRoundTrip({ base: model, dataset: assembled, options, training }));
    return { dataset: checked.dataset, roundTrip: checked.report };
  });
  return { ingest, chunks, split, questions, dataset, ...(roundTrip && { roundTrip }) };
}

function refuseIf(reason: string | undefined): void {
  if (reason === undefined) return;
  const advice =
    'Change the prompt, the model or the documents, and run it again: what stays the same is not paid again.';
  throw asFailure(new Fault('refused', `The questions were rejected: ${reason}`, advice));
}

/** documents -> chunks -> split. */
export async function makeChunks(run: RunProgress, input: RunInput, model: BaseModel, read?: IngestResult) {
  const ingest = read ?? (await readDocuments(run, input));
  const chunks = await run.stage('chunks', (step) =>
    step(() => cpu.chunk({ documents: ingest.documents, model, options: input.chunks })),
  );
  const split = await run.stage('split', (step) =>
    step(() => cpu.split({ chunks: chunks.chunks, options: input.split })),
  );
  return { ingest, chunks, split };
}

export function readDocuments(run: RunProgress, { documents = [] }: RunInput): Promise<IngestResult> {
  return run.stage('documents', (step) => step(() => cpu.ingest({ documents })));
}

/** Ready-made questions instead of documents. */
export async function importData(
  run: RunProgress,
  { train, validation }: NonNullable<RunInput['dataset']>,
): Promise<Pick<Data, 'dataset'>> {
  run.skip('documents', 'chunks', 'split', 'questions');
  return run.stage('dataset', async (step) => {
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

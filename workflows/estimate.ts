import { ActivityFailure, setHandler, TimeoutFailure, workflowInfo } from '@temporalio/workflow';
import type { DatasetResult } from '../core/contracts/dataset.ts';
import type { Estimate, EstimateOptions } from '../core/contracts/estimate.ts';
import type { BaseModel } from '../core/contracts/model.ts';
import type { RunInput, RunRequest } from '../core/contracts/run-input.ts';
import { parseRunInput } from '../core/run/parse-input.ts';
import { cpu, gpuIfFree, ledger } from './activity-proxies.ts';
import { questionsFor } from './ask-questions.ts';
import { progressQuery } from './messages.ts';
import { parseOrFail } from './run/failure.ts';
import { importData, makeChunks } from './run/prepare-dataset.ts';
import { RunProgress } from './run/run-progress.ts';

/**
 * What the same request to `fineTune` will take. Its steps up to the split are that run's own, so they are done once for both; then the ledger
 * is looked into and the first steps of training are tried.
 */
export async function estimate(
  request: RunRequest,
  { pilot = true, pilotQuestions = 0 }: EstimateOptions = {},
): Promise<Estimate> {
  const input = parseOrFail(parseRunInput, request);
  const { workflowId } = workflowInfo();
  const name = input.title ?? input.publish.name;
  const title = name === undefined ? workflowId : `estimate of ${name}`;
  const run = new RunProgress(title, input.model);
  run.skip('evaluate', 'publish', 'report');
  setHandler(progressQuery, () => run.progress);

  const base = await run.stage('model', (step) => step(() => cpu.resolveModel({ model: input.model })));
  const { dataset, ...data }: Known = input.dataset
    ? await importData(run, input.dataset)
    : await worded(run, input, base, pilotQuestions);
  const training = await run.stage('train', (step) => {
    const asked = { base, dataset, options: input.training, mining: input.mining !== undefined };
    const planned = () => step(() => cpu.estimateTraining({ ...asked, measure: false }));
    return pilot
      ? step(() => gpuIfFree.estimateTraining({ ...asked, measure: true })).catch(unlessBusy(planned))
      : planned();
  });
  return { ...data, training };
}

/** Goes without the measurement where nothing that trains was free for it. */
function unlessBusy<T>(planned: () => Promise<T>): (error: unknown) => Promise<T> {
  return (error) => {
    const timedOut = error instanceof ActivityFailure && error.cause instanceof TimeoutFailure;
    if (timedOut && error.cause.timeoutType === 'SCHEDULE_TO_START') return planned();
    throw error;
  };
}

type Known = Pick<Estimate, 'corpus' | 'questions'> & { dataset: DatasetResult };

/** A data set as large as the run's: with the questions there are, and placeholders for those that nobody has been asked for. */
async function worded(run: RunProgress, input: RunInput, base: BaseModel, pilotQuestions: number): Promise<Known> {
  const { ingest, chunks, split } = await makeChunks(run, input, base);
  const corpus = {
    documents: ingest.read,
    skipped: ingest.skipped.length + ingest.skippedMore,
    chunks: chunks.count,
    medianTokens: chunks.medianTokens,
  };
  const asking = { chunks: chunks.chunks, options: input.questions };
  const { questions, estimate } = await run.stage('questions', async (step) =>
    // Headings cost nothing, so the run's own step does for the estimate.
    input.questions.from === 'headings'
      ? { questions: (await step(() => questionsFor(asking))).questions, estimate: undefined }
      : step(() => ledger.estimateQuestions({ ...asking, pilotQuestions })),
  );
  const dataset = await run.stage('dataset', (step) =>
    step(() => cpu.buildDataset({ chunks: chunks.chunks, split: split.split, questions, maxLeakage: 1 })),
  );
  return { corpus, ...(estimate && { questions: estimate }), dataset };
}

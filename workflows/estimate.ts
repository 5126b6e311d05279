import { ActivityFailure, setHandler, TimeoutFailure, workflowInfo } from '@temporalio/workflow';
import type { DatasetResult } from '../core/contracts/dataset.ts';
import type { Estimate, EstimateOptions, QuestionsEstimateResult } from '../core/contracts/estimate.ts';
import type { BaseModel } from '../core/contracts/model.ts';
import type { QuestionsInput } from '../core/contracts/questions.ts';
import type { RunInput, RunRequest } from '../core/contracts/run-input.ts';
import { withModelPrompts } from '../core/run/model-prompts.ts';
import { parseRunInput } from '../core/run/parse-input.ts';
import { cpu, gpuIfFree, ledger } from './activity-proxies.ts';
import { pilotFor, questionsFor } from './ask-questions.ts';
import { progressQuery } from './messages.ts';
import { parseOrFail } from './run/failure.ts';
import { importData, makeChunks } from './run/prepare-dataset.ts';
import { resolveModel } from './run/resolve-model.ts';
import { RunProgress, type RunStep } from './run/run-progress.ts';
import { statingCost } from './run/state-cost.ts';

/**
 * Estimates what the same request to `fineTune` will take. Steps up to the split are that run's own and are reused by
 * it; then the ledger is read, and the first steps of training are measured.
 */
export async function estimate(
  request: RunRequest,
  { pilot = true, pilotQuestions = 0 }: EstimateOptions = {},
): Promise<Estimate> {
  const given = parseOrFail(parseRunInput, request);
  const { workflowId } = workflowInfo();
  const name = given.title ?? given.publish.name;
  const title = name === undefined ? workflowId : `estimate of ${name}`;
  const run = new RunProgress(title, given.model);
  run.skip('evaluate', 'publish', 'report');
  setHandler(progressQuery, () => run.progress);

  const base = await resolveModel(run, given);
  const input = withModelPrompts(given, base);
  const { dataset, ...data }: Prepared = input.dataset
    ? await importData(run, input.dataset)
    : await prepare(run, input, base, pilotQuestions);
  const training = await run.stage('train', (step) => {
    const training = { base, dataset, options: input.training, mining: input.mining !== undefined };
    const planned = () => step(() => cpu.estimateTraining({ ...training, measure: false }));
    return pilot
      ? step(() => gpuIfFree.estimateTraining({ ...training, measure: true })).catch(unlessBusy(planned))
      : planned();
  });
  return { ...data, training };
}

/** Estimates without measuring if no training worker is free. */
function unlessBusy<T>(planned: () => Promise<T>): (error: unknown) => Promise<T> {
  return (error) => {
    const timedOut = error instanceof ActivityFailure && error.cause instanceof TimeoutFailure;
    if (timedOut && error.cause.timeoutType === 'SCHEDULE_TO_START') return planned();
    throw error;
  };
}

type Prepared = Pick<Estimate, 'corpus' | 'questions'> & { dataset: DatasetResult };

/** A dataset as large as the run's: the ledger's questions, and placeholder questions for the rest. */
async function prepare(run: RunProgress, input: RunInput, base: BaseModel, pilotQuestions: number): Promise<Prepared> {
  const { ingest, chunks, split } = await makeChunks(run, input, base);
  const corpus = {
    documents: ingest.read,
    skipped: ingest.skipped.length + ingest.skippedMore,
    chunks: chunks.count,
    medianTokens: chunks.medianTokens,
  };
  const asked = { chunks: chunks.chunks, options: input.questions };
  const { questions, estimate } = await run.stage('questions', async (step) =>
    // Headings cost nothing, so the run's own step is done.
    input.questions.from === 'headings'
      ? { questions: (await step(() => questionsFor(asked, run.askingTime))).questions, estimate: undefined }
      : estimateQuestions(run, step, asked, pilotQuestions),
  );
  const dataset = await run.stage('dataset', (step) =>
    step(() => cpu.buildDataset({ chunks: chunks.chunks, split: split.split, questions })),
  );
  return { corpus, questions: estimate, dataset };
}

async function estimateQuestions(
  run: RunProgress,
  step: RunStep,
  asked: QuestionsInput,
  count: number,
): Promise<QuestionsEstimateResult> {
  const askPilot = () => step(() => pilotFor(asked, count, run.askingTime));
  const pilot = count > 0 ? await statingCost(run, asked, askPilot) : undefined;
  const { firstExecutionRunId } = workflowInfo();
  const { secondsPerAnswer } = pilot ?? {};
  return step(() => ledger.estimateQuestions({ ...asked, run: firstExecutionRunId, secondsPerAnswer }));
}

import { allHandlersFinished, condition, setHandler, workflowInfo } from '@temporalio/workflow';
import type { DatasetResult } from '../core/contracts/dataset.ts';
import type { MiningOptions } from '../core/contracts/mining.ts';
import type { BaseModel } from '../core/contracts/model.ts';
import type { TrainedCandidate } from '../core/contracts/release.ts';
import type { RunInput, RunRequest } from '../core/contracts/run-input.ts';
import type { RunRecord } from '../core/contracts/run-record.ts';
import type { DatasetEvaluation, RunResult } from '../core/contracts/run-result.ts';
import { parseRunInput } from '../core/run/parse-input.ts';
import { cpu, gpu } from './activity-proxies.ts';
import { progressQuery } from './messages.ts';
import { evaluateModels } from './run/evaluate-models.ts';
import { parseOrFail } from './run/parse-or-fail.ts';
import { type Data, importData, prepareDataset } from './run/prepare-dataset.ts';
import { rerunOnLostArtifact } from './run/rerun-on-lost-artifact.ts';
import { RunProgress } from './run/run-progress.ts';

/** documents -> chunks -> questions -> dataset -> train -> evaluate -> publish -> report, as one durable run. */
export async function fineTune(request: RunRequest): Promise<RunResult> {
  const input = parseOrFail(parseRunInput, request);
  const title = input.title ?? input.publish.name ?? workflowInfo().workflowId;
  const run = new RunProgress(title, input.model);
  setHandler(progressQuery, () => run.progress, { description: 'How far the run is, stage by stage' });
  return rerunOnLostArtifact(run, () => tune(run, input));
}

async function tune(run: RunProgress, input: RunInput): Promise<RunResult> {
  const { workflowId } = workflowInfo();
  const base = await run.stage('model', (step) => step(() => cpu.resolveModel({ model: input.model })));
  const data: Data = input.dataset ? await importData(run, input.dataset) : await prepareDataset(run, input, base);
  const { training, mining } = await run.stage('train', async (step) => {
    const mined = input.mining && miningOf(input, input.mining, base, data.dataset);
    const mining = mined && (await step(() => cpu.mineHardNegatives(mined)));
    const dataset = mining?.dataset ?? data.dataset.train;
    return { training: await step(() => gpu.train({ base, dataset, options: input.training })), mining };
  });
  const { evaluations, evaluatedOn } = await evaluateModels(run, input, base, training, data.dataset);
  const [evaluation] = evaluations as [DatasetEvaluation];
  run.hitRate(hitRate(evaluation.tuned));
  const refusal = input.approvals.promotion ? await run.approval('promotion', inShort(evaluation)) : undefined;
  const documents = data.ingest ? { documents: data.ingest.documents } : {};
  const candidate: TrainedCandidate = {
    workflowId,
    base,
    model: training.model,
    evaluation,
    dataset: data.dataset,
    ...documents,
  };
  const { modelUri, published } = await run.stage('publish', (step) =>
    step(() => cpu.publish({ candidate, options: input.publish, ...(refusal === undefined ? {} : { refusal }) })),
  );
  const record: RunRecord = {
    workflowId,
    input,
    base,
    training,
    ...data,
    ...(mining ? { mining } : {}),
    evaluations,
    evaluatedOn,
    ...(published ? { published } : {}),
    stages: run.progress.stages,
  };
  const { report, reportUri } = await run.stage('report', (step) => step(() => cpu.report(record)));

  // Whoever asked for something in the last moment gets an answer.
  await condition(allHandlersFinished);
  const { samples, seconds, samplesPerSecond, steps } = training;
  return {
    base,
    model: training.model,
    modelUri,
    report,
    reportUri,
    evaluations,
    training: { samples, seconds, samplesPerSecond, steps },
    dataset: data.dataset,
    ...documents,
    counts: {
      documents: data.ingest?.read ?? 0,
      skipped: (data.ingest?.skipped.length ?? 0) + (data.ingest?.skippedMore ?? 0),
      chunks: data.chunks?.count ?? data.dataset.validationPassages,
      questions: data.dataset.trainQueries + data.dataset.validationQueries,
    },
    ...(published ? { published } : {}),
  };
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

function hitRate({ metrics }: DatasetEvaluation['tuned']): number {
  return metrics['hit@5']?.value ?? 0;
}

function inShort({ base, tuned }: DatasetEvaluation): string {
  return `hit rate @5 ${hitRate(base).toFixed(3)} before, ${hitRate(tuned).toFixed(3)} after`;
}

import { allHandlersFinished, condition, setHandler, workflowInfo } from '@temporalio/workflow';
import type { MiningOptions, MiningResult } from '../core/contracts/mining.ts';
import type { BaseModel, TunedModel } from '../core/contracts/model.ts';
import type { PreparedDataset } from '../core/contracts/prepared-dataset.ts';
import type { Recipe } from '../core/contracts/recipe.ts';
import type { TrainedCandidate } from '../core/contracts/release.ts';
import type { RunInput, RunRequest } from '../core/contracts/run-input.ts';
import type { RunRecord } from '../core/contracts/run-record.ts';
import type { DatasetEvaluation, RunResult } from '../core/contracts/run-result.ts';
import { toCost } from '../core/contracts/spending.ts';
import type { TrainResult } from '../core/contracts/training.ts';
import { withModelPrompts } from '../core/run/model-prompts.ts';
import { parsePreparedDataset, parseRunInput } from '../core/run/parse-input.ts';
import { cpu, gpu } from './activity-proxies.ts';
import { progressQuery } from './messages.ts';
import { chooseRecipe } from './run/choose-recipe.ts';
import { evaluateModels } from './run/evaluate-models.ts';
import { parseOrFail } from './run/failure.ts';
import { importData, prepareDataset } from './run/prepare-dataset.ts';
import { rerunOnLostArtifact } from './run/rerun-on-lost-artifact.ts';
import { resolveModel } from './run/resolve-model.ts';
import { RunProgress } from './run/run-progress.ts';

/**
 * documents -> chunks -> split -> questions -> dataset -> train -> evaluate -> publish -> report, as one durable run.
 * @param prepared the dataset of the request's documents, if the caller has made it already: the stages that would make
 *   one are skipped, so that nothing is read, asked or to be approved a second time.
 */
export async function fineTune(request: RunRequest, prepared?: PreparedDataset): Promise<RunResult> {
  const input = parseOrFail(parseRunInput, request);
  const data = prepared && parseOrFail(parsePreparedDataset, prepared);
  const title = input.title ?? input.publish.name ?? workflowInfo().workflowId;
  const run = new RunProgress(title, input.model);
  setHandler(progressQuery, () => run.progress, { description: 'Progress of the run, stage by stage' });
  if (data) run.skip('documents', 'chunks', 'split', 'questions', 'dataset');
  return rerunOnLostArtifact(run, () => runStages(run, input, data));
}

async function runStages(run: RunProgress, given: RunInput, prepared?: PreparedDataset): Promise<RunResult> {
  const { workflowId } = workflowInfo();
  const base = await resolveModel(run, given);
  const input = withModelPrompts(given, base);
  const data = prepared ?? (await makeDataset(run, input, base));
  const { recipe, training, model, mining } = await train(run, input, base, data);
  const { evaluations, evaluatedOn } = await evaluateModels(run, input, base, model, data);
  const [evaluation] = evaluations;
  run.setHitRate(hitRate(evaluation.tuned));

  const rejected = input.approvals.promotion
    ? await run.approval('promotion', describeHitRates(evaluation))
    : undefined;
  const candidate: TrainedCandidate = {
    workflowId,
    base,
    model,
    evaluation,
    documents: data.ingest?.documents,
    dataset: data.dataset,
    baseIsBetter: recipe.search?.baseIsBetter,
  };
  const { modelUri, published } = await run.stage('publish', (runStep) =>
    runStep(() => cpu.publish({ candidate, options: input.publish, rejected })),
  );
  const record: RunRecord = {
    workflowId,
    input,
    base,
    recipe,
    training,
    model,
    ...data,
    mining,
    evaluations,
    evaluatedOn,
    published,
    stages: run.progress.stages,
  };
  const { report, reportUri } = await run.stage('report', (runStep) => runStep(() => cpu.report(record)));

  // An update that was accepted last is answered before the workflow ends.
  await condition(allHandlersFinished);
  const { samples, seconds, samplesPerSecond, steps } = training;
  const { ingest, chunks, dataset } = data;
  return {
    base,
    model,
    modelUri,
    report,
    reportUri,
    evaluations,
    recipe,
    training: { samples, seconds, samplesPerSecond, steps },
    documents: ingest?.documents,
    dataset,
    counts: {
      documents: ingest?.read ?? 0,
      skipped: ingest ? ingest.skipped.length + ingest.skippedMore : 0,
      chunks: chunks?.count ?? dataset.validationPassages,
      questions: dataset.trainQueries + dataset.validationQueries,
    },
    cost: toCost(data.questions?.spending),
    published,
  };
}

function makeDataset(run: RunProgress, input: RunInput, base: BaseModel): Promise<PreparedDataset> {
  return input.dataset ? importData(run, input.dataset) : prepareDataset(run, input, base);
}

interface Trained {
  recipe: Recipe;
  training: TrainResult;
  /** The trained model, merged with the base if the recipe says so. */
  model: TunedModel;
  mining: MiningResult | undefined;
}

/** Mines hard negatives, if the input says so, chooses the recipe, trains and merges. */
function train(
  run: RunProgress,
  { mining: options, training: input }: RunInput,
  base: BaseModel,
  { dataset }: PreparedDataset,
): Promise<Trained> {
  const { maxLength, prompts, seed } = input;
  return run.stage('train', async (runStep) => {
    const mine = (options: MiningOptions) =>
      cpu.mineHardNegatives({ base, dataset: dataset.train, options, training: { maxLength, prompts, seed } });
    const mining = options && (await runStep(() => mine(options)));
    const data = mining?.dataset ?? dataset.train;
    const recipe = await chooseRecipe(runStep, base, data, input);
    const { merge } = recipe;
    const training = await runStep(() => gpu.train({ base, dataset: data, options: recipe.options }));
    const model =
      merge === 1 ? training.model : await runStep(() => cpu.mergeModel({ base, tuned: training.model, merge }));
    return { recipe, training, model, mining };
  });
}

function hitRate({ metrics }: DatasetEvaluation['tuned']): number {
  return metrics['hit@5']?.value ?? 0;
}

/** For the person who approves. */
function describeHitRates({ base, tuned }: DatasetEvaluation): string {
  return `hit rate @5 ${hitRate(base).toFixed(3)} before, ${hitRate(tuned).toFixed(3)} after`;
}

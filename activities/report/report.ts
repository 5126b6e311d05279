import { z } from 'zod';
import { runFolder } from '../../core/artifacts/key.ts';
import { doStep } from '../../core/artifacts/step.ts';
import { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Chunk } from '../../core/contracts/corpus.ts';
import type { QADataset } from '../../core/contracts/dataset.ts';
import { type Evaluation, Ranking } from '../../core/contracts/evaluation.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { RunRecord } from '../../core/contracts/run-record.ts';
import type { DatasetEvaluation } from '../../core/contracts/run-result.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { LossPoint } from '../../core/contracts/training.ts';
import { canonicalJson, sha256 } from '../../core/primitives/hash.ts';
import { sleep } from '../../core/primitives/sleep.ts';
import { releaseFolder } from '../../core/release/release-folder.ts';
import { evaluationDetails } from '../../core/report/details/evaluation-details.ts';
import { reportLanguage } from '../../core/report/i18n/language.ts';
import { renderModelCard } from '../../core/report/model-card/render-model-card.ts';
import { renderReport } from '../../core/report/render-report.ts';
import type { PassageInfo, ReportData } from '../../core/report/report-data.ts';
import { resultsCsv, resultsCsvName } from '../../core/retrieval/results-csv.ts';
import { eventFile } from '../../core/tracking/event-file.ts';
import { trackInMlflow } from '../../core/tracking/mlflow.ts';
import { trackedRun } from '../../core/tracking/tracked-run.ts';
import { readDataset, readJson, readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';

const Files = z.object({
  report: ArtifactRef,
  modelCard: ArtifactRef,
  /** CSV files, as sentence-transformers' evaluator writes them. */
  results: z.array(z.object({ name: z.string(), ref: ArtifactRef })),
  /** For TensorBoard. */
  events: ArtifactRef,
});

/**
 * Writes the files of a run for people: the HTML report, the model card and the results as CSV, and copies of the
 * datasets. They are written into the run's folder, the model card also into the folder of the release.
 * The files are reused for the same results of the run; the folders are written every time.
 * @throws Fault `lost` if an artifact of the run is missing or corrupt.
 */
export async function report(
  context: StepContext,
  record: RunRecord,
): Promise<StepResult<{ report: ArtifactRef; reportUri: string }>> {
  const { store } = context;
  const folder = runFolder(record.workflowId);
  const step = { name: 'report', version: 4, inputs: { results: sha256(canonicalJson(resultsOf(record))) } };
  const outcome = await doStep(store, step, Files, () => writeFiles(context, record));
  const files = outcome.output;
  await store.materialise(files.report, `${folder}/report.html`);
  await store.materialise(files.modelCard, `${folder}/model/README.md`);
  const { published, model } = record;
  if (published?.promoted) {
    await store.materialise(files.modelCard, `${releaseFolder(published.name, model)}/README.md`);
  }
  for (const { name, ref } of files.results) await store.materialise(ref, `${folder}/results/${name}`);
  await store.materialise(files.events, `${folder}/tensorboard/events.out.tfevents.hone`);
  await store.materialise(record.dataset.train, `${folder}/dataset/train.json`);
  await store.materialise(record.dataset.validation, `${folder}/dataset/validation.json`);
  if (record.questions?.quarantine) {
    await store.materialise(record.questions.quarantine, `${folder}/dataset/quarantine.jsonl`);
  }
  const reportUri = `${store.uri}/${folder}/report.html`;
  const note = await track(context, record, files.report);
  return { ...outcome, output: { report: files.report, reportUri }, summary: [reportUri, ...note].join(' · ') };
}

/**
 * The report shows how long each stage took and what was paid, but the key of the step contains neither: a run that
 * reused all steps shows the report of the run that did the work.
 */
function resultsOf({ stages: _, questions, ...results }: RunRecord): object {
  if (!questions) return results;
  const { spending: __, replayed: ___, ...collected } = questions;
  return { ...results, questions: collected };
}

async function writeFiles(context: StepContext, record: RunRecord): Promise<z.infer<typeof Files>> {
  const put = (text: string) => context.store.putObject(new TextEncoder().encode(text));
  const data = await readReportData(context, record);
  const results: z.infer<typeof Files>['results'] = [];
  for (const [i, { dataset, base, tuned }] of record.evaluations.entries()) {
    const name = i === 0 ? dataset : `also_on_${i}`;
    for (const [system, { metrics }] of [['base', base] as const, ['tuned', tuned] as const]) {
      const csv = resultsCsv([{ epoch: -1, steps: -1, metrics }]);
      results.push({ name: resultsCsvName(`${system}_${name}`), ref: await put(csv) });
    }
  }
  const html = await renderReport(data);
  const events = eventFile(trackedRun(record, data.losses, html), Date.parse(data.writtenAt) / 1000);
  return {
    report: await put(html),
    modelCard: await put(renderModelCard(data)),
    results,
    events: await context.store.putObject(events),
  };
}

/** Tries of a tracker, and seconds between them. A run does not wait for a tracker that is away. */
const TRIES = 3;
const WAIT_S = 5;

/** @returns what a person should know: where the run is tracked, or why it is not. */
async function track(context: StepContext, record: RunRecord, report: ArtifactRef): Promise<string[]> {
  const { mlflow, store, signal } = context;
  if (!mlflow) return [];
  const losses = await readJson(store, record.training.losses, LossPoint.array());
  const html = new TextDecoder().decode(await store.readObject(report));
  const run = trackedRun(record, losses, html);
  for (let tried = 1; ; tried++) {
    try {
      return [await trackInMlflow(mlflow, run, signal)];
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Fault)) throw error;
      if (!error.retryable || tried === TRIES) return [`not tracked: ${error.message}`];
      await sleep(WAIT_S * 1000, signal);
    }
  }
}

async function readReportData({ store }: StepContext, record: RunRecord): Promise<ReportData> {
  const chunks = record.chunks ? await readJsonLines(store, record.chunks.chunks, Chunk) : [];
  const passages = new Map<string, PassageInfo>(chunks.map((chunk) => [chunk.id, chunk]));
  const readRankings = async ({ system, rankings }: Evaluation) => ({
    system,
    rankings: await readJsonLines(store, rankings, Ranking),
  });
  const datasets = await Promise.all(record.evaluatedOn.map((ref) => readDataset(store, ref)));
  const details = await Promise.all(
    datasets.map(async (dataset, i) => {
      const { base, tuned, others } = record.evaluations[i] as DatasetEvaluation;
      return evaluationDetails(
        dataset,
        await readRankings(base),
        await readRankings(tuned),
        await Promise.all(others.map(readRankings)),
        passages,
      );
    }),
  );
  return {
    record,
    losses: await readJson(store, record.training.losses, LossPoint.array()),
    details,
    language: reportLanguage(datasets[0] as QADataset),
    writtenAt: new Date().toISOString(),
  };
}

import { runFolder } from '../../core/artifacts/key.ts';
import { doStep } from '../../core/artifacts/step.ts';
import { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Chunk } from '../../core/contracts/corpus.ts';
import type { QADataset } from '../../core/contracts/dataset.ts';
import { type Evaluation, Ranking } from '../../core/contracts/evaluation.ts';
import type { RunRecord } from '../../core/contracts/run-record.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { LossPoint } from '../../core/contracts/training.ts';
import { canonicalJson, sha256 } from '../../core/primitives/hash.ts';
import { releaseFolder } from '../../core/release/release-folder.ts';
import { evaluationDetails } from '../../core/report/evaluation-details.ts';
import { reportLanguage } from '../../core/report/i18n/language.ts';
import { renderModelCard } from '../../core/report/model-card/render-model-card.ts';
import { renderReport } from '../../core/report/render-report.ts';
import type { PassageInfo, ReportData } from '../../core/report/report-data.ts';
import { resultsCsv, resultsCsvName } from '../../core/retrieval/results-csv.ts';
import { readDataset, readJson, readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';

/** Writes what a run came to for people: the report, the model's card, and the results as CSV. */
export async function report(
  context: StepContext,
  record: RunRecord,
): Promise<StepResult<{ report: ArtifactRef; reportUri: string }>> {
  const { store } = context;
  const folder = runFolder(record.workflowId);
  const { stages: _, ...facts } = record;
  // How long each stage took belongs to the page but not to its identity: a run that reused everything shows the page of the run that did the work.
  const step = { name: 'report', version: 1, inputs: { facts: sha256(canonicalJson(facts)) } };
  const outcome = await doStep(store, step, ArtifactRef.array(), async () => {
    const data = await gather(context, record);
    const pages = [
      await store.putObject(bytes(await renderReport(data))),
      await store.putObject(bytes(renderModelCard(data))),
    ];
    for (const { base, tuned } of record.evaluations) {
      pages.push(await putResults(context, base), await putResults(context, tuned));
    }
    return pages;
  });
  const [page, card, ...results] = outcome.output as [ArtifactRef, ArtifactRef, ...ArtifactRef[]];
  await store.materialise(page, `${folder}/report.html`);
  await store.materialise(card, `${folder}/model/README.md`);
  const { published, training } = record;
  if (published?.promoted) {
    await store.materialise(card, `${releaseFolder(published.name, training.model)}/README.md`);
  }
  for (const [i, name] of resultNames(record).entries()) {
    await store.materialise(results[i] as ArtifactRef, `${folder}/results/${name}`);
  }
  await store.materialise(record.dataset.train, `${folder}/dataset/train.json`);
  await store.materialise(record.dataset.validation, `${folder}/dataset/validation.json`);
  if (record.questions?.quarantine) {
    await store.materialise(record.questions.quarantine, `${folder}/dataset/quarantine.jsonl`);
  }
  const reportUri = `${store.uri}/${folder}/report.html`;
  return { ...outcome, output: { report: page, reportUri }, summary: reportUri };
}

async function gather({ store }: StepContext, record: RunRecord): Promise<ReportData> {
  const chunks = record.chunks ? await readJsonLines(store, record.chunks.chunks, Chunk) : [];
  const passages = new Map<string, PassageInfo>(chunks.map((chunk) => [chunk.id, chunk]));
  const ranked = async ({ system, rankings }: Evaluation) => ({
    system,
    rankings: await readJson(store, rankings, Ranking.array()),
  });
  const datasets = await Promise.all(record.evaluatedOn.map((ref) => readDataset(store, ref)));
  const details = await Promise.all(
    record.evaluations.map(async ({ base, tuned, others }, i) =>
      evaluationDetails(
        datasets[i] as QADataset,
        await ranked(base),
        await ranked(tuned),
        await Promise.all(others.map(ranked)),
        passages,
      ),
    ),
  );
  return {
    record,
    losses: await readJson(store, record.training.losses, LossPoint.array()),
    details,
    language: reportLanguage(datasets[0] as QADataset),
    writtenAt: new Date().toISOString(),
  };
}

async function putResults({ store }: StepContext, { metrics }: Evaluation): Promise<ArtifactRef> {
  return store.putObject(bytes(resultsCsv([{ epoch: -1, steps: -1, metrics }])));
}

/** One file for base and one for tuned a data set, in the order in which the step stores them. */
function resultNames({ evaluations }: RunRecord): string[] {
  return evaluations.flatMap(({ dataset }, i) =>
    ['base', 'tuned'].map((system) => resultsCsvName(`${system}_${i === 0 ? dataset : `also_on_${i}`}`)),
  );
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

import { runFolder } from '../../core/artifacts/key.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { RetrainResult } from '../../core/contracts/retrain.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { reportLanguage } from '../../core/report/i18n/language.ts';
import { renderDecision } from '../../core/report/render-decision.ts';
import type { ReportLanguage } from '../../core/report/report-data.ts';
import { readDataset } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';

type Input = {
  /** The retraining. */
  workflowId: string;
  /** Without `decisionUri`. */
  result: RetrainResult;
};

/** Writes the page that explains the decision of a retraining into the folder of the retraining. Never reused. */
export async function reportDecision(
  { store }: Pick<StepContext, 'store'>,
  { workflowId, result }: Input,
): Promise<StepResult<{ decisionUri: string }>> {
  const { run, reason } = result;
  // The folders of the retraining and of its run are siblings.
  const runReport = run && `../${runFolder(run.workflowId).slice('runs/'.length)}/report.html`;
  const language = run && (await languageOf(store, run.result.dataset.validation));
  const page = await store.putObject(new TextEncoder().encode(renderDecision(result, runReport, language)));
  const key = `${runFolder(workflowId)}/decision.html`;
  await store.materialise(page, key);
  return { output: { decisionUri: `${store.uri}/${key}` }, reused: false, seconds: 0, summary: reason };
}

/**
 * The language of the run's own report; undefined if the validation data is lost. That must not fail the retraining, as
 * the decision has been carried out already.
 */
async function languageOf(store: ArtifactStore, validation: ArtifactRef): Promise<ReportLanguage | undefined> {
  try {
    return reportLanguage(await readDataset(store, validation));
  } catch (error) {
    if (error instanceof Fault && error.kind === 'lost') return undefined;
    throw error;
  }
}

import { runFolder } from '../core/artifacts/key.ts';
import type { Activities } from '../core/contracts/activities.ts';
import { renderDecision } from '../core/report/render-decision.ts';
import type { StepContext } from './context.ts';

/** Writes down for people what a retraining decided and why. */
export async function reportDecision(
  { store }: StepContext,
  { workflowId, result }: Parameters<Activities['reportDecision']>[0],
): ReturnType<Activities['reportDecision']> {
  const { run, reason } = result;
  // Both lie in folders of runs, side by side.
  const runReport = run && `../${runFolder(run.workflowId).slice('runs/'.length)}/report.html`;
  const page = await store.putObject(new TextEncoder().encode(renderDecision(result, runReport)));
  const key = `${runFolder(workflowId)}/decision.html`;
  await store.materialise(page, key);
  return { output: { decisionUri: `${store.uri}/${key}` }, reused: false, seconds: 0, summary: reason };
}

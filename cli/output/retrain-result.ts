import type { RetrainResult } from '../../core/contracts/retrain.ts';
import { t } from '../i18n/translate.ts';
import { tenantFlag } from '../input/tenant.ts';
import { columns } from './columns.ts';
import { localPath, placeOf, resultLines } from './result.ts';
import { resultJson } from './result-json.ts';
import type { Terminal } from './terminal.ts';

const HEADLINES = { unchanged: 'Nothing to do.', identical: 'Nothing to promote.', refused: 'Not promoted.' } as const;

/** Formats the result of a retraining: the decision and its reason, production's metrics, and the result of its run. */
export function retrainLines(
  { name, decision, reason, version, currentRelease, run, cost, decisionUri }: RetrainResult,
  workflowId: string,
  cwd: string,
  style: Terminal['style'],
): string[] {
  const headline = decision === 'promoted' ? `Promoted ${name} v${version}.` : HEADLINES[decision];
  const colour = decision === 'promoted' ? 'green' : decision === 'refused' ? 'yellow' : 'dim';
  const lines = [`  ${style(colour, t(headline))} ${t(reason)}`];
  if (currentRelease) {
    const { unseen, evaluation } = currentRelease;
    const row = (what: string, { queries, metrics }: Pick<typeof evaluation, 'queries' | 'metrics'>) => [
      t(`  ${name} v${currentRelease.version} on ${what}`),
      t(`${queries} questions`),
      t(`hit rate @5 ${metrics['hit@5']?.value.toFixed(3)}`),
      `MRR @10 ${metrics['mrr@10']?.value.toFixed(3)}`,
    ];
    lines.push('', ...columns([row('all', evaluation), ...(unseen ? [row('new passages', unseen)] : [])]));
  }
  if (run) {
    lines.push('', ...resultLines({ ...run.result, cost }, run.workflowId, cwd, style).slice(0, -1));
  }
  if (decisionUri) lines.push(t(`  Why     ${placeOf(decisionUri, cwd)}`));
  lines.push(t(`  Again   npx hone show ${workflowId}${tenantFlag()}`));
  if (decision === 'promoted' && version > 1) lines.push(t(`  Back    npx hone rollback ${name}${tenantFlag()}`));
  return lines;
}

/** What `--json` prints for a retraining that is done; `run` is what it prints for the run that trained. */
export function retrainJson(
  workflowId: string,
  { run, currentRelease, gain, general, decisionUri, ...result }: RetrainResult,
): object {
  const difference = (comparison: typeof gain) => comparison && { metric: comparison.metric, ...comparison.difference };
  const values = (metrics: Record<string, { value: number }>) =>
    Object.fromEntries(Object.entries(metrics).map(([metric, { value }]) => [metric, value]));
  return {
    workflowId,
    state: 'done',
    ...result,
    ...(currentRelease && {
      currentRelease: {
        version: currentRelease.version,
        queries: currentRelease.evaluation.queries,
        ...values(currentRelease.evaluation.metrics),
        ...(currentRelease.unseen && {
          unseen: { queries: currentRelease.unseen.queries, ...values(currentRelease.unseen.metrics) },
        }),
      },
    }),
    ...(gain && { gain: difference(gain) }),
    ...(general && { general: difference(general) }),
    ...(run && { run: resultJson(run.workflowId, run.result) }),
    ...(decisionUri && { report: localPath(decisionUri) }),
  };
}

import type { RetrainResult } from '../../core/contracts/retrain.ts';
import { columns } from './columns.ts';
import { localPath, placeOf, resultLines } from './result.ts';
import { resultJson } from './result-json.ts';
import type { Terminal } from './terminal.ts';

const HEADLINES = { unchanged: 'Nothing to do.', same: 'Nothing to promote.', refused: 'Not promoted.' } as const;

/** What a retraining came to: the decision and why, production on what is new, and the run's own figures. */
export function retrainLines(
  { name, decision, reason, version, production, run, decisionUri }: RetrainResult,
  workflowId: string,
  cwd: string,
  style: Terminal['style'],
): string[] {
  const headline = decision === 'promoted' ? `Promoted ${name} v${version}.` : HEADLINES[decision];
  const colour = decision === 'promoted' ? 'green' : decision === 'refused' ? 'yellow' : 'dim';
  const lines = [`  ${style(colour, headline)} ${reason}`];
  if (production) {
    const { fresh, evaluation } = production;
    const row = (what: string, { queries, metrics }: Pick<typeof evaluation, 'queries' | 'metrics'>) => [
      `  ${name} v${production.version} on ${what}`,
      `${queries} questions`,
      `hit rate @5 ${metrics['hit@5']?.value.toFixed(3)}`,
      `MRR @10 ${metrics['mrr@10']?.value.toFixed(3)}`,
    ];
    lines.push('', ...columns([row('all', evaluation), ...(fresh ? [row('what is new', fresh)] : [])]));
  }
  if (run) {
    lines.push('', ...resultLines(run.result, run.workflowId, cwd, style).slice(0, -1));
  }
  if (decisionUri) lines.push(`  Why     ${placeOf(decisionUri, cwd)}`);
  lines.push(`  Again   npx hone show ${workflowId}`);
  if (decision === 'promoted' && version > 1) lines.push(`  Back    npx hone rollback ${name}`);
  return lines;
}

/** What `--json` prints of a finished retraining; `run` is what it prints of the run that trained. */
export function retrainJson(
  workflowId: string,
  { run, production, gain, general, decisionUri, ...result }: RetrainResult,
): object {
  const difference = (comparison: typeof gain) => comparison && { metric: comparison.metric, ...comparison.difference };
  const values = (metrics: Record<string, { value: number }>) =>
    Object.fromEntries(Object.entries(metrics).map(([metric, { value }]) => [metric, value]));
  return {
    workflowId,
    state: 'done',
    ...result,
    ...(production && {
      production: {
        version: production.version,
        queries: production.evaluation.queries,
        ...values(production.evaluation.metrics),
        ...(production.fresh && {
          fresh: { queries: production.fresh.queries, ...values(production.fresh.metrics) },
        }),
      },
    }),
    ...(gain && { gain: difference(gain) }),
    ...(general && { general: difference(general) }),
    ...(run && { run: resultJson(run.workflowId, run.result) }),
    ...(decisionUri && { report: localPath(decisionUri) }),
  };
}

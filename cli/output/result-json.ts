import type { Evaluation } from '../../core/contracts/evaluation.ts';
import type { DatasetEvaluation, RunResult } from '../../core/contracts/run-result.ts';
import { localPath } from './result.ts';

/** What `--json` prints for a run that is done. Metrics are of the validation set; `alsoOn` has the other datasets. */
export function resultJson(workflowId: string, result: RunResult): object {
  const [validation, ...further] = result.evaluations;
  return {
    workflowId,
    state: 'done',
    model: localPath(result.modelUri),
    report: localPath(result.reportUri),
    ...(validation && evaluationJson(validation)),
    ...(further.length > 0 && { alsoOn: further.map((one) => ({ dataset: one.dataset, ...evaluationJson(one) })) }),
    training: result.training,
    recipe: result.recipe,
    counts: result.counts,
    cost: result.cost,
    baseModel: { name: result.base.name, revision: result.base.revision },
    published: result.published,
  };
}

function evaluationJson({ base, tuned, others, gain }: DatasetEvaluation): object {
  return {
    base: values(base),
    tuned: values(tuned),
    others: Object.fromEntries(others.map((other) => [other.system, values(other)])),
    gain: { metric: gain.metric, ...gain.difference },
    queries: tuned.queries,
    passages: tuned.passages,
  };
}

function values({ metrics }: Evaluation): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([metric, { value }]) => [metric, value]));
}

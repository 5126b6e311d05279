import type { Metrics } from '../contracts/evaluation.ts';
import type { RunRecord } from '../contracts/run-record.ts';
import type { LossPoint } from '../contracts/training.ts';
import { canonicalJson, sha256 } from '../primitives/hash.ts';

/** A value of a curve, or of a run as a whole (step 0). */
export interface TrackedMetric {
  /** `train/loss`, `tuned/ndcg@10`. */
  readonly name: string;
  readonly step: number;
  readonly value: number;
}

/** A run as experiment trackers store it. */
export interface TrackedRun {
  /** The same for a run that has the same results, so that it is tracked once. */
  readonly key: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly metrics: readonly TrackedMetric[];
  /** Files beside the metrics: name -> content. */
  readonly files: Readonly<Record<string, string>>;
}

/** Settings, curves and results of a run. @param losses One for each training step. @param report HTML. */
export function trackedRun(record: RunRecord, losses: readonly LossPoint[], report: string): TrackedRun {
  const { workflowId, input, base, recipe, training, model, published, dataset } = record;
  const { trainQueries, validationQueries } = dataset;
  const { name, revision } = base;
  return {
    key: sha256(canonicalJson({ workflowId, model: model.sha256, losses: training.losses.sha256 })),
    name: input.title ?? workflowId,
    tags: {
      'hone.workflow': workflowId,
      'hone.model': model.sha256,
      ...(published && { 'hone.published': `${published.name}@${published.version}` }),
      ...(published && { 'hone.decision': published.reason }),
    },
    parameters: {
      ...textsOf('', { base: name, revision, merge: recipe.merge, trainQueries, validationQueries }),
      ...textsOf('', recipe.options),
    },
    metrics: [...curves(losses), ...results(record)],
    files: { 'report.html': report },
  };
}

function curves(losses: readonly LossPoint[]): TrackedMetric[] {
  return losses.flatMap(({ step, loss, learningRate, gradientNorm, heldOut }) => [
    { name: 'train/loss', step, value: loss },
    { name: 'train/learning_rate', step, value: learningRate },
    { name: 'train/gradient_norm', step, value: gradientNorm },
    ...(heldOut === undefined ? [] : [{ name: 'train/held_out_loss', step, value: heldOut }]),
  ]);
}

/** Of the validation set, and of further datasets under their names. */
function results({ evaluations, training }: RunRecord): TrackedMetric[] {
  const systems = evaluations.flatMap(({ dataset, base, tuned, gain }, i) => {
    const prefix = i === 0 ? '' : `${dataset}/`;
    const { value, low, high } = gain.difference;
    return [
      ...metricsOf(`${prefix}base`, base.metrics),
      ...metricsOf(`${prefix}tuned`, tuned.metrics),
      { name: `${prefix}gain/${gain.metric}`, step: 0, value },
      { name: `${prefix}gain/${gain.metric}/low`, step: 0, value: low },
      { name: `${prefix}gain/${gain.metric}/high`, step: 0, value: high },
    ];
  });
  const speed = { name: 'train/pairs_per_second', step: 0, value: training.samplesPerSecond };
  return [...systems, speed].filter(({ value }) => Number.isFinite(value));
}

function metricsOf(system: string, metrics: Metrics): TrackedMetric[] {
  return Object.entries(metrics).map(([name, { value }]) => ({ name: `${system}/${name}`, step: 0, value }));
}

/** Nested options under joined names: `adapter.rank`. What is not set is left out. */
function textsOf(prefix: string, values: object): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null) continue;
    if (typeof value === 'object') Object.assign(texts, textsOf(`${prefix}${name}.`, value));
    else texts[prefix + name] = String(value);
  }
  return texts;
}

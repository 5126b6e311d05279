import type { ArtifactFolder } from '../../contracts/artifact.ts';
import type { Evaluation } from '../../contracts/evaluation.ts';
import type { TunedModel } from '../../contracts/model.ts';
import type { DatasetEvaluation } from '../../contracts/run-result.ts';
import { duration, integer, interval, metricLabel, points, ratio } from '../page/format.ts';
import type { ReportData } from '../report-data.ts';
import { modelCardMetadata } from './model-card-metadata.ts';
import { usage } from './model-card-usage.ts';

const SHOWN_METRICS = ['hit@1', 'hit@5', 'hit@10', 'mrr@10', 'ndcg@10', 'map@100'];

/**
 * Renders the model card, README.md in the folder of the tuned model: YAML front matter as sentence-transformers writes
 * it, metrics with intervals, how to load the model, training options and hashes.
 */
export function renderModelCard({ record, writtenAt }: ReportData): string {
  const { input, base, recipe, training, model, dataset, evaluations, published, workflowId } = record;
  const title = published?.promoted ? `${published.name} v${published.version}` : (input.title ?? workflowId);
  const name = title.replace(/\s+/g, ' ');
  const { samples, steps, seconds } = training;
  return `---
${modelCardMetadata(record, name)}---

# ${plain(name)}

A sentence-transformers model that maps texts to ${base.dimension}-dimensional vectors for retrieval by cosine similarity.
It is ${plain(base.name)} (revision ${plain(base.revision)}), fine-tuned by Hone on ${integer(dataset.trainQueries)} questions about one set of documents.

## Evaluation

${evaluations.map(metricsTable).join('\n')}
## Use

Run these in the parent folder of the model folder, which is called \`model\` here.

${usage(base, recipe.options)}
## Training

MultipleNegativesRankingLoss over ${integer(samples)} pairs in ${integer(steps)} steps, ${duration(seconds)}.

| option | value |
|---|---|
${Object.entries({ ...recipe.options, merge: recipe.merge })
  .map(([option, value]) => `| ${option} | ${typeof value === 'object' ? JSON.stringify(value) : value} |`)
  .join('\n')}
| maximum text length | ${recipe.options.maxLength ?? base.maxTokens} tokens |

## Lineage

| what | SHA-256 |
|---|---|
| base model | \`${base.sha256}\` |
| this model without \`onnx/\`; trained: \`${recipe.options.adapter ? '3_Router/query_0_Dense/' : ''}model.safetensors\` | \`${model.sha256}\` |
${weightsOf(model)
  .map(({ path, ref }) => `| \`${path}\` | \`${ref.sha256}\` |\n`)
  .join('')}| training data | \`${dataset.train.sha256}\` |
| validation data | \`${dataset.validation.sha256}\` |

Run \`${workflowId}\`, ${writtenAt}.
`;
}

function weightsOf({ files }: TunedModel): ArtifactFolder {
  return files.filter(({ path }) => path.endsWith('.safetensors'));
}

function metricsTable({ dataset, base, tuned, others, gain }: DatasetEvaluation): string {
  const systems = [base, tuned, ...others];
  const shown = SHOWN_METRICS.filter((metric) => metric in tuned.metrics);
  const { value, low, high } = gain.difference;
  return `On ${plain(dataset)}, ${integer(tuned.queries)} questions over ${integer(tuned.passages)} passages (mean, 95 % confidence interval):

| metric | ${systems.map(({ system }) => plain(system)).join(' | ')} |
|---|${systems.map(() => '---').join('|')}|
${shown.map((metric) => `| ${metricLabel(metric)} | ${systems.map((system) => cell(system, metric)).join(' | ')} |`).join('\n')}

Tuned minus base, ${metricLabel(gain.metric)}, paired by question: ${points(value)} points (${points(low)} to ${points(high)}).
`;
}

function cell({ metrics }: Evaluation, metric: string): string {
  const mean = metrics[metric];
  return mean === undefined ? '–' : `${ratio(mean.value)} (${interval(mean)})`;
}

/** Escapes Markdown, on one line. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#]/g, '\\$&');
}

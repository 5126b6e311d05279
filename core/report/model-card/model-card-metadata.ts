import { stringify } from 'yaml';
import type { RunRecord } from '../../contracts/run-record.ts';
import type { DatasetEvaluation } from '../../contracts/run-result.ts';

/** Metric kind -> its type and name in sentence-transformers' model cards. */
const CARD_NAMES: Readonly<Record<string, [type: string, name: string]>> = {
  hit: ['accuracy', 'Accuracy'],
  precision: ['precision', 'Precision'],
  recall: ['recall', 'Recall'],
  mrr: ['mrr', 'MRR'],
  ndcg: ['ndcg', 'NDCG'],
  map: ['map', 'MAP'],
};

/**
 * YAML front matter of the model card, with the fields that sentence-transformers writes and the Hugging Face hub
 * reads. `base_model` is set only for a model of the hub, as the hub refuses a card that names a folder there.
 */
export function modelCardMetadata({ base, dataset, evaluations }: RunRecord, name: string): string {
  const onHub = /^[\w-][\w.-]*\/[\w.-]+$/.test(base.name) && base.revision !== 'local';
  const [evaluation] = evaluations;
  return stringify(
    {
      library_name: 'sentence-transformers',
      pipeline_tag: 'sentence-similarity',
      tags: [
        'sentence-transformers',
        'sentence-similarity',
        'feature-extraction',
        'dense',
        `dataset_size:${dataset.trainQueries}`,
        'loss:MultipleNegativesRankingLoss',
      ],
      ...(onHub ? { base_model: base.name } : {}),
      'model-index': [{ name, results: [modelIndexResult(evaluation)] }],
    },
    { lineWidth: 0 },
  );
}

function modelIndexResult({ dataset, tuned }: DatasetEvaluation) {
  return {
    task: { type: 'information-retrieval', name: 'Information Retrieval' },
    dataset: { name: dataset, type: 'unknown' },
    metrics: Object.entries(tuned.metrics).map(([metric, { value }]) => {
      const [kind = '', k] = metric.split('@');
      const [type, name] = CARD_NAMES[kind] ?? [kind, kind];
      return { type: `cosine_${type}@${k}`, value, name: `Cosine ${name}@${k}` };
    }),
  };
}

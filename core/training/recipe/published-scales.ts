import type { ScaleCalibration } from '../../contracts/recipe.ts';

/**
 * The scales, 1 / temperature, that authors trained families of models with, by the names of the models. Others are
 * calibrated without a cross-check.
 */
const PUBLISHED: readonly (NonNullable<ScaleCalibration['published']> & { readonly names: RegExp })[] = [
  {
    family: 'E5',
    scale: 100,
    source: 'temperature 0.01: Wang et al. 2022, arXiv 2212.03533; model cards, frequently asked question 3',
    names: /(^|[/-])(multilingual-)?e5-(small|base|large)/i,
  },
  {
    family: 'BGE v1.5 and M3',
    scale: 50,
    source: 'temperature 0.02: the fine-tuning example of FlagEmbedding, and issues 97 and 497 of its repository',
    names: /bge-(m3|(small|base|large)-(en|zh)-v1\.5)/i,
  },
  {
    family: 'BGE v1',
    scale: 100,
    source: 'temperature 0.01: model cards, frequently asked questions, on similar scores of dissimilar sentences',
    names: /bge-(small|base|large)-(en|zh)$/i,
  },
  {
    family: 'GTE',
    scale: 100,
    source: 'temperature 0.01: Li et al. 2023, arXiv 2308.03281',
    names: /(^|\/)gte-(small|base|large)/i,
  },
  {
    family: 'all-* and multi-qa-* of sentence-transformers',
    scale: 20,
    source: 'the training scripts in the model folders; MultipleNegativesRankingLoss of sentence-transformers',
    names: /(^|[/-])(all|multi-qa)-(minilm|mpnet|distilroberta|distilbert)/i,
  },
];

/** What the authors of a model trained it with; undefined if that is not known. @param model as the user named it. */
export function publishedScale(model: string): ScaleCalibration['published'] {
  const found = PUBLISHED.find(({ names }) => names.test(model));
  return found && { family: found.family, scale: found.scale, source: found.source };
}

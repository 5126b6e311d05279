import { type Comparison, MIN_DOCUMENTS, MIN_QUESTIONS } from '../../contracts/evaluation.ts';
import type { RunRecord } from '../../contracts/run-record.ts';
import type { Published } from '../../contracts/run-result.ts';
import { dollars } from '../page/format.ts';

const n = (count: number) => count.toLocaleString('en');
const percent = (share: number) => `${(100 * share).toFixed(1)}%`;

/** What was decided about publishing, from the figures by which it was decided. */
export function publicationZh(
  { name, version, promoted, rejected }: Published,
  { input, recipe, evaluations: [{ gain }] }: RunRecord,
): string {
  if (promoted) return `已发布为 ${name} 第 ${version} 版；${gainZh(gain)}。`;
  const kept = version === 0 ? `${name} 仍未发布` : `${name} 仍为第 ${version} 版`;
  if (rejected !== undefined) return `未发布，${kept}：审批被拒绝（${rejected}）。`;
  if (recipe.search?.baseIsBetter) return `未发布，${kept}：在留出的训练问题上，基础模型优于所有试训。`;
  const undecided = tooFewZh(gain) === '' ? '提升不显著，' : '无法判断是否更好，';
  const insufficient = input.publish.gate === 'better' && gain.difference.value >= 0 ? undecided : '';
  return `未发布，${kept}：${insufficient}${gainZh(gain)}。`;
}

/**
 * The result of a stage in one line, from the record of the run: the recorded summaries are in English. Undefined if
 * the record has nothing on the stage.
 */
export function stageOutcomeZh(stage: string, record: RunRecord): string | undefined {
  return OUTCOMES[stage]?.(record);
}

const OUTCOMES: Readonly<Record<string, (record: RunRecord) => string | undefined>> = {
  model: ({ base: { name, dimension, maxTokens, pooling, poolingIsDefault, prompts }, recipe }) => {
    const { query, passage } = recipe.options.prompts ?? {};
    const fromFamily = prompts && query === prompts.query && passage === prompts.passage;
    return [
      name,
      fromFamily ? `${query || passage ? '提示前缀' : '没有提示前缀，'}同 ${prompts.family}` : '',
      poolingIsDefault ? `${pooling} 池化（没有 modules.json）` : '',
      `${dimension} 维`,
      `最多 ${n(maxTokens)} 个 token`,
    ]
      .filter((part) => part !== '')
      .join('，');
  },
  documents: ({ ingest }) => {
    if (!ingest) return undefined;
    const skipped = ingest.skipped.length + ingest.skippedMore;
    return `读取 ${n(ingest.read)} 篇${skipped > 0 ? `，跳过 ${n(skipped)} 个文件` : ''}`;
  },
  chunks: ({ chunks }) => chunks && `${n(chunks.count)} 个段落，中位数 ${chunks.medianTokens} 个 token`,
  split: ({ split }) => {
    if (!split) return undefined;
    const overlap = split.leakage > 0 ? `近似重复 ${percent(split.leakage)}` : '没有发现重叠';
    if (split.by === 'chunks') return `按段落划分，未按文档；${overlap}`;
    return `训练 ${n(split.trainDocuments)} 篇，验证 ${n(split.validationDocuments)} 篇；${overlap}`;
  },
  questions: ({ questions }) => {
    if (!questions) return undefined;
    const { count, replayed, spending, quarantinedCount } = questions;
    return [
      `${n(count)} 个问题`,
      replayed > 0 ? `复用 ${n(replayed)} 条已保存的回答` : '',
      `请求 ${n(spending.answers)} 次`,
      spending.cost === undefined ? '' : dollars(spending.cost),
      spending.countedAnswers ? '端点未返回用量，由 Hone 自行计数' : '',
      quarantinedCount > 0 ? `${n(quarantinedCount)} 个段落没有问题` : '',
    ]
      .filter((part) => part !== '')
      .join('，');
  },
  dataset: ({ dataset: { trainQueries, validationQueries, validationPassages, shared } }) => {
    const counts = `训练问题 ${n(trainQueries)} 个，验证问题 ${n(validationQueries)} 个，段落 ${n(validationPassages)} 个`;
    if (!shared?.inBothSplits) return counts;
    return `${counts}；${n(shared.inBothSplits)} 个与验证集重复，不用于训练`;
  },
  train: ({ recipe: { options, merge }, training }) =>
    [
      `缩放系数 ${options.scale}`,
      `学习率 ${options.learningRate}`,
      `${n(training.steps)} 步`,
      training.leftOut ? `${n(training.leftOut)} 对未参与` : '',
      training.repeated ? `${n(training.repeated)} 对重复使用` : '',
      merge < 1 ? `微调权重占 ${Math.round(100 * merge)}%` : '',
      `损失 ${training.finalLoss.toFixed(2)}`,
    ]
      .filter((part) => part !== '')
      .join('，'),
  evaluate: ({ evaluations: [{ gain }] }) => gainZh(gain),
  publish: (record) => (record.published ? publicationZh(record.published, record) : '没有指定发布名称'),
};

/** `比基础模型高 11.5 个百分点（95% 置信区间 6.2 至 16.9）` */
function gainZh(gain: Comparison): string {
  const { value, low, high } = gain.difference;
  const points = (share: number) => (share * 100).toFixed(1);
  const interval = `（95% 置信区间 ${points(low)} 至 ${points(high)}${tooFewZh(gain)}）`;
  if (value === 0) return `与基础模型相同${interval}`;
  return `比基础模型${value > 0 ? '高' : '低'} ${points(Math.abs(value))} 个百分点${interval}`;
}

/** `；样本太少：问题只有 4 个，至少需要 30 个`; empty if there are enough. */
function tooFewZh({ queries = MIN_QUESTIONS, documents = MIN_DOCUMENTS }: Comparison): string {
  if (queries < MIN_QUESTIONS) return `；样本太少：问题只有 ${n(queries)} 个，至少需要 ${MIN_QUESTIONS} 个`;
  return documents < MIN_DOCUMENTS ? `；样本太少：文档只有 ${n(documents)} 篇，至少需要 ${MIN_DOCUMENTS} 篇` : '';
}

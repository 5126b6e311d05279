import { reasonZh } from './reasons-zh.ts';
import { STAGES_ZH } from './stage-names.ts';
import { publicationZh, stageOutcomeZh } from './stage-outcomes-zh.ts';
import type { Words } from './words-en.ts';

const DIGITS = ['零', '一', '两', '三', '四', '五', '六', '七', '八', '九', '十'];
const n = (count: number) => count.toLocaleString('en');

/** Chinese texts of the report. */
export const zh: Words = {
  report: '训练报告',
  sentences: (...sentences) => sentences.join(''),
  percent: (value) => `${value}%`,

  verdict: { better: '优于基础模型。', worse: '不如基础模型。', undecided: '与基础模型没有明显差别。' },
  tooFew: (questions, documents) => `样本太少，无法判断：至少需要 ${documents} 篇文档、${questions} 个问题。`,
  metric: (kind, k, label) => (kind === 'hit' ? `前 ${k} 位命中率` : label),
  change: (metric, base, tuned, points, low, high) =>
    `${metric}从 ${base} 变为 ${tuned}：${points} 个百分点（95% 置信区间 ${low} 至 ${high}）。`,
  hitCounts: (depth, base, tuned, queries) =>
    `${n(queries)} 个问题中，微调模型有 ${n(tuned)} 个能把正确段落排进前${DIGITS[depth] ?? ` ${depth} `}位，基础模型有 ${n(base)} 个。`,
  otherIsBetter: (system, metric, value) => `在这些问题上，${system} 得分更高：${metric} 为 ${value}。`,
  fewQueries: (queries) => `只有 ${n(queries)} 个问题，指标仅供参考；增加验证问题可以缩小置信区间。`,
  leakage: (share) => `有 ${share} 的验证段落与训练数据中的段落近似重复，这会使微调模型的指标偏高。`,
  publication: publicationZh,
  difference: '差值',
  points: (points) => `${points} 个百分点`,
  base: '基础',
  tuned: '微调',

  metrics: '指标',
  evaluatedOn: (queries, passages, documents) =>
    `${documents === undefined ? '' : `${n(documents)} 篇文档的 `}${n(queries)} 个问题，${n(passages)} 个段落；每个问题都对全部段落做精确排序（不使用近似索引）。`,
  heldOut: '验证集的文档不参与训练。',
  intervals:
    '每个数值都附有 95% 置信区间：比率用威尔逊区间，其余用 bootstrap 区间。同一文档的问题不视为相互独立。差值按问题配对计算，因此即使两个区间重叠，差异也可能是显著的。',
  system: '系统',
  allMetrics: '全部指标',
  gain: (metric, points, low, high) => `微调减基础，${metric}：${points} 个百分点（${low} 至 ${high}）。`,
  alsoOn: (name) => `另一数据集：${name}`,
  intervalChart: (metric) => `${metric} 及其 95% 区间`,

  curves: '训练损失与各名次命中率',
  lossChart: '训练损失',
  lossCaption: (first, last, steps) =>
    steps === 1
      ? `共一步，损失 ${first}。`
      : `每一步的损失及其滑动平均：共 ${steps} 步，前十分之一平均为 ${first}，后十分之一平均为 ${last}。`,
  step: '步',
  loss: '损失',
  noLosses: '没有损失记录。',
  hitRateChart: '各名次的命中率',
  hitRateCaption: '正确段落排在前 k 位以内的问题所占比例。',
  depth: '前 k 个段落',
  hitRate: '命中率',

  recipe: '训练配方',
  scale: '损失的缩放系数',
  scaleNote: ({ mostLikely, pairs, published, ...used }) =>
    `由基础模型在 ${n(pairs)} 个训练对上的余弦相似度得出：${mostLikely >= 1000 ? '1000 或更大' : mostLikely} 最吻合，取值限于 20 到 100${published ? `；${published.family} 训练时用 ${published.scale}${published.scale === used.scale ? '，与这些训练对不矛盾' : ''}` : ''}`,
  learningRate: '学习率',
  merge: '微调权重的占比',
  mergeNote: '在发布的权重中；其余来自基础模型',
  trials: (questions, passages) =>
    `学习率和占比选自试训：在留出的 ${n(questions)} 个训练问题上（在 ${n(passages)} 个训练段落中检索），取与最好者不相上下的最低学习率，以及该学习率下最好的占比。试训不使用这些问题，发布的模型使用全部训练问题。`,
  baseIsBetter: '基础模型在这些问题上优于所有试训，因此不发布微调模型。',
  trialChart: '试训的损失',
  trialCaption: '每个学习率一条线，从基础模型（0）到微调模型（1）；越低越好。',
  allTrials: '全部试训',
  developmentLoss: '留出问题的损失',
  chosen: '选用',

  slices: '分组结果',
  sliceCaption: '前 5 位命中率。问题少的组波动较大，请留意问题数。',
  sliceBy: { language: '语言', length: '问题字数', document: '文档' },
  language: languageZh,
  questions: '问题数',

  foundNow: '以前找不到，现在找到',
  lostNow: '以前找到，现在找不到',
  examplesShown: (shown, count) =>
    shown < count ? `共 ${n(count)} 个问题，以下是名次变化最大的 ${shown} 个：` : `共 ${n(count)} 个问题：`,
  noFoundNow: '微调模型排进前五的正确段落，基础模型也都能排进前五。',
  noLostNow: '基础模型排进前五的正确段落，微调模型也都能排进前五。',
  rankChange: (base, tuned) => `名次 ${base} → ${tuned}`,
  notFound: '未找到',
  rightPassage: '正确段落',
  wholePassage: '展开全文',
  insteadBase: '基础模型排在第一的段落',
  insteadTuned: '微调模型排在第一的段落',

  data: '使用与跳过的数据',
  documentsRead: '已读取的文档',
  documentsSkipped: '跳过的文档',
  documentsToCheck: '需要检查的文档',
  keptShare: (percent: string) => `保留 ${percent}\u202f%`,
  withSample: (what: string, sample: string) => `${what}“${sample}”`,
  omission: {
    navigation: '导航',
    consent: '隐私提示',
    'running-head': '页眉页脚',
    watermark: '水印',
    contents: '目录',
    hidden: '隐藏文字',
    comment: '批注',
    repeated: '多数页面重复的内容',
  },
  doubt: {
    'replacement-characters': '有无法解码的字符',
    'presentation-forms': '是字形而非字母',
    'doubled-letters': '字母重影',
    'no-spaces': '单词之间没有空格',
    'single-letters': '一行只有一个字母',
    'guessed-encoding': '编码为推测',
    'pages-without-text': '有无文字的页（扫描件？）',
    'formulas-without-values': '公式没有存储结果（请用电子表格软件打开并保存）',
    'equations-not-read': '有未读取的公式',
  },
  chunks: '段落',
  chunksNote: (median, duplicates) =>
    `中位数 ${median} 个 token${duplicates > 0 ? `，去除重复 ${n(duplicates)} 段` : ''}`,
  split: '划分',
  splitNote: (train, validation) => `训练 ${n(train)} 篇，验证 ${n(validation)} 篇`,
  nearDuplicates: '与训练数据近似重复的验证段落',
  trainQuestions: '训练问题',
  hardNegatives: '挖掘的难负例',
  hardNegativesNote: (kept, without) =>
    `${kept}% 的候选段落与答案差异足够大${without > 0 ? `；${n(without)} 个问题没有难负例` : ''}`,
  validationQuestions: '验证问题',
  sharedQuestions: '多个段落都能回答的问题',
  sharedNote: (tooGeneral, inBothSplits) =>
    [
      tooGeneral > 0 ? `${n(tooGeneral)} 个过于笼统，已去除` : '',
      inBothSplits > 0 ? `${n(inBothSplits)} 个与验证集重复，不用于训练` : '',
    ]
      .filter((note) => note !== '')
      .join('，'),
  roundTrip: (topK) => `基础模型能把所属段落排进前 ${n(topK)} 位的问题`,
  roundTripLeftOut: (count) => `其余 ${n(count)} 个不用于训练`,
  notAsked: '未提问的段落',
  notAskedNote: '问题生成的预算已用完',
  nothingSkipped: '所有文档均已读取，所有段落均有问题。',
  file: '文件',
  reasonHeading: '原因',
  reason: reasonZh,
  more: (count) => `另有 ${n(count)} 项`,
  quarantineFile: '，完整列表见 dataset/quarantine.jsonl',
  quarantined: (count) => `${n(count)} 个段落没有问题`,

  cost: '费用与时间',
  stage: '阶段',
  outcome: '结果',
  time: '用时',
  stages: STAGES_ZH,
  stageOutcome: (stage, _summary, record) => stageOutcomeZh(stage, record) ?? '',
  states: { reused: '复用', skipped: '跳过', failed: '失败' },
  questionCost: '生成问题',
  questionCostNote: (asked, replayed, tokens, countedHere) =>
    `发送 ${n(asked)} 次请求，复用 ${n(replayed)} 条已保存的回答，提示 ${tokens.prompt} 个 token，回答 ${tokens.completion} 个 token${countedHere > 0 ? '（端点未返回用量，由 Hone 自行计数）' : ''}`,
  noPrice: '价格未知',
  training: '训练',
  trainingNote: (samples, rate, steps) => `${samples} 个样本对，${steps} 步，每秒 ${rate} 对`,
  leftOut: '未参与训练的样本对',
  leftOutNote: '其余问题都与其段落或问法相同，没有可比较的对象',
  repeated: '重复使用的样本对',
  repeatedNote: '在同一轮中重复，因为涉及其他段落的问题太少',

  lineage: '来源',
  run: '运行',
  baseModel: '基础模型',
  tunedModel: '微调模型',
  published: '发布',
  promoted: (name, version) => `${name}，第 ${version} 版`,
  revision: '版本',
  trainData: '训练数据',
  validationData: '验证数据',
  options: '训练选项',
  runInput: '运行输入（可用于重新运行）',
  writtenAt: (time) => `由 Hone 生成于 ${time}。本页不加载也不发送任何内容。`,
};

const LANGUAGES = new Intl.DisplayNames('zh', { type: 'language' });

/** `英语`; the tag itself if it is none. */
function languageZh(tag: string): string {
  try {
    return LANGUAGES.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** Names of the stages of a run, as the report and the page of `hone serve` show them. */
export const STAGES_EN = {
  model: 'model',
  documents: 'documents',
  chunks: 'chunks',
  split: 'split',
  questions: 'questions',
  dataset: 'dataset',
  train: 'train',
  evaluate: 'evaluate',
  publish: 'publish',
  report: 'report',
} as const;

export const STAGES_ZH: Readonly<Record<keyof typeof STAGES_EN, string>> = {
  model: '模型',
  documents: '文档',
  chunks: '分段',
  split: '划分',
  questions: '生成问题',
  dataset: '数据集',
  train: '训练',
  evaluate: '评估',
  publish: '发布',
  report: '报告',
};

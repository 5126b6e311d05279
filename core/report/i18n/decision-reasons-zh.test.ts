import { expect, test } from 'vitest';
import type { Comparison } from '../../contracts/evaluation.ts';
import { type Candidate, decide, describeCurrentModel, tooLittleChanged } from '../../release/decide.ts';
import { decisionReasonZh } from './decision-reasons-zh.ts';

const gain = (value: number, low: number, high: number, queries?: number): Comparison => ({
  metric: 'hit@5',
  difference: { value, low, high },
  queries,
});
const options = { gate: 'better', maxGeneralDrop: 0.01 } as const;
const current = describeCurrentModel('handbook', 3);
const first = describeCurrentModel('handbook', 0);
const reason = (candidate: Candidate, model = current) => decide(candidate, options, model).reason;
const better = gain(0.05, 0.01, 0.09, 60);
const changes = { changed: 3, added: 1, removed: 0, unchanged: 96, share: 0.04, paths: [] };

/** Names and options that stay as they are. */
const KEPT = /handbook|hit@5|retrain\.\w+|anna|part numbers|v\d+/g;

test.each([
  [reason({ gain: better }), '新模型比 handbook v3 高 5.0 个百分点（95% 置信区间 1.0 至 9.0；60 个问题的 hit@5）。'],
  [reason({ gain: better }, first), '新模型比基础模型高 5.0 个百分点'],
  [
    reason({ gain: better, general: gain(0, -0.1, 0.1) }),
    '；在通用数据集上与 handbook v3 相当（95% 置信区间 -10.0 至 10.0）。',
  ],
  [reason({ gain: gain(-0.05, -0.09, -0.01) }), '新模型比 handbook v3 低 5.0 个百分点'],
  [reason({ gain: gain(0.02, -0.01, 0.05) }), '提升不显著：新模型比 handbook v3 高 2.0 个百分点'],
  [
    reason({ gain: gain(0.5, 0.1, 0.9, 4) }),
    '无法判断是否更好：新模型比 handbook v3 高 50.0 个百分点（95% 置信区间 10.0 至 90.0；样本太少：问题只有 4 个，至少需要 30 个；4 个问题的 hit@5）。',
  ],
  [
    reason({ gain: better, general: { ...gain(0.5, 0.1, 0.9, 60), documents: 1 } }),
    '；在通用数据集上比 handbook v3 高 50.0 个百分点（95% 置信区间 10.0 至 90.0；样本太少：文档只有 1 个，至少需要 5 个）。',
  ],
  [
    reason({ gain: better, general: gain(-0.05, -0.1, 0) }),
    '在通用数据集上，新模型比 handbook v3 低 5.0 个百分点（95% 置信区间 -10.0 至 0.0）；retrain.maxGeneralDrop 为 1.0%。',
  ],
  [reason({ gain: better, baseIsBetter: true }), '基础模型优于所有试训'],
  [reason({ gain: better, rejected: 'part numbers' }), '审批被拒绝：part numbers。'],
  [
    reason({ gain: better, rolledBack: 'v4, which anna rolled back (part numbers)' }),
    '训练得到的是 v4 的权重，该版本已被 anna 退回（part numbers）。',
  ],
  [reason({ gain: better, rolledBack: 'v4, which anna rolled back' }, first), '该版本已被 anna 退回。'],
  [
    tooLittleChanged(changes, { minChangedShare: 0.1 }, current) ?? '',
    '100 篇文档中有改动 3 篇、新增 1 篇（4.0%），未达到 retrain.minChangedShare 的 10.0%。',
  ],
  ['Training produced the same weights as handbook v3.', '训练得到的权重与 handbook v3 相同。'],
])('%s', (recorded, expected) => {
  const chinese = decisionReasonZh(recorded);
  expect(chinese).toContain(expected);
  expect(chinese?.replace(KEPT, '')).not.toMatch(/[a-z]{3}/i);
});

test('a reason of another form is left to the caller', () => {
  expect(decisionReasonZh('Somebody decided.')).toBeUndefined();
});

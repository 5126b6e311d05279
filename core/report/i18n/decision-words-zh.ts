import { decisionReasonZh } from './decision-reasons-zh.ts';
import type { DecisionWords } from './decision-words-en.ts';

const count = (queries: number) => `${queries.toLocaleString('en')} 个问题`;

/** Chinese texts of the decision page. */
export const decisionZh: DecisionWords = {
  kind: '重新训练',
  heading: (name, decision) =>
    `${name}：${{ unchanged: '无需训练', identical: '无需发布', refused: '未发布新版本', promoted: '已发布新版本' }[decision]}`,
  decided: ({ name, decision, version }) => {
    const current = version === 0 ? `${name} 仍未发布` : `${name} 仍为第 ${version} 版`;
    return {
      unchanged: `文档变化不足，未进行训练；${current}。`,
      identical: `训练得到的权重与当前版本完全相同；${current}。`,
      refused: `新模型未被采用；${current}。`,
      promoted: `新模型已发布，为 ${name} 第 ${version} 版。`,
    }[decision];
  },
  reason: decisionReasonZh,
  runReport: '本次训练的报告',
  documents: '上次发布以来的文档变化',
  changes: { changed: '有改动', added: '新增', removed: '删除', unchanged: '未改动' },
  pathsBetween: '、',
  currentRelease: (name, version) => `训练之前的 ${name} v${version}`,
  onAll: (queries) => `全部 ${count(queries)}`,
  onUnseen: (queries) => `其中 ${count(queries)}涉及新段落`,
  comparison: (released) => `新模型与${released === undefined ? '基础模型' : ` ${released} `}相比`,
  on: (metric, where, queries) =>
    `${where === 'general' ? '通用数据集' : '验证集'}上的 ${metric}${queries === undefined ? '' : `（${count(queries)}）`}`,
  difference: (points, low, high) => `${points} 个百分点（95% 置信区间 ${low} 至 ${high}）`,
};
